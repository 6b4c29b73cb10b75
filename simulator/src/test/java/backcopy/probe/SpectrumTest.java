package backcopy.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpectrumTest {
    /** {@code H D H} with a reflection H has the numbers of D. */
    @Test
    void findsTheEigenvaluesThatAMatrixWasMadeFrom() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {1, 2, 3, 5, 17, 40})
            for (double scale : new double[] {1, 1e-6, 1e9}) {
                double[] expected = random.doubles(n, -1, 1).map(x -> scale * x).toArray();
                if (n > 4) expected[1] = expected[0]; // twice the same, and some zeros
                if (n > 10) Arrays.fill(expected, 5, 9, 0);
                double[] v = random.doubles(n, -1, 1).toArray(), a = new double[n * n];
                double square = Arrays.stream(v).map(x -> x * x).sum();
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                        for (int k = 0; k < n; k++)
                            a[i * n + j] += reflection(v, square, i, k) * expected[k] * reflection(v, square, k, j);
                Arrays.sort(expected);
                assertArrayEquals(expected, sorted(Spectrum.of(a, n)), 1e-13 * scale * n);
            }
    }

    private static double reflection(double[] v, double square, int i, int j) {
        return (i == j ? 1 : 0) - 2 * v[i] * v[j] / square;
    }

    /** 2 on the diagonal, -1 beside it. */
    @Test
    void findsTheModesOfAString() {
        int n = 50;
        double[] a = new double[n * n], expected = new double[n];
        for (int i = 0; i < n; i++) {
            a[i * n + i] = 2;
            if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
            expected[i] = 2 - 2 * Math.cos((i + 1) * Math.PI / (n + 1));
        }
        assertArrayEquals(expected, sorted(Spectrum.of(a, n)), 1e-13);
    }

    @Test
    void zerosHaveZeros() {
        for (double value : Spectrum.of(new double[16], 4)) assertEquals(0, value);
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
