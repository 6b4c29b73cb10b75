package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.B;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueNormProbeTest {
    private static final int[][] TOKENS = {{BOS, A, T, A}, {BOS, B, A, T}};

    /** Norms: 5, 1, 2 and 5, 3, 10. */
    private static final double[] STATES = {3, 4, 0, 1, 2, 0, 4, -3, 0, 3, 6, 8};

    /** Norms: 1, 2, 3 and 1, 4, 13. */
    private static final double[] VALUES = {1, 0, 2, 0, 0, -3, 1, 0, 0, 4, 5, 12};

    @Test
    void normsAreMeansByRole() {
        Record record = record();
        assertEquals(5, record.number("layers.1.value.norm.bos"));
        assertEquals((1 + 3 + 10) / 3.0, record.number("layers.1.value.norm.others"));
        assertEquals(2, record.number("layers.1.value.norm.triggers"));
        assertEquals(1, record.number("layers.1.value.raw.bos"));
        assertEquals((2 + 4 + 13) / 3.0, record.number("layers.1.value.raw.others"));
        assertEquals(3, record.number("layers.1.value.raw.triggers"));
    }

    @Test
    void normsAreMeansByPositionTokenAndHead() {
        Record record = record();
        assertArrayEquals(
                new double[] {5, 2, 6},
                record.array("value.norm").at("layer", 1).toArray());
        Observable byToken = record.array("value.norm.token").at("layer", 1);
        assertEquals((1 + 10) / 2.0, byToken.get(A));
        assertEquals(3, byToken.get(B));
        assertEquals(2, byToken.get(T));
        assertEquals(5, byToken.get(BOS));
        Observable raw = record.array("value.raw").at("layer", 1);
        assertArrayEquals(new double[] {1, 1, 2.5}, raw.at("head", 0).toArray());
        assertArrayEquals(new double[] {0, 2, 7.5}, raw.at("head", 1).toArray());
    }

    @Test
    void layersWithoutAttentionAreNaN() {
        Record record = record();
        assertFalse(record.numbers().containsKey("layers.0.value.norm.bos"));
        assertTrue(Double.isNaN(record.array("value.norm").get(0, 0)));
        assertTrue(Double.isNaN(record.array("value.raw").get(0, 1, 2)));
    }

    private static Record record() {
        Map<String, double[]> activations =
                Map.of("layers.1.attention.valueState", STATES, "layers.1.attention.value", VALUES);
        return HandSlice.lanes(
                new ValueNormProbe(HandSlice.task(3), HandSlice.model(2, 2, 2, 0)), new HandSlice(TOKENS, activations));
    }
}
