package backcopy.study;

/**
 * Two one-sided tests (Schuirmann 1987): that a mean lies between two bounds is shown by rejecting both that it lies below the
 * lower and that it lies above the upper. It is what "no effect" needs: a margin that was stated before, and a p.
 */
public final class Equivalence {
    private Equivalence() {}

    /**
     * The larger p of the two one-sided {@link SignFlip} tests.
     *
     * @param low the lower bound, or negative infinity where there is none
     * @param high the upper bound, or positive infinity where there is none
     * @param numbers one a seed, not modified
     * @return NaN where a number is not finite
     */
    public static double between(double low, double high, double... numbers) {
        double aboveLow = Double.isInfinite(low) ? 0 : SignFlip.above(minus(low, numbers));
        double belowHigh = Double.isInfinite(high) ? 0 : SignFlip.below(minus(high, numbers));
        return Math.max(aboveLow, belowHigh);
    }

    /**
     * The p of the opposite: that the mean lies outside the bounds, on the side where it is more plausible.
     *
     * @param numbers one a seed, not modified
     */
    public static double outside(double low, double high, double... numbers) {
        double belowLow = Double.isInfinite(low) ? 1 : SignFlip.below(minus(low, numbers));
        double aboveHigh = Double.isInfinite(high) ? 1 : SignFlip.above(minus(high, numbers));
        boolean both = !Double.isInfinite(low) && !Double.isInfinite(high);
        return Math.min(1, (both ? 2 : 1) * Math.min(belowLow, aboveHigh));
    }

    private static double[] minus(double bound, double[] numbers) {
        double[] differences = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) differences[i] = numbers[i] - bound;
        return differences;
    }
}
