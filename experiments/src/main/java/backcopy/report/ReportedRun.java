package backcopy.report;

import backcopy.experiment.MostAttention;
import backcopy.run.Keys;
import backcopy.run.Measurement;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run, read once: as it is now, or as a sweep or an experiment asked for it.
 *
 * @param label what it is called among the others: its identity, with a step where a run is there at several
 * @param spec with the steps that were asked for
 * @param status what became of it, in a word
 * @param records steps ascending, up to the last one that was asked for
 */
public record ReportedRun(
        String label, RunDirectory directory, RunSpec spec, RunState state, String status, List<Measurement> records) {
    private static final String FINISHED = "finished", UNFINISHED = "unfinished";

    /** All of a run. */
    public static ReportedRun of(RunDirectory directory) {
        return new ReportedRun(
                directory.identity(),
                directory,
                directory.spec(),
                directory.state(),
                directory.status(),
                directory.measurements());
    }

    /** A run as of a step, whatever became of it since; where it has not been finished there, what there is of it. */
    static ReportedRun asOf(long steps, RunDirectory directory) {
        if (directory.isFinishedAt(steps)) return of(directory.at(steps));
        ReportedRun now = of(directory);
        return new ReportedRun(
                now.label,
                directory,
                Keys.parse(now.spec, Map.of("train.steps", Long.toString(steps))),
                now.state,
                now.isFinished() ? UNFINISHED : now.status,
                now.records.stream().filter(record -> record.step() <= steps).toList());
    }

    /** The same under the name of its run and step. */
    ReportedRun labeledByStep() {
        return new ReportedRun(identity() + "@" + spec.train().steps(), directory, spec, state, status, records);
    }

    public String identity() {
        return directory.identity();
    }

    /** Whether it came to the last step that was asked for; else its numbers are of another step, or of weights that diverged. */
    public boolean isFinished() {
        return status.equals(FINISHED);
    }

    /** The last record's step, or 0. */
    public long lastStep() {
        return records.isEmpty() ? 0 : records.get(records.size() - 1).step();
    }

    /** Where most attention is at the last record, if not on position 0. */
    Optional<MostAttention> mostElsewhere() {
        return records.isEmpty()
                ? Optional.empty()
                : MostAttention.elsewhere(records.get(records.size() - 1).numbers());
    }

    /** The last record's number, NaN where there is none. */
    public double last(String number) {
        return records.isEmpty()
                ? Double.NaN
                : records.get(records.size() - 1).numbers().getOrDefault(number, Double.NaN);
    }
}
