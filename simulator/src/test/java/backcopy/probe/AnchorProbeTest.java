package backcopy.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.task.TaskSpec;
import backcopy.task.TriggerMean;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AnchorProbeTest {
    private static final TriggerMean TASK =
            new TriggerMean(new TaskSpec(TriggerMean.NAME, "tiny-shakespeare", 0, 4, 1));

    /** Two sequences, two heads, four positions. */
    private static final double[] PATTERN = Stream.of(
                    new double[] {1, 0, 0, 0, 0.9, 0.1, 0, 0, 0.25, 0.5, 0.25, 0, 0.7, 0.1, 0.1, 0.1},
                    new double[] {0, 0, 0, 0, 0.2, 0, 0, 0, 0.5, 0, 0, 0, 0.1, 0.3, 0, 0},
                    new double[] {1, 0, 0, 0, 0.8, 0.2, 0, 0, 0.6, 0.2, 0.2, 0, 0.5, 0.5, 0, 0},
                    new double[] {0, 0, 0, 0, 0, 0, 0, 0, 0.3, 0, 0, 0, 0.5, 0, 0, 0})
            .flatMapToDouble(Arrays::stream)
            .toArray();

    /** Triggers at positions 2 and 3. */
    private static final int[][] TOKENS = {{0, 2, 5, 8, 0}, {0, 4, 6, 11, 0}};

    @Test
    void readsAttentionOfQueriesThatHaveNothingToDo() {
        HandSlice both = new HandSlice(TOKENS, Map.of("layers.0.attention.pattern", PATTERN));
        AnchorProbe probe = new AnchorProbe(TASK, HandSlice.model(1, 2, 4));
        for (Record record :
                new Record[] {HandSlice.lanes(probe, both), HandSlice.lanes(probe, both.part(0, 1), both.part(1, 1))}) {
            assertEquals((0.9 + 0.7 + 0.8 + 0.6) / 4, record.number("layers.0.heads.0.anchor.mean"), 1e-15);
            assertEquals(0.6, record.number("layers.0.heads.0.anchor.least"));
            assertEquals((0.1 + 0.3 + 0.2 + 0.4) / 4, record.number("layers.0.heads.0.anchor.leak"), 1e-15);
            assertEquals((3 * 0.25 + 4 * 0.5) / 2, record.number("layers.0.heads.0.anchor.trigger"), 1e-15);
            assertEquals((0.2 + 0.1 + 0 + 0.3) / 4, record.number("layers.0.heads.1.anchor.mean"), 1e-15);
            assertEquals(0, record.number("layers.0.heads.1.anchor.least"));
            assertEquals(0.3 / 4, record.number("layers.0.heads.1.anchor.leak"), 1e-15);
            assertEquals(record.number("layers.0.heads.0.anchor.mean"), record.number("anchor.mean"));
            assertEquals(0.6, record.number("anchor.least"));
        }
    }

    @Test
    void errorsAreToldByRole() {
        double[] errors = new double[2 * 4 * 4];
        errors[2 * 4] = 0.6; // the first sequence's trigger
        errors[(4 + 3) * 4 + 1] = -0.8; // the second's
        errors[(4 + 1) * 4 + 3] = 0.5;
        HandSlice both = new HandSlice(TOKENS, Map.of("error", errors));
        SquaredErrorProbe probe = new SquaredErrorProbe(TASK, HandSlice.model(1, 2, 4));
        Record record = HandSlice.lanes(probe, both.part(0, 1), both.part(1, 1));
        assertEquals(Math.sqrt((0.36 + 0.64) / 8), record.number("error.trigger"), 1e-15);
        assertEquals(Math.sqrt(0.25 / 24), record.number("error.elsewhere"), 1e-15);
        assertEquals(0.8, record.number("error.largest"));
        assertEquals(1.25 / 32, record.number("loss.evaluation"), 1e-15);
    }
}
