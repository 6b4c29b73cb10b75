package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.B;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.model.ModelSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttentionProbeTest {
    private static final String PATTERN = "layers.0.attention.pattern";

    /** Two sequences, two heads, three positions: the first columns are all that is read. */
    private static final double[] TWO_HEADS = Stream.of(
                    new double[] {1, 0, 0, 0.5, 0.5, 0, 0.87, 0, 0.13}, // sequence 0, head 0: alpha 0.79
                    new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, // sequence 0, head 1: alpha 1/3
                    new double[] {1, 0, 0, 0.23, 0.77, 0, 0, 0.5, 0.5}, // sequence 1, head 0: alpha 0.41
                    new double[] {0.6, 0, 0, 0.2, 0, 0, 0.07, 0, 0}) // sequence 1, head 1, not normalized: alpha 0.29
            .flatMapToDouble(Arrays::stream)
            .toArray();

    private static final int[][] TOKENS = {{BOS, A, T, A}, {BOS, B, A, T}};

    @Test
    void attentionOnBosIsTheMeanOverQueriesThatAreNoTrigger() {
        Record record = record();
        assertEquals((1 + 0.5 + 1 + 0.23 + 0) / 5, record.number("layers.0.heads.0.attention.bos"), 1e-15);
        assertEquals((1 + 0 + 0.6 + 0.2 + 0.07) / 5, record.number("layers.0.heads.1.attention.bos"), 1e-15);
    }

    @Test
    void alphaIsTheMeanOverAllQueries() {
        Record record = record();
        assertEquals((0.79 + 0.41) / 2, record.number("layers.0.heads.0.attention.alpha"), 1e-15);
        assertEquals((1 / 3.0 + 0.29) / 2, record.number("layers.0.heads.1.attention.alpha"), 1e-15);
    }

    @Test
    void theSinkRateCountsHeadsOfSequencesAboveTheThreshold() {
        Record record = record();
        assertEquals(3 / 4.0, record.number("sink.rate"));
        double[] epsilon = record.array("sink.epsilon").toArray();
        double[] rate = record.array("sink.rate").toArray();
        assertEquals(19, rate.length);
        assertEquals(0.05, epsilon[0]);
        assertEquals(0.3, epsilon[5]);
        assertEquals(0.95, epsilon[18]);
        for (int i = 0; i < rate.length; i++) {
            int above = 0;
            for (double alpha : new double[] {0.79, 1 / 3.0, 0.41, 0.29}) if (alpha > epsilon[i]) above++;
            assertEquals(above / 4.0, rate[i], "epsilon " + epsilon[i]);
        }
    }

    @Test
    void uniformAttentionIsTheHarmonicNumberOverTheLength() {
        assertEquals((1 + 1 / 2.0 + 1 / 3.0) / 3, record().number("sink.uniform"), 1e-15);
    }

    @Test
    void layersWithoutAttentionCountForNothing() {
        Map<String, double[]> activations = Map.of("layers.1.attention.pattern", TWO_HEADS);
        Record record = HandSlice.lanes(
                new AttentionProbe(HandSlice.task(3), HandSlice.model(2, 2, 4, 0)), new HandSlice(TOKENS, activations));
        assertEquals(3 / 4.0, record.number("sink.rate"));
        assertFalse(record.numbers().containsKey("layers.0.heads.0.attention.bos"));
        assertTrue(record.numbers().containsKey("layers.1.heads.1.attention.bos"));

        ModelSpec none = HandSlice.model(1, 2, 4, 0);
        Record empty = HandSlice.lanes(new AttentionProbe(HandSlice.task(3), none), new HandSlice(TOKENS, Map.of()));
        assertTrue(empty.numbers().isEmpty());
    }

    @Test
    void theRateFallsFromOneToZeroAsTheThresholdPassesAlpha() {
        double[] pattern = new double[9];
        pattern[0] = 1;
        pattern[3] = 0.5; // alpha 0.5, which 0.5 does not exceed
        Record record = HandSlice.lanes(
                new AttentionProbe(HandSlice.task(3), HandSlice.model(1, 1, 4)),
                new HandSlice(new int[][] {{BOS, A, T, A}}, Map.of(PATTERN, pattern)));
        double[] expected = new double[19];
        for (int i = 0; i < 9; i++) expected[i] = 1;
        assertArrayEquals(expected, record.array("sink.rate").toArray());
    }

    /** Positions 0 and 1 are only read. */
    @Test
    void queriesInAPrefixDoNotCount() {
        Record record = HandSlice.lanes(
                new AttentionProbe(HandSlice.task(3, 1), HandSlice.model(1, 2, 4)),
                new HandSlice(TOKENS, Map.of(PATTERN, TWO_HEADS)));
        assertEquals(0, record.number("layers.0.heads.0.attention.bos")); // of sequence 1 alone
        assertEquals(0.87 / 2, record.number("layers.0.heads.0.attention.alpha"), 1e-15);
        assertEquals(1 / 3.0, record.number("sink.uniform"), 1e-15);
    }

    private static Record record() {
        return HandSlice.lanes(
                new AttentionProbe(HandSlice.task(3), HandSlice.model(1, 2, 4)),
                new HandSlice(TOKENS, Map.of(PATTERN, TWO_HEADS)));
    }
}
