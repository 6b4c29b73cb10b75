package backcopy.run;

import backcopy.probe.Observable;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
     * @throws IllegalArgumentException on damage, in one line
     */
    public Optional<Checkpoint> begin() throws IOException {
        List<String> notes = new ArrayList<>();
        Optional<Checkpoint> latest = directory.checkpoints().latest(notes::add);
        long step = latest.map(Checkpoint::step).orElse(0L);
        metrics = new MetricsFile(directory.metricsPath(), step);
        for (String name : List.of("checkpoints", "observables", "figures"))
            Files.createDirectories(directory.path().resolve(name));
        directory.observables().delete(step, Long.MAX_VALUE);
        directory.checkpoints().delete(step + 1, Long.MAX_VALUE);
        RunState begun = state.at(step, state.seconds(), state.tokensPerSecond());
        for (String note : notes) begun = begun.noted(note);
        update(begun);
        long steps = Math.max(step, spec.train().steps());
        ConfigFile.write(directory.configPath(), Keys.parse(spec, Map.of("train.steps", Long.toString(steps))));
        return latest;
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

    /** Saves a checkpoint; what was recorded before it is on the disk by then. */
    public void save(Checkpoint checkpoint) throws IOException {
        settle();
        metrics.sync();
        directory.checkpoints().write(checkpoint);
    }

    /** {@link #save}, then deletes the older checkpoints. */
    public void saveOnly(Checkpoint checkpoint) throws IOException {
        save(checkpoint);
        directory.checkpoints().delete(0, checkpoint.step());
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
