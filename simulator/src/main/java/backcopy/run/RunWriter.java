package backcopy.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run directory while it is written, by one at a time. After a kill or a failed write the files are those of the last
 * good state, and {@link #resume} goes on from it. Used by one thread.
 */
public final class RunWriter implements Closeable {
    private final RunDirectory directory;
    private final RunLock lock;
    private RunState state;
    private MetricsFile metrics;

    RunWriter(RunDirectory directory, RunLock lock, RunSpec spec, RunState state) throws IOException {
        this.directory = directory;
        this.lock = lock;
        for (String name : List.of("checkpoints", "observables", "figures"))
            Files.createDirectories(directory.path().resolve(name));
        update(state);
        ConfigFile.write(directory.configPath(), spec);
    }

    public RunDirectory directory() {
        return directory;
    }

    public RunState state() {
        return state;
    }

    /** Replaces {@code run.json}. */
    public void update(RunState state) throws IOException {
        WholeFile.write(directory.statePath(), Json.pretty(state));
        this.state = state;
    }

    /**
     * The newest sound checkpoint, with everything recorded from its step on removed: whoever goes on from the weights after
     * that many updates records them again. Without a checkpoint the run begins anew.
     */
    public Optional<Checkpoint> resume() throws IOException {
        List<String> notes = new ArrayList<>();
        Optional<Checkpoint> latest = directory.checkpoints().latest(notes::add);
        long step = latest.map(Checkpoint::step).orElse(0L);
        closeMetrics();
        metrics = new MetricsFile(directory.metricsPath(), step);
        directory.observables().delete(step, Long.MAX_VALUE);
        directory.checkpoints().delete(step + 1, Long.MAX_VALUE);
        RunState resumed = state.at(step, state.seconds(), state.tokensPerSecond());
        for (String note : notes) resumed = resumed.noted(note);
        update(resumed);
        return latest;
    }

    /** Appends to {@code metrics.jsonl}. Steps ascend. */
    public void append(Measurement measurement) throws IOException {
        if (metrics == null) throw new IllegalStateException("resume comes before the first record");
        metrics.append(measurement);
    }

    /** Saves a checkpoint; what was recorded before it is on the disk by then. */
    public void save(Checkpoint checkpoint) throws IOException {
        if (metrics != null) metrics.sync();
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
        try {
            closeMetrics();
        } finally {
            lock.close();
        }
    }

    private void closeMetrics() throws IOException {
        if (metrics != null) metrics.close();
        metrics = null;
    }
}
