package backcopy.optim;

import java.util.function.DoubleSupplier;

/** Orthogonal matrices, row-major in double. */
final class Orthogonal {
    private Orthogonal() {}

    /** A rotation or reflection from Haar's measure: Q of a Gaussian matrix, R's diagonal positive (Mezzadri, math-ph/0609050). */
    static double[] haar(int size, DoubleSupplier gaussian) {
        double[] matrix = new double[size * size];
        for (int i = 0; i < matrix.length; i++) matrix[i] = gaussian.getAsDouble();
        return ofColumns(matrix, size);
    }

    static double[] identity(int size) {
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++) matrix[i * size + i] = 1;
        return matrix;
    }

    /** {@code Aᵀ}. */
    static double[] transposed(double[] a, int size) {
        double[] b = new double[a.length];
        for (int i = 0; i < size; i++) for (int j = 0; j < size; j++) b[j * size + i] = a[i * size + j];
        return b;
    }

    /**
     * Q of {@code A = Q R} with a diagonal of R that is not negative, by Householder's reflections: orthogonal whatever the rank
     * of A.
     *
     * @param a {@code [size, size]}, not modified
     */
    static double[] ofColumns(double[] a, int size) {
        double[] r = transposed(a, size); // a column is a row here, so that the loops run along memory
        double[][] reflections = new double[size][];
        boolean[] negative = new boolean[size];
        for (int k = 0; k < size; k++) {
            double[] v = new double[size];
            System.arraycopy(r, k * size + k, v, k, size - k);
            double norm = Math.sqrt(dot(v, v, 0, k, size));
            double alpha = v[k] > 0 ? -norm : norm;
            negative[k] = alpha < 0;
            v[k] -= alpha;
            double square = dot(v, v, 0, k, size);
            if (square == 0) continue;
            double scale = Math.sqrt(2 / square);
            for (int i = k; i < size; i++) v[i] *= scale;
            reflections[k] = v;
            for (int column = k; column < size; column++) reflect(v, r, column * size, k, size);
        }
        double[] q = identity(size); // its rows are Q's columns
        for (int k = size - 1; k >= 0; k--)
            if (reflections[k] != null)
                for (int column = k; column < size; column++) reflect(reflections[k], q, column * size, k, size);
        for (int k = 0; k < size; k++) if (negative[k]) for (int i = 0; i < size; i++) q[k * size + i] *= -1;
        return transposed(q, size);
    }

    /** {@code x = x - v (v . x)} for the row of {@code x} at {@code at}; v is 0 before {@code from}. */
    private static void reflect(double[] v, double[] x, int at, int from, int size) {
        double product = dot(v, x, at, from, size);
        for (int i = from; i < size; i++) x[at + i] -= product * v[i];
    }

    /** Four sums side by side, so that no addition waits for the one before. */
    private static double dot(double[] v, double[] x, int at, int from, int size) {
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int i = from;
        for (; i + 3 < size; i += 4) {
            sum0 += v[i] * x[at + i];
            sum1 += v[i + 1] * x[at + i + 1];
            sum2 += v[i + 2] * x[at + i + 2];
            sum3 += v[i + 3] * x[at + i + 3];
        }
        for (; i < size; i++) sum0 += v[i] * x[at + i];
        return (sum0 + sum1) + (sum2 + sum3);
    }
}
