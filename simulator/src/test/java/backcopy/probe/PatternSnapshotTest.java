package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.B;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PatternSnapshotTest {
    @Test
    void theFirstTwoSequencesOfTheLanesAreKept() {
        int[][] tokens = {{BOS, A, T}, {BOS, B, A}, {BOS, A, B}};
        double[] patterns = {1, 0, 0.1, 0.9, 1, 0, 0.2, 0.8, 1, 0, 0.3, 0.7};
        double[] states = {3, 4, 0, 1, 0, 2, 6, 8, 0, 0, 0, 0};
        HandSlice all = new HandSlice(
                tokens, Map.of("layers.1.attention.pattern", patterns, "layers.1.attention.valueState", states));
        PatternSnapshot probe = new PatternSnapshot(HandSlice.task(2), HandSlice.model(2, 1, 2, 0));
        Record record = HandSlice.lanes(probe, all.part(0, 1), all.part(1, 2));

        Observable pattern = record.array("attention.pattern");
        assertEquals(List.of("sequence", "layer", "head", "query", "key"), pattern.axes());
        assertArrayEquals(new int[] {2, 2, 1, 2, 2}, pattern.shape());
        assertArrayEquals(
                new double[] {1, 0, 0.1, 0.9, 1, 0, 0.2, 0.8},
                pattern.at("layer", 1).toArray());
        assertTrue(Double.isNaN(pattern.get(0, 0, 0, 0, 0)), "no attention there");
        assertArrayEquals(
                new double[] {BOS, A, BOS, B}, record.array("snapshot.tokens").toArray());
        assertArrayEquals(
                new double[] {5, 1, 2, 10},
                record.array("snapshot.value.norm").at("layer", 1).toArray());
    }

    @Test
    void longSequencesAreCut() {
        int length = 70;
        int[] tokens = new int[length + 1];
        Arrays.fill(tokens, A);
        tokens[0] = BOS;
        double[] pattern = new double[length * length];
        for (int query = 0; query < length; query++)
            for (int key = 0; key <= query; key++) pattern[query * length + key] = query + key / 1000.0;
        Map<String, double[]> activations =
                Map.of("layers.0.attention.pattern", pattern, "layers.0.attention.valueState", new double[length * 2]);
        Record record = HandSlice.lanes(
                new PatternSnapshot(HandSlice.task(length), HandSlice.model(1, 1, 2)),
                new HandSlice(new int[][] {tokens}, activations));
        Observable cut = record.array("attention.pattern");
        assertArrayEquals(new int[] {1, 1, 1, 64, 64}, cut.shape());
        assertEquals(63.062, cut.get(0, 0, 0, 63, 62));
        assertEquals(0, cut.get(0, 0, 0, 62, 63));
    }
}
