package backcopy.report;

import backcopy.run.Measurement;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunState;
import java.util.List;
import java.util.Locale;

/**
 * A run, read once.
 *
 * @param records steps ascending, up to the last one that is wanted
 */
public record ReportedRun(RunDirectory directory, RunSpec spec, RunState state, List<Measurement> records) {
    /** All of a run. */
    public static ReportedRun of(RunDirectory directory) {
        return upTo(Long.MAX_VALUE, directory);
    }

    /** A run up to a step, where it has been lengthened since. */
    static ReportedRun upTo(long last, RunDirectory directory) {
        return new ReportedRun(
                directory,
                directory.spec(),
                directory.state(),
                directory.measurements().stream()
                        .filter(record -> record.step() <= last)
                        .toList());
    }

    public String identity() {
        return directory.identity();
    }

    /** The last record's step, or 0. */
    public long lastStep() {
        return records.isEmpty() ? 0 : records.get(records.size() - 1).step();
    }

    /** The last record's number, NaN where there is none. */
    public double last(String number) {
        return records.isEmpty()
                ? Double.NaN
                : records.get(records.size() - 1).numbers().getOrDefault(number, Double.NaN);
    }

    String status() {
        return status(directory, state);
    }

    /** What became of a run, in a word: {@code finished}, {@code failed}, {@code interrupted}, {@code running}, {@code killed}. */
    public static String status(RunDirectory directory, RunState state) {
        if (state.status() == RunState.Status.RUNNING) return directory.isBeingWritten() ? "running" : "killed";
        return state.status().name().toLowerCase(Locale.ROOT);
    }
}
