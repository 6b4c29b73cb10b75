package backcopy.backend;

/**
 * Functions of one number between the two maps of an MLP: the definition, in double, of value and derivative. Both are
 * {@code x sigmoid(p(x))} with p an odd cubic, so that one fast loop serves them; ReLU has operations of its own.
 */
public enum Nonlinearity {
    /** {@code x sigmoid(x)} (arXiv 1606.08415, as SiLU). */
    SILU(1, 0),
    /** {@code x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))) / 2}, the form of arXiv 1606.08415 that GPT-2 has. */
    GELU(2 * Math.sqrt(2 / Math.PI), 2 * Math.sqrt(2 / Math.PI) * 0.044715);

    private final double linear;
    private final double cubic;

    Nonlinearity(double linear, double cubic) {
        this.linear = linear;
        this.cubic = cubic;
    }

    /** The factor of x in p. */
    public double linear() {
        return linear;
    }

    /** The factor of x³ in p. */
    public double cubic() {
        return cubic;
    }

    /** {@code x s} with {@code s = sigmoid(p(x))}. */
    public double value(double x) {
        return x * sigmoid(x);
    }

    /** {@code s + x s (1 - s) p'(x)}. */
    public double derivative(double x) {
        double s = sigmoid(x);
        return s + x * s * (1 - s) * (linear + 3 * cubic * x * x);
    }

    private double sigmoid(double x) {
        return 1 / (1 + Math.exp(-(linear + cubic * x * x) * x));
    }
}
