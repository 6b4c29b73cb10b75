package backcopy.theory;

/** The exponential function without its first terms. */
final class Exponential {
    private Exponential() {}

    /** {@code e^y - 1 - y}, by its series where the difference would cancel. */
    static double beyondLinear(double y) {
        if (Math.abs(y) > 0.1) return Math.expm1(y) - y;
        double sum = 0;
        double term = y;
        for (int order = 2; order <= 10; order++) { // the next term is below 1e-16 of the first
            term *= y / order;
            sum += term;
        }
        return sum;
    }
}
