package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.B;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreProbeTest {
    /** Queries {@code <s> a a t b}; what a query does not see is 0. */
    private static final int[][] TOKENS = {{BOS, A, A, T, B, A}};

    private static final double[] SCORES = {
        9, 0, 0, 0, 0, // <s>
        2, 9, 0, 0, 0, // a: too early for a delta
        6, 1, 9, 0, 0, // a: delta 6 - 1
        4, 1, 2, 9, 0, // t: delta 4 - 1.5
        7, 1, 2, 6, 9 // b: delta 7 - 3
    };

    @Test
    void sinkLogitsAndTheirLeadAreMeansByToken() {
        Record record = record();
        Observable bos = record.array("score.bos").at("layer", 1).at("head", 0);
        assertEquals(4, bos.get(A));
        assertEquals(7, bos.get(B));
        assertEquals(4, bos.get(T));
        assertEquals(9, bos.get(BOS));
        Observable delta = record.array("score.delta").at("layer", 1).at("head", 0);
        assertEquals(5, delta.get(A));
        assertEquals(4, delta.get(B));
        assertEquals(2.5, delta.get(T));
        assertTrue(Double.isNaN(delta.get(BOS)));
        assertTrue(Double.isNaN(bos.get(HandSlice.VOCABULARY - 1)), "a token that does not occur");
    }

    @Test
    void numbersCountEachTokenIdOnce() {
        Record record = record();
        String head = "layers.1.heads.0.score.";
        assertEquals((4 + 7) / 2.0, record.number(head + "bos"));
        assertEquals((5 + 4) / 2.0, record.number(head + "delta"));
        assertEquals(4.1, record.number(head + "delta.q10"), 1e-15);
        assertEquals(4.9, record.number(head + "delta.q90"), 1e-15);
        assertEquals(2.5, record.number(head + "delta.triggers"));
    }

    @Test
    void layersWithoutAttentionAreNaN() {
        Record record = record();
        assertEquals(2, record.array("score.delta").size("layer"));
        assertTrue(Double.isNaN(record.array("score.delta").get(0, 0, A)));
        assertTrue(record.numbers().keySet().stream().noneMatch(name -> name.startsWith("layers.0")));
    }

    @Test
    void quantilesAreLinearBetweenOrderStatistics() {
        double[] values = {8, 1, 4, 2}; // numpy.quantile: 1.3, 3.0, 6.8
        assertEquals(1.3, ScoreProbe.quantile(values, 0.1), 1e-15);
        assertEquals(3, ScoreProbe.quantile(values, 0.5), 1e-15);
        assertEquals(6.8, ScoreProbe.quantile(values, 0.9), 1e-15);
        assertEquals(8, ScoreProbe.quantile(values, 1));
        assertEquals(7, ScoreProbe.quantile(new double[] {7}, 0.1));
        assertTrue(Double.isNaN(ScoreProbe.quantile(new double[0], 0.1)));
    }

    @Test
    void queriesInAPrefixDoNotCount() {
        Observable bos = HandSlice.lanes(
                        new ScoreProbe(HandSlice.task(5, 1), HandSlice.model(2, 1, 4, 0)),
                        new HandSlice(TOKENS, Map.of("layers.1.attention.scores", SCORES)))
                .array("score.bos")
                .at("layer", 1)
                .at("head", 0);
        assertEquals(6, bos.get(A));
        assertTrue(Double.isNaN(bos.get(BOS)));
    }

    private static Record record() {
        return HandSlice.lanes(
                new ScoreProbe(HandSlice.task(5), HandSlice.model(2, 1, 4, 0)),
                new HandSlice(TOKENS, Map.of("layers.1.attention.scores", SCORES)));
    }
}
