package backcopy.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run directory while it is written, by one at a time. After a kill or a failed write the files are those of the last
 * good state, and {@link #begin} goes on from it. Used by one thread.
 */
public final class RunWriter implements Closeable {
    private final RunDirectory directory;
    private final RunLock lock;
    private final RunSpec spec;
    private RunState state;
    private MetricsFile metrics;

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

    /** Appends to {@code metrics.jsonl}. Steps ascend. */
    public void append(Measurement measurement) throws IOException {
        metrics.append(measurement);
    }

    /** Saves a checkpoint; what was recorded before it is on the disk by then. */
    public void save(Checkpoint checkpoint) throws IOException {
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
        try {
            if (metrics != null) metrics.close();
        } finally {
            lock.close();
        }
    }
}
