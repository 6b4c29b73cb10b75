package backcopy.probe;

/** Eigenvalues of a symmetric matrix: Householder's tridiagonal form, then QL steps with implicit shifts. */
final class Spectrum {
    /** QL steps an eigenvalue may take; it takes two or three. */
    private static final int MOST = 60;

    private Spectrum() {}

    /**
     * In no order.
     *
     * @param a {@code [n, n]}, overwritten
     */
    static double[] of(double[] a, int n) {
        double[] diagonal = new double[n], beside = new double[n];
        tridiagonalize(a, n, diagonal, beside);
        double size = 0;
        for (int i = 0; i < n; i++) size = Math.max(size, Math.abs(diagonal[i]) + Math.abs(beside[i]));
        for (int l = 0; l < n; l++) converge(diagonal, beside, l, n, Math.ulp(size));
        return diagonal;
    }

    /** {@code beside[i]} is the number between rows i and i + 1; the last is 0. */
    private static void tridiagonalize(double[] a, int n, double[] diagonal, double[] beside) {
        double[] v = new double[n], p = new double[n];
        for (int k = 0; k < n - 2; k++) {
            double norm = 0;
            for (int i = k + 1; i < n; i++) norm += a[i * n + k] * a[i * n + k];
            norm = Math.sqrt(norm);
            double alpha = a[(k + 1) * n + k] > 0 ? -norm : norm;
            diagonal[k] = a[k * n + k];
            beside[k] = alpha;
            if (norm == 0) continue;
            double square = 0;
            for (int i = k + 1; i < n; i++) {
                v[i] = a[i * n + k] - (i == k + 1 ? alpha : 0);
                square += v[i] * v[i];
            }
            reflect(a, n, k + 1, v, p, 2 / square);
        }
        if (n > 1) {
            diagonal[n - 2] = a[(n - 2) * n + n - 2];
            beside[n - 2] = a[(n - 1) * n + n - 2];
        }
        diagonal[n - 1] = a[n * n - 1];
    }

    /** {@code A = H A H} on the rows and columns from {@code from} on, with {@code H = 1 - beta v vᵀ}. */
    private static void reflect(double[] a, int n, int from, double[] v, double[] p, double beta) {
        double half = 0;
        for (int i = from; i < n; i++) {
            p[i] = 0;
            for (int j = from; j < n; j++) p[i] += beta * a[i * n + j] * v[j];
            half += beta / 2 * p[i] * v[i];
        }
        for (int i = from; i < n; i++) p[i] -= half * v[i];
        for (int i = from; i < n; i++) for (int j = from; j < n; j++) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
    }

    /** QL steps until {@code d[l]} is an eigenvalue, to the rounding of the largest. */
    private static void converge(double[] d, double[] e, int l, int n, double floor) {
        for (int step = 0; step < MOST; step++) {
            int m = l;
            while (m < n - 1 && Math.abs(e[m]) > floor) m++;
            if (m == l) return;
            double g = (d[l + 1] - d[l]) / (2 * e[l]), r = Math.hypot(g, 1);
            g = d[m] - d[l] + e[l] / (g + Math.copySign(r, g));
            double s = 1, c = 1, p = 0;
            int i = m - 1;
            for (; i >= l; i--) {
                double f = s * e[i], b = c * e[i];
                r = Math.hypot(f, g);
                e[i + 1] = r;
                if (r == 0) {
                    d[i + 1] -= p;
                    e[m] = 0;
                    break;
                }
                s = f / r;
                c = g / r;
                g = d[i + 1] - p;
                r = (d[i] - g) * s + 2 * c * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
            }
            if (r == 0 && i >= l) continue;
            d[l] -= p;
            e[l] = g;
            e[m] = 0;
        }
        throw new ArithmeticException("an eigenvalue did not converge");
    }
}
