package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LaplacianTest {
    private static final double[] COUNTS = {1, 1, 1, 1, 1};

    /** Rows 0 and 1 join {0, 1} and {2, 3}; token 4 follows only token 2, which has no choice. */
    private static final Laplacian LAPLACIAN = new Laplacian(new ReducedModel(
            new double[][] {
                {0.5, 0.5, 0, 0, 0}, {0, 0, 0.25, 0.75, 0}, {0, 0, 0, 0, 1}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}
            },
            List.of(Context.bigram(0, COUNTS, 0.25), Context.bigram(0, COUNTS, 0.25), Context.bigram(1, COUNTS, 2)),
            Attention.SOFTMAX));

    @Test
    void componentsAreWhatRowsJoin() {
        assertEquals(3, LAPLACIAN.components());
        assertArrayEquals(new double[] {2, 2, 5, 5, 9}, LAPLACIAN.means(new double[] {1, 3, 4, 6, 9}), 1e-15);
        assertArrayEquals(new double[] {-1, 1, -1, 1, 0}, LAPLACIAN.centered(new double[] {1, 3, 4, 6, 9}), 1e-15);
    }

    /** Each component is one edge of weight w p_k p_l, whose eigenvalue is twice that. */
    @Test
    void theGapIsTheLeastEigenvalueAboveZero() {
        assertEquals(2 * 0.5 * 0.25, LAPLACIAN.gap(), 1e-14); // the other is 2 * 2 * 3 / 16
    }

    @Test
    void solveInvertsWithinComponents() {
        assertArrayEquals(new double[] {-4, 4, 0, 0, 0}, LAPLACIAN.solve(new double[] {-1, 1, 0, 0, 0}), 1e-12);
    }
}
