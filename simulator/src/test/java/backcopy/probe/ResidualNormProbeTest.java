package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ResidualNormProbeTest {
    @Test
    void aLayerIsItsOutputAndTheEmbeddingStandsApart() {
        Map<String, double[]> activations = Map.of(
                "embedding", new double[] {1, 0, 0, 1, 3, 4},
                "layers.0.residual.out", new double[] {0, 50, 2, 0, 0, 3},
                "layers.1.residual.out", new double[] {0, 90, 4, 0, 5, 12});
        Record record = HandSlice.lanes(
                new ResidualNormProbe(HandSlice.task(3), HandSlice.model(2, 1, 2, 0)),
                new HandSlice(new int[][] {{BOS, A, T, A}}, activations));
        assertEquals(50, record.number("layers.0.residual.norm.bos"));
        assertEquals(2, record.number("layers.0.residual.norm.others"));
        assertEquals(3, record.number("layers.0.residual.norm.triggers"));
        assertEquals(90, record.number("layers.1.residual.norm.bos"));
        assertEquals(13, record.number("layers.1.residual.norm.triggers"));
        assertArrayEquals(new double[] {1, 1, 5}, record.array("embedding.norm").toArray());
        assertArrayEquals(
                new double[] {50, 2, 3},
                record.array("residual.norm").at("layer", 0).toArray());
        assertEquals(4, record.array("residual.norm").get(1, 1));
    }
}
