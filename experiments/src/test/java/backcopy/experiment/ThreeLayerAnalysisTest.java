package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.probe.Observable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What experiments on several layers compute, on vectors that fit on paper. */
class ThreeLayerAnalysisTest {
    @Test
    void sharesOfTheWritersAddUpToOne() {
        double[] embedding = {1, 0}, attention0 = {3, 1}, mlp0 = {0, -1}, attention1 = {-4, 0}, mlp1 = {0, 2};
        PeakWriters writers = PeakWriters.of(
                List.of("embedding", "attention 0", "MLP 0", "attention 1", "MLP 1"),
                List.of(embedding, attention0, mlp0, attention1, mlp1),
                List.of(new double[] {4, 0}, new double[] {0, 2}));
        assertArrayEquals(new double[] {1, Math.sqrt(10), 1, 4, 2}, writers.norms(), 1e-12);
        double[] after0 = writers.shares()[0], after1 = writers.shares()[1];
        assertArrayEquals(new double[] {0.25, 0.75, 0}, Arrays.copyOf(after0, 3), 1e-12);
        assertTrue(Double.isNaN(after0[3]) && Double.isNaN(after0[4]), "later parts have not written yet");
        assertArrayEquals(new double[] {0, 0.5, -0.5, 0, 1}, after1, 1e-12);
    }

    @Test
    void theMassiveNormComparesWithEveryLaterPosition() {
        Observable norms =
                Observable.of("residual.norm", List.of("layer", "position"), new int[] {2, 3}, 9, 1, 2, 4, 5, 7);
        assertEquals(9 - 1.5, ResidualPeak.massive(norms, 0), 1e-12);
        assertEquals(4 - 6, ResidualPeak.massive(norms, 1), 1e-12);
    }

    @Test
    void theAuthorsHaveAPeakInTwoStructures() {
        assertEquals(5.39, MinimalStructures.authorsRatio(1), 0.01);
        for (int structure : new int[] {0, 3, 4}) assertTrue(MinimalStructures.authorsRatio(structure) < 2);
    }
}
