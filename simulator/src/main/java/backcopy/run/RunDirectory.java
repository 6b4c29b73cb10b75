package backcopy.run;

import backcopy.file.StrictJson;
import backcopy.task.Task;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run as it lies in its store, to read: as it is now, or {@link #at} a step at which it was finished, which stays the same
 * whatever becomes of the run. Every method refuses a damaged or foreign file with its name and the reason.
 */
public final class RunDirectory {
    private final Path path;
    private final Set<Path> heldHere;
    private final FinishedStep finished;
    private final RunState stoppedOnTheWay;

    /** @param path of a directory that is named by the run's identity */
    RunDirectory(Path path, Set<Path> heldHere) {
        this(path, heldHere, null, null);
    }

    private RunDirectory(Path path, Set<Path> heldHere, FinishedStep finished, RunState stoppedOnTheWay) {
        this.path = path;
        this.heldHere = heldHere;
        this.finished = finished;
        this.stoppedOnTheWay = stoppedOnTheWay;
    }

    /**
     * The run as it was when it was finished at a step: its spec has that many steps, its state is the finished one of then, its
     * records and arrays are those up to that step and of that step, its checkpoints those up to it. Another command that goes
     * on with the run, or has it shorter, changes none of these, so that whoever asked for so many steps reads the same ever
     * after.
     *
     * @throws IllegalArgumentException when it was never finished there; {@code bb train} with so many steps makes it so
     */
    public RunDirectory at(long steps) {
        if (!isFinishedAt(steps))
            throw new IllegalArgumentException("run " + identity() + " was not finished at step " + steps
                    + " yet; it was at "
                    + (finishedAt().isEmpty()
                            ? "none"
                            : finishedAt().stream().map(Object::toString).collect(Collectors.joining(", ")))
                    + ", and train.steps=" + steps + " makes it so");
        return new RunDirectory(path, heldHere, new FinishedStep(path, steps), null);
    }

    /** Whether the run was ever finished at a step, and can be read as of then. */
    public boolean isFinishedAt(long steps) {
        return finishedAt().contains(steps);
    }

    /** The steps at which it was finished, ascending. */
    public List<Long> finishedAt() {
        SortedSet<Long> steps = new TreeSet<>(FinishedStep.steps(path));
        RunState state = now().state();
        // What follows a damaged checkpoint is not there until the run has come by again.
        if (!steps.isEmpty()) {
            long come = Math.max(state.steps(), now().checkpoints().newest());
            steps.removeIf(step -> step > come);
        }
        if (state.status() == RunState.Status.FINISHED) steps.add(state.steps());
        return List.copyOf(steps);
    }

    /** The run as it is now, whatever this is a view of. */
    RunDirectory now() {
        return finished == null && stoppedOnTheWay == null ? this : new RunDirectory(path, heldHere);
    }

    /** The run with a state that is not on the disk: of a step that somebody was on the way to. */
    RunDirectory stopped(RunState state) {
        return new RunDirectory(path, heldHere, null, state);
    }

    public Path path() {
        return path;
    }

    public String identity() {
        return path.getFileName().toString();
    }

    /** The spec, resolved, from {@code config.yaml}; checked to be the one that the directory is named by. */
    public RunSpec spec() {
        if (finished == null) return spec(configPath(), state());
        RunSpec then = spec(finished.isKept() ? finished.config() : configPath(), state());
        return Keys.parse(then, Map.of("train.steps", Long.toString(finished.step())));
    }

    private RunSpec spec(Path configPath, RunState state) {
        ConfigFile config = ConfigFile.read(configPath);
        RunSpec spec = config.parse(Scale.PAPER.spec(), Map.of());
        for (String key : Keys.flatten(spec).keySet())
            if (!config.values().containsKey(key) && !RunIdentity.cameLater(key))
                throw new IllegalArgumentException(configPath + " lacks " + key);
        boolean comparable = state.numerics() == RunIdentity.NUMERICS;
        if (comparable
                && !RunIdentity.of(spec, spec.train().backend(), state.contents())
                        .equals(identity()))
            throw new IllegalArgumentException(configPath + " does not give the identity " + identity()
                    + " that its directory has: it was changed by hand");
        return spec;
    }

    /** {@code run.json}, as it is or as it was. */
    public RunState state() {
        if (stoppedOnTheWay != null) return stoppedOnTheWay;
        if (finished == null) return state(statePath());
        // Whoever goes on with the run keeps the step before run.json says so: one of the two has it.
        if (!finished.isKept()) {
            RunState state = state(statePath());
            if (state.status() == RunState.Status.FINISHED && state.steps() == finished.step()) return state;
        }
        return state(finished.state());
    }

    private RunState state(Path statePath) {
        if (!Files.exists(statePath)) throw new IllegalArgumentException(path + " is not a run: run.json is missing");
        RunState state;
        try {
            state = Json.MAPPER.readValue(Files.readAllBytes(statePath), RunState.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(statePath + " is damaged" + StrictJson.where(e));
        } catch (IOException e) {
            throw new IllegalArgumentException(statePath + " cannot be read: " + Reason.of(e));
        }
        if (state == null) throw new IllegalArgumentException(statePath + " is damaged: it says null");
        if (!state.identity().equals(identity()))
            throw new IllegalArgumentException(statePath + " is of run " + state.identity() + ", not of " + identity());
        return state;
    }

    /** Whether anybody writes it now. A run that says it is running, and is not written, was killed. */
    public boolean isBeingWritten() {
        return RunLock.isHeld(path, heldHere);
    }

    /**
     * What became of it, in a word: {@code finished}, {@code failed}, {@code interrupted}, {@code running}, or {@code killed} where
     * it says that it is running and nobody writes it.
     */
    public String status() {
        RunState.Status status = state().status();
        if (status == RunState.Status.RUNNING) return isBeingWritten() ? "running" : "killed";
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** All records, steps ascending. */
    public List<Measurement> measurements() {
        List<Measurement> all = MetricsFile.read(metricsPath());
        if (finished == null) return all;
        List<Measurement> measurements = new ArrayList<>(all);
        measurements.removeIf(measurement -> measurement.step() >= finished.step());
        measurements.add(new Measurement(finished.step(), state().finalValues()));
        return measurements;
    }

    public Checkpoints checkpoints() {
        return new Checkpoints(
                path.resolve("checkpoints"), identity(), finished == null ? Long.MAX_VALUE : finished.step());
    }

    /** The steps that have recorded arrays, ascending. */
    public List<Long> observableSteps() {
        List<Long> all = observables().steps();
        if (finished == null) return all;
        SortedSet<Long> steps = new TreeSet<>(all).headSet(finished.step());
        return Stream.concat(steps.stream(), Stream.of(finished.step())).toList();
    }

    /** The file with the arrays recorded at a step, whether it exists or not. */
    public Path observables(long step) {
        boolean isKept = finished != null && finished.step() == step && finished.isKept();
        return isKept ? finished.observables() : observables().path(step);
    }

    public Path figures() {
        return path.resolve("figures");
    }

    /** What its token ids stand for; nothing where they stand for vectors, and for runs that were stored before it was kept. */
    public Optional<Vocabulary> vocabulary() {
        return Files.exists(vocabularyPath()) ? Optional.of(Vocabulary.read(vocabularyPath())) : Optional.empty();
    }

    /**
     * The run's task.
     *
     * @throws IllegalArgumentException where its corpus is a file that is gone, or another one by now
     */
    public Task task() {
        NamedFiles.requireSameCorpus(this);
        return Task.of(spec().task());
    }

    /** To how many steps what was recorded and saved is on the disk, so that nothing is lost by looking there. */
    long reached() {
        RunState state = now().state();
        boolean isOver = state.status() == RunState.Status.FINISHED || state.hasDiverged();
        long saved = now().checkpoints().newest();
        return isOver ? Math.max(state.steps(), saved) : saved;
    }

    /** Whether it was begun: both files that name it are there. */
    boolean isBegun() {
        return Files.exists(configPath()) && Files.exists(statePath());
    }

    StepFiles observables() {
        return new StepFiles(path.resolve("observables"), "npz");
    }

    Path configPath() {
        return path.resolve("config.yaml");
    }

    Path vocabularyPath() {
        return path.resolve("vocabulary.json");
    }

    Path statePath() {
        return path.resolve("run.json");
    }

    Path metricsPath() {
        return path.resolve("metrics.jsonl");
    }
}
