package backcopy.run;

import backcopy.file.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A run as it lies in its store, to read. Every method refuses a damaged or foreign file with its name and the reason. */
public final class RunDirectory {
    private final Path path;
    private final Set<Path> heldHere;

    /** @param path of a directory that is named by the run's identity */
    RunDirectory(Path path, Set<Path> heldHere) {
        this.path = path;
        this.heldHere = heldHere;
    }

    public Path path() {
        return path;
    }

    public String identity() {
        return path.getFileName().toString();
    }

    /** The spec, resolved, from {@code config.yaml}; checked to be the one that the directory is named by. */
    public RunSpec spec() {
        RunState state = state();
        ConfigFile config = ConfigFile.read(configPath());
        RunSpec spec = config.parse(Scale.PAPER.spec(), Map.of());
        for (String key : Keys.flatten(spec).keySet())
            if (!config.values().containsKey(key) && !RunIdentity.cameLater(key))
                throw new IllegalArgumentException(configPath() + " lacks " + key);
        boolean comparable = state.numerics() == RunIdentity.NUMERICS;
        if (comparable
                && !RunIdentity.of(spec, spec.train().backend(), state.contents())
                        .equals(identity()))
            throw new IllegalArgumentException(configPath() + " does not give the identity " + identity()
                    + " that its directory has: it was changed by hand");
        return spec;
    }

    /** {@code run.json}. */
    public RunState state() {
        if (!Files.exists(statePath())) throw new IllegalArgumentException(path + " is not a run: run.json is missing");
        RunState state;
        try {
            state = Json.MAPPER.readValue(Files.readAllBytes(statePath()), RunState.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(statePath() + " is damaged" + StrictJson.where(e));
        } catch (IOException e) {
            throw new IllegalArgumentException(statePath() + " cannot be read: " + Reason.of(e));
        }
        if (state == null) throw new IllegalArgumentException(statePath() + " is damaged: it says null");
        if (!state.identity().equals(identity()))
            throw new IllegalArgumentException(
                    statePath() + " is of run " + state.identity() + ", not of " + identity());
        return state;
    }

    /** Whether anybody writes it now. A run that says it is running, and is not written, was killed. */
    public boolean isBeingWritten() {
        return RunLock.isHeld(path, heldHere);
    }

    /** All records, steps ascending. */
    public List<Measurement> measurements() {
        return MetricsFile.read(metricsPath());
    }

    public Checkpoints checkpoints() {
        return new Checkpoints(path.resolve("checkpoints"), identity());
    }

    /** The steps that have recorded arrays, ascending. */
    public List<Long> observableSteps() {
        return observables().steps();
    }

    /** The file with the arrays recorded at a step, whether it exists or not. */
    public Path observables(long step) {
        return observables().path(step);
    }

    public Path figures() {
        return path.resolve("figures");
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

    Path statePath() {
        return path.resolve("run.json");
    }

    Path metricsPath() {
        return path.resolve("metrics.jsonl");
    }
}
