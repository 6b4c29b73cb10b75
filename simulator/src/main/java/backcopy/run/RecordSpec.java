package backcopy.run;

import backcopy.probe.RecordSchedule;

/**
 * When a run records what its probes see: the keys {@code record.*}.
 *
 * @param every steps between records; 0 for {@link RecordSchedule#logarithmic}
 */
public record RecordSpec(@EmptyWhenZero long every) {
    public RecordSpec {
        if (every < 0) throw new IllegalArgumentException("record.every = " + every + " is below 0");
    }

    /** The steps at which the run records. */
    public RecordSchedule schedule() {
        return every == 0 ? RecordSchedule.logarithmic() : RecordSchedule.every(every);
    }
}
