package backcopy.theory;

/**
 * The residual state of {@code <s>} as one number: {@code h = e + s u} with unit vectors e and u, {@code c = <e, u>}, read
 * along u after normalization. With {@code rho = s + c}, the part along u, and {@code delta = 1 - c^2}, the square of the
 * part across it,
 *
 * <pre>
 *   phi(rho) = rho / |h| = rho / sqrt(rho^2 + delta)        d phi / d rho = delta / |h|^3
 * </pre>
 *
 * A norm's epsilon is one more part across u, which no weight can cancel: LayerNorm over D numbers divides by {@code
 * sqrt(|h|^2 / D + epsilon)}, so it has delta + D epsilon in place of delta ({@link #withNormEpsilon}).
 *
 * @param delta squared length of what is added to rho^2 under the root, above 0
 */
public record ScalarPeak(double delta) implements SinkReading {
    public ScalarPeak {
        if (!(delta > 0)) throw new IllegalArgumentException("delta = " + delta + " is not above 0");
    }

    /** Of an embedding whose cosine with the read direction is {@code c}; without epsilon. */
    public static ScalarPeak ofCosine(double c) {
        return new ScalarPeak(1 - c * c);
    }

    /** Of the same state under a LayerNorm over {@code width} numbers. */
    public ScalarPeak withNormEpsilon(int width, double epsilon) {
        return new ScalarPeak(delta + width * epsilon);
    }

    @Override
    public int parameters() {
        return 1;
    }

    @Override
    public double reading(double[] point, double[] gradient) {
        double norm = norm(point);
        gradient[0] = delta / (norm * norm * norm);
        return point[0] / norm;
    }

    /** {@code sqrt(rho^2 + delta)}. */
    @Override
    public double norm(double[] point) {
        return Math.hypot(point[0], Math.sqrt(delta));
    }

    /**
     * What gradient flow conserves, whatever the loss of the products {@code y_v phi}: {@code sum_v y_v^2 - |h|^4 / (2
     * delta)}, since {@code y dy phi' = rho' phi d rho} and {@code phi / phi' = rho |h|^2 / delta}.
     *
     * @param point [rows + 1]: y, then rho; not modified
     */
    public double invariant(double[] point) {
        double squares = 0;
        for (int row = 0; row + 1 < point.length; row++) squares += point[row] * point[row];
        double norm = norm(new double[] {point[point.length - 1]});
        return squares - norm * norm * norm * norm / (2 * delta);
    }

    /** What rho approaches under gradient flow where every y goes like 1/2 log t: {@code (rows delta / 2)^(1/4) (log t)^(1/2)}. */
    public double law(int rows, double logTime) {
        return Math.pow(rows * delta / 2, 0.25) * Math.sqrt(logTime);
    }
}
