package backcopy.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OrthogonalTest {
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void columnsAreOrthonormalWhateverTheRank() {
        for (int size : new int[] {1, 2, 3, 8, 33})
            for (int zeros : new int[] {0, size / 2, size}) {
                double[] a = random.doubles(size * size, -1, 1).toArray();
                for (int i = 0; i < size; i++) for (int j = 0; j < zeros; j++) a[i * size + j] = 0;
                assertOrthonormal(Orthogonal.ofColumns(a, size), size);
            }
    }

    /** {@code Qᵀ A = R}: zeros below a diagonal that is not negative. */
    @Test
    void leavesATriangleWithAPositiveDiagonal() {
        int size = 7;
        double[] a = random.doubles(size * size, -1, 1).toArray(), before = a.clone();
        double[] q = Orthogonal.ofColumns(a, size);
        for (int i = 0; i < size; i++)
            for (int j = 0; j <= i; j++) {
                double r = 0;
                for (int k = 0; k < size; k++) r += q[k * size + i] * before[k * size + j];
                if (j < i) assertEquals(0, r, 1e-14);
                else assertTrue(r > 0, "R[" + i + ", " + i + "] = " + r);
            }
    }

    /**
     * Of Haar's measure E trace = 0 and E q⁴ = 3 / (n (n + 2)), which is .2 for n = 3. A signed permutation has 1/3; a QR that
     * leaves the signs to chance or to the reflections has another trace.
     */
    @Test
    void haarHasTheMomentsOfHaarsMeasure() {
        int draws = 20_000;
        double trace = 0, fourth = 0, largest = 0;
        for (int d = 0; d < draws; d++) {
            double[] q = Orthogonal.haar(3, random::nextGaussian);
            trace += (q[0] + q[4] + q[8]) / draws;
            fourth += (Math.pow(q[0], 4) + Math.pow(q[5], 4)) / (2 * draws);
            largest = Math.max(largest, Math.abs(q[0]));
        }
        assertEquals(0, trace, 0.04);
        assertEquals(0.2, fourth, 0.006);
        assertTrue(largest > 0.99 && largest <= 1 + 1e-12);
    }

    static void assertOrthonormal(double[] q, int size) {
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) {
                double product = 0;
                for (int k = 0; k < size; k++) product += q[k * size + i] * q[k * size + j];
                assertEquals(i == j ? 1 : 0, product, 1e-13);
            }
    }
}
