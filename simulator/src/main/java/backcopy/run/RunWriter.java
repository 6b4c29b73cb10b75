package backcopy.run;

import backcopy.probe.Observable;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A run directory while it is written, by one at a time. After a kill or a failed write the files are those of the last
 * good state, and {@link #begin} goes on from it. Used by one thread; records are written on another while the next steps
 * run, and everything else waits for them.
 */
public final class RunWriter implements Closeable {
    private final RunDirectory directory;
    private final RunLock lock;
    private final RunSpec spec;
    private RunState state;
    private final ExecutorService records = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "records");
        thread.setDaemon(true);
        return thread;
    });
    private MetricsFile metrics;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    RunWriter(RunDirectory directory, RunLock lock, RunSpec spec, RunState state) {
        this.directory = directory;
        this.lock = lock;
        this.spec = spec;
        this.state = state;
    }

    public RunDirectory directory() {
        return directory;
    }

    public RunState state() {
        return state;
    }

    /** Replaces {@code run.json}. */
    public void update(RunState state) throws IOException {
        settle();
        WholeFile.write(directory.statePath(), Json.pretty(state));
        this.state = state;
    }

    /**
     * Looks for the newest sound checkpoint and removes everything recorded from its step on: whoever goes on from the
     * weights after that many updates records them again. Without a checkpoint the run begins anew. Comes first, and writes
     * nothing when something that lies there is damaged.
     *
     * <p>A step at which the run is finished is kept before; and {@code run.json} says that it is not finished any more before
     * anything is removed, so that a kill between two of these leaves either a whole finished run or a begun one.
     *
     * @throws IllegalArgumentException on damage, in one line
     */
    public Optional<Checkpoint> begin() throws IOException {
        List<String> notes = new ArrayList<>();
        Optional<Checkpoint> latest = directory.checkpoints().latest(notes::add);
        long step = latest.map(Checkpoint::step).orElse(0L);
        MetricsFile.check(directory.metricsPath(), step);
        for (String name : List.of("checkpoints", "observables", "figures"))
            Files.createDirectories(directory.path().resolve(name));
        if (directory.isBegun()) keepFinished();
        RunState begun = state.at(step, state.seconds(), state.tokensPerSecond());
        for (String note : notes) begun = begun.noted(note);
        update(begun);
        ConfigFile.write(directory.configPath(), spec);
        directory.checkpoints().deleteDamaged(step + 1);
        long every = spec.checkpoint().every();
        for (long saved : directory.checkpoints().steps())
            if (every > 0 && saved % every == 0) directory.checkpoints().keep(saved);
        directory.observables().delete(step, Long.MAX_VALUE);
        metrics = new MetricsFile(directory.metricsPath(), step);
        return latest;
    }

    /** Writes what the run's token ids stand for, if it is not there. */
    void write(Vocabulary vocabulary) throws IOException {
        if (!Files.exists(directory.vocabularyPath())) vocabulary.write(directory.vocabularyPath());
    }

    private void keepFinished() throws IOException {
        RunState then = directory.state();
        if (then.status() != RunState.Status.FINISHED) return;
        long step = then.steps();
        Path arrays = directory.observables(step);
        directory.checkpoints().keep(step);
        new FinishedStep(directory.path(), step).keep(directory.spec(), target -> linkOrCopy(arrays, target), then);
    }

    /** A link costs no room: whole files are never written in place. Not every file system has links. */
    private static void linkOrCopy(Path file, Path target) throws IOException {
        if (!Files.exists(file)) return;
        Files.deleteIfExists(target);
        try {
            Files.createLink(target, file);
        } catch (IOException | UnsupportedOperationException e) {
            WholeFile.write(target, out -> Files.copy(file, out));
        }
    }

    /**
     * Keeps a step that the run has come by, beside what it has come to, which stays as it is.
     *
     * @param state finished, of that step, with the record's numbers
     */
    void keep(Checkpoint checkpoint, List<Observable> observables, RunState state) throws IOException {
        directory.checkpoints().write(checkpoint);
        RunSpec shorter = Keys.parse(spec, Map.of("train.steps", Long.toString(checkpoint.step())));
        new FinishedStep(directory.path(), checkpoint.step())
                .keep(shorter, target -> ObservablesFile.write(target, observables), state);
    }

    /**
     * Writes the observables of a step and appends to {@code metrics.jsonl}; steps ascend. Returns when the record before is
     * written, and throws what went wrong with that one.
     */
    public void record(Measurement measurement, List<Observable> observables) throws IOException {
        settle();
        underWay = CompletableFuture.runAsync(() -> write(measurement, observables), records);
    }

    private void write(Measurement measurement, List<Observable> observables) {
        try {
            ObservablesFile.write(directory.observables(measurement.step()), observables);
            metrics.append(measurement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the record that is under way. */
    private void settle() throws IOException {
        CompletableFuture<Void> record = underWay;
        underWay = CompletableFuture.completedFuture(null);
        try {
            record.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failure) throw failure.getCause();
            throw e;
        }
    }

    /**
     * Saves a checkpoint; what was recorded before it is on the disk by then. Deletes older ones that nobody asked for.
     *
     * @param isAskedFor whether it is to stay
     */
    public void save(Checkpoint checkpoint, boolean isAskedFor) throws IOException {
        settle();
        if (metrics != null) metrics.sync();
        if (isAskedFor) directory.checkpoints().write(checkpoint);
        else directory.checkpoints().writeAutomatic(checkpoint);
        directory.checkpoints().deleteAutomatic(checkpoint.step());
    }

    /** Ends the writing; the state stays what it was. */
    @Override
    public void close() throws IOException {
        try (lock;
                MetricsFile open = metrics) {
            settle();
        } finally {
            records.shutdown();
        }
    }
}
