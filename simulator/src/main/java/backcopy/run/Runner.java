package backcopy.run;

import backcopy.probe.RecordSchedule;
import backcopy.train.NonFiniteLossException;
import backcopy.train.Trainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Trains what a spec says and keeps it in a store: finds a finished run, goes on with a begun one, begins a new one. What the
 * files hold is a function of the spec, whatever stopped the run in between.
 *
 * <p>The record of step n is of the weights after n updates; its {@code loss.train} is the loss of batch n on them.
 */
public final class Runner {
    /** Between checkpoints where {@code checkpoint.every} is not given: a kill costs at most this. */
    private static final double CHECKPOINT_SECONDS = 30;

    /** The part of the time it tells that a rehearsal may cost, within the least and the most seconds on a processor. */
    private static final double REHEARSED_PART = 0.008;
    /** Measured on two cores, JDK 17 and 25: the compiler has done the most of it after .5 to .7 s. */
    private static final double REHEARSED_LEAST = 0.6;
    /** And the last of it after 4 s; until then times are up to ten times too long. */
    private static final double REHEARSED_MOST = 4;
    /** Short runs are not worth even the least: this part of them. */
    private static final double REHEARSED_PART_OF_SHORT = 0.5;
    /** The first slices are interpreted: on a busy machine the time may be over before one of them was compiled. */
    private static final int REHEARSED_SLICES = 8;
    /** What a rehearsal may take where others have the processors. */
    private static final double PATIENCE_SECONDS = 10;

    private final RunStore store;
    private final Provenance machine;
    private final BooleanSupplier stop;
    private final double checkpointSeconds;

    /**
     * @param machine where it runs, but for the backend
     * @param stop asked after every step; when true, the run is saved and left as interrupted
     */
    public Runner(RunStore store, Provenance machine, BooleanSupplier stop) {
        this(store, machine, stop, CHECKPOINT_SECONDS);
    }

    /** @param checkpointSeconds between checkpoints that nobody asked for */
    Runner(RunStore store, Provenance machine, BooleanSupplier stop, double checkpointSeconds) {
        this.store = store;
        this.machine = machine;
        this.stop = stop;
        this.checkpointSeconds = checkpointSeconds;
    }

    /**
     * Runs a spec to its last step. Where the run has come further already, it stays as it is: what it had come to at the spec's
     * last step is found, or made again from the nearest checkpoint before, and kept.
     *
     * @param init a file of initial weights, or null to draw them
     * @return the run, finished or interrupted; the finished one {@link RunDirectory#at} the spec's last step
     * @throws IllegalArgumentException when the request is wrong; nothing is written then
     * @throws NonFiniteLossException when training diverged; the run is stored as failed
     * @throws IOException when the store cannot be written any more; the last good state is kept
     */
    public RunDirectory run(RunSpec spec, Path init, Progress progress) throws IOException {
        Optional<RunDirectory> finished = finished(spec, init);
        if (finished.isPresent()) {
            progress.found(finished.get());
            return finished.get();
        }
        store.requireWritable();
        requireTraining(spec, init);
        RunSpec resolved = resolved(spec);
        long steps = spec.train().steps();
        Map<String, String> contents = contents(resolved, init);
        try (Setup setup = Setup.of(resolved, init)) {
            if (!contents(resolved, init).equals(contents))
                throw new IllegalArgumentException("a file of this run changed while it was read: "
                        + NamedFiles.of(resolved, init).values());
            Optional<Checkpoint> parent = parent(resolved, contents);
            parent.ifPresent(checkpoint -> startFrom(checkpoint, resolved, setup));
            String file = init == null ? "" : init.toAbsolutePath().toString();
            Provenance provenance = machine.on(setup.backend());
            try (RunWriter writer = store.open(resolved, contents, file, provenance, Instant.now())) {
                RunDirectory directory = writer.directory();
                if (directory.isBegun() && directory.isFinishedAt(steps)) { // by another process, meanwhile
                    progress.found(directory.at(steps));
                    return directory.at(steps);
                }
                if (parent.isPresent()) store.keepCheckpoint(resolved.train().from());
                boolean hasComeBy = directory.isBegun() && directory.reached() > steps;
                Optional<Checkpoint> own =
                        hasComeBy ? directory.checkpoints().latest(steps, note -> {}) : writer.begin();
                own.ifPresent(checkpoint -> {
                    restore(checkpoint, "the run's own checkpoint", setup);
                    setup.intervention().restore(checkpoint.tensors());
                });
                Optional<Vocabulary> vocabulary = Vocabulary.of(setup.task());
                if (vocabulary.isPresent()) writer.write(vocabulary.get());
                long from = own.or(() -> parent).map(Checkpoint::step).orElse(0L);
                if (hasComeBy) return new Replay(setup, resolved, writer, progress, stop, checkpointSeconds).run(from);
                new Sitting(setup, resolved, writer, progress, from).train();
                return directory.state().status() == RunState.Status.FINISHED ? directory.at(steps) : directory;
            }
        }
    }

    /** The stored run of a spec as of the spec's last step, if it was ever finished there. */
    public Optional<RunDirectory> finished(RunSpec spec, Path init) {
        long steps = spec.train().steps();
        return store.lookup(identity(spec, init))
                .filter(run -> run.isFinishedAt(steps))
                .map(run -> run.at(steps));
    }

    /** The same, or the run that came to a loss which is not finite before that step, as it would again. */
    public Optional<RunDirectory> ended(RunSpec spec, Path init) {
        return finished(spec, init)
                .or(() -> store.lookup(identity(spec, init))
                        .filter(run -> run.state().hasDiverged()
                                && run.state().steps() < spec.train().steps()));
    }

    /**
     * Refuses a request for steps that train nothing, since the learning rate has come to zero before the first of them.
     *
     * @throws IllegalArgumentException with the key to change
     */
    public void requireTraining(RunSpec spec, Path init) {
        RunSpec resolved = resolved(spec);
        long steps = spec.train().steps();
        if (steps == 0 || !resolved.schedule().isOver(steps - 1)) return;
        long from = store.lookup(identity(spec, init))
                .map(RunDirectory::state)
                .filter(state -> state.status() == RunState.Status.FINISHED)
                .map(RunState::steps)
                .orElse(spec.train().firstStep());
        if (from < steps && resolved.schedule().isOver(from))
            throw new IllegalArgumentException("optimizer.horizon = "
                    + resolved.schedule().horizon().orElseThrow()
                    + " is over at step " + from + ", where these steps begin: the learning rate is 0 from there to"
                    + " train.steps = " + steps + ", and nothing would be trained");
    }

    /** The identity that a spec's run has or would have in the store. */
    public String identity(RunSpec spec, Path init) {
        RunSpec resolved = resolved(spec);
        return RunIdentity.of(resolved, resolved.train().backend(), contents(resolved, init));
    }

    /** The spec with what this machine makes of its defaults. */
    public static RunSpec resolved(RunSpec spec) {
        return spec.resolved(Backends.resolve(spec));
    }

    /** What stands for the files in the identity. */
    private Map<String, String> contents(RunSpec spec, Path init) {
        String from = spec.train().from();
        if (init != null && !from.isEmpty())
            throw new IllegalArgumentException("--init " + init + " and train.from = " + from
                    + " do not go together: a run begins with the weights of one of them");
        Map<String, String> contents = new LinkedHashMap<>(NamedFiles.contents(NamedFiles.of(spec, init)));
        if (!from.isEmpty())
            contents.put("train.from", parentIdentity(from) + "@" + spec.train().firstStep());
        return contents;
    }

    /** A whole identity needs no store: so a run is known, or found finished, before its parent is there. */
    private String parentIdentity(String from) {
        String run = from.substring(0, from.indexOf('@'));
        return RunIdentity.ID.matcher(run).matches() ? run : parentRun(from).identity();
    }

    /** The checkpoint that {@code train.from} names; nothing where the run goes on from its own. */
    private Optional<Checkpoint> parent(RunSpec spec, Map<String, String> contents) {
        String from = spec.train().from();
        boolean begun = store.lookup(RunIdentity.of(spec, spec.train().backend(), contents))
                .filter(run -> run.checkpoints().steps().stream()
                        .anyMatch(step -> step <= spec.train().steps()))
                .isPresent();
        if (from.isEmpty() || begun) return Optional.empty();
        NamedFiles.requireSameAsParent(parentRun(from), NamedFiles.of(spec, null), contents);
        long step = spec.train().firstStep();
        try {
            return Optional.of(parentRun(from).checkpoints().read(step));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("train.from = " + from + ": " + e.getMessage(), e);
        }
    }

    private RunDirectory parentRun(String from) {
        try {
            return store.find(from.substring(0, from.indexOf('@')));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("train.from = " + from + ": " + e.getMessage(), e);
        }
    }

    /** Another optimizer than the parent's begins with moments of zero, as one does in another basis. */
    private void startFrom(Checkpoint parent, RunSpec spec, Setup setup) {
        String from = spec.train().from(), what = "train.from = " + from;
        if (spec.recipe().goesOnFrom(parentRun(from).spec().recipe())) restore(parent, what, setup);
        else {
            ModelState.readWeights(parent.tensors(), what, setup.model());
            setup.trainer().momentsBegan(parent.step());
        }
    }

    private static void restore(Checkpoint checkpoint, String what, Setup setup) {
        ModelState.readWeights(checkpoint.tensors(), what, setup.model());
        ModelState.readMoments(checkpoint, what, setup.trainer());
    }

    /** One sitting of a run: from a step to the last, or to where it is stopped. */
    private final class Sitting {
        private final Setup setup;
        private final Trainer trainer;
        private final RunSpec spec;
        private final RunWriter writer;
        private final Progress progress;
        private final RecordSchedule schedule;
        private final long steps;
        /** Where the run was finished before: it comes by only where a checkpoint was damaged or removed since. */
        private final Set<Long> kept;

        private final double tokensPerStep;
        private final double secondsBefore;
        private final long from;
        private double began = now();
        private double checkpointed = began;

        Sitting(Setup setup, RunSpec spec, RunWriter writer, Progress progress, long from) {
            this.setup = setup;
            this.spec = spec;
            this.writer = writer;
            this.progress = progress;
            this.from = from;
            trainer = setup.trainer();
            schedule = spec.record().schedule();
            steps = spec.train().steps();
            kept = new HashSet<>(FinishedStep.steps(writer.directory().path()));
            tokensPerStep = (double) spec.train().batchSize() * setup.task().sequenceLength();
            secondsBefore = writer.state().seconds();
        }

        void train() throws IOException {
            progress.begins(writer.directory(), from, steps);
            long step = from;
            try {
                if (from < steps && progress.wantsEstimate() && !stop.getAsBoolean())
                    progress.estimated((steps - from) * secondsPerStep(setup, from, steps - from));
                began = now();
                checkpointed = began;
                for (; step < steps && !stop.getAsBoolean(); step++) {
                    saveIfDue(step);
                    if (schedule.isDue(step)) {
                        record(step);
                        trainer.update(step);
                    } else trainer.advance(step, setup.interventions(step));
                    progress.at(step + 1, steps, now() - began, speed(step + 1), left(step + 1));
                }
                if (step == steps) finish();
                else {
                    save(step);
                    writer.update(writer.state().interrupted());
                }
            } catch (NonFiniteLossException e) {
                writer.update(at(e.step()).failed(e.getMessage()));
                throw e;
            } catch (IOException e) {
                markFailed(step, e);
                throw e;
            } finally {
                progress.ends();
            }
        }

        private void finish() throws IOException {
            Map<String, Double> numbers = record(steps);
            save(steps);
            writer.update(writer.state().finished(numbers));
        }

        /** Adds to the run's metrics and observables; the trainer then has the gradient of the step's batch. */
        private Map<String, Double> record(long step) throws IOException {
            Setup.Measured measured = setup.measure(step);
            writer.record(new Measurement(step, measured.numbers()), measured.arrays());
            return measured.numbers();
        }

        private void saveIfDue(long step) throws IOException {
            boolean isTime = spec.checkpoint().every() == 0 && now() - checkpointed > checkpointSeconds;
            if (isTime || step > from && isAskedFor(step)) save(step);
        }

        private boolean isAskedFor(long step) {
            long every = spec.checkpoint().every();
            return step == steps || every > 0 && step % every == 0 || kept.contains(step);
        }

        private void save(long step) throws IOException {
            trainer.settle();
            writer.save(setup.checkpoint(step), isAskedFor(step));
            writer.update(at(step));
            checkpointed = now();
        }

        private RunState at(long step) {
            return writer.state().at(step, secondsBefore + now() - began, speed(step));
        }

        /** On a full disk this may fail as well: then the state stays what it was, and the first reason is told. */
        private void markFailed(long step, IOException reason) {
            try {
                writer.update(at(step).failed(Reason.of(reason)));
            } catch (IOException second) {
                reason.addSuppressed(second);
            }
        }

        private double speed(long step) {
            double seconds = now() - began;
            return seconds > 0 ? (step - from) * tokensPerStep / seconds : 0;
        }

        private double left(long step) {
            return (now() - began) / (step - from) * (steps - step);
        }
    }

    /**
     * Seconds that a step of a spec takes on this machine, from a rehearsal that is short beside so many steps. Writes nothing.
     * On a busy machine it rehearses until it has had a processor for as long as on a quiet one, since many runs are planned by
     * what it says.
     */
    public double secondsPerStep(RunSpec spec, double steps) {
        try (Setup setup = Setup.of(resolved(spec), null)) {
            return secondsPerStep(setup, spec.train().firstStep(), steps);
        }
    }

    /**
     * The fastest of many slices, on one thread: Java compiles while it runs, the first slice may take a thousand times as
     * long, and so the compiler has the other cores. Leaves out the update and the records, a few percent.
     */
    private double secondsPerStep(Setup setup, long from, double steps) {
        double began = now(), cpuBegan = cpu(), best = Double.POSITIVE_INFINITY, spent;
        Trainer trainer = setup.trainer();
        int slices = 0;
        do {
            double before = now();
            trainer.rehearse(from, setup.interventions(from));
            best = Math.min(best, (now() - before) * trainer.slicesPerThread());
            slices++;
            spent = now() - began;
        } while ((slices < REHEARSED_SLICES && spent < 2 * REHEARSED_LEAST
                        || cpu() - cpuBegan < rehearsal(best * steps) && spent < PATIENCE_SECONDS)
                && !stop.getAsBoolean());
        return best;
    }

    /** For how many seconds work that takes so many is rehearsed. */
    private static double rehearsal(double seconds) {
        double least = Math.min(REHEARSED_LEAST, REHEARSED_PART_OF_SHORT * seconds);
        return Math.min(REHEARSED_MOST, Math.max(least, REHEARSED_PART * seconds));
    }

    /** Seconds that this thread has had a processor. */
    private static double cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() * 1e-9;
    }

    private static double now() {
        return System.nanoTime() * 1e-9;
    }
}
