package backcopy.run;

import backcopy.probe.ExtraProbes;
import backcopy.probe.RecordSchedule;
import backcopy.probe.UpdateProbe;
import backcopy.probe.UpdateProbes;
import java.util.List;
import java.util.stream.Collectors;

/**
 * When a run records what its probes see: the keys {@code record.*}.
 *
 * @param every steps between records; 0 for {@link RecordSchedule#logarithmic}
 * @param updates names of {@link UpdateProbes}, separated by commas, or empty
 * @param probes names of {@link ExtraProbes}, separated by commas, or empty; {@code all} stands for all of them
 */
public record RecordSpec(@EmptyWhenZero long every, String updates, String probes) {
    /** Without further probes. */
    public RecordSpec(long every) {
        this(every, "");
    }

    /** Without extra probes. */
    public RecordSpec(long every, String updates) {
        this(every, updates, "");
    }

    public RecordSpec {
        if (every < 0) throw new IllegalArgumentException("record.every = " + every + " is below 0");
        updates = inOrder(updates);
        try {
            probes = String.join(",", ExtraProbes.named(probes));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("record.probes = " + e.getMessage(), e);
        }
    }

    private static String inOrder(String names) {
        try {
            return UpdateProbes.named(names).stream().map(UpdateProbe::name).collect(Collectors.joining(","));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("record.updates = " + e.getMessage(), e);
        }
    }

    List<UpdateProbe> updateProbes() {
        return UpdateProbes.named(updates);
    }

    /** Names of the probes that are added to those of every run. */
    public List<String> extraProbes() {
        return ExtraProbes.named(probes);
    }

    /** The steps at which the run records. */
    public RecordSchedule schedule() {
        return every == 0 ? RecordSchedule.logarithmic() : RecordSchedule.every(every);
    }
}
