package backcopy.theory.prediction;

/**
 * One number that the theory predicts beside the number that was measured.
 *
 * @param quantity what was measured, in a few words
 * @param predicted the number of the formula, or the bound that it states
 * @param measured what integration, differences or simulation gave
 * @param deviation how far they are apart, at least 0; for a bound, how far the measured number lies beyond it
 * @param tolerance the largest deviation with which the prediction holds
 */
public record Comparison(String quantity, double predicted, double measured, double deviation, double tolerance) {
    public Comparison {
        if (!(tolerance >= 0))
            throw new IllegalArgumentException("tolerance = " + tolerance + " of " + quantity + " is below 0");
    }

    /** {@code |measured - predicted|} is the deviation. */
    public static Comparison absolute(String quantity, double predicted, double measured, double tolerance) {
        return new Comparison(quantity, predicted, measured, Math.abs(measured - predicted), tolerance);
    }

    /** {@code |measured / predicted - 1|} is the deviation. */
    public static Comparison relative(String quantity, double predicted, double measured, double tolerance) {
        return new Comparison(quantity, predicted, measured, Math.abs(measured / predicted - 1), tolerance);
    }

    /** The measured number is at most the bound; {@code quantity} says so. */
    public static Comparison atMost(String quantity, double bound, double measured) {
        return beyond(quantity + ", at most", bound, measured, measured - bound);
    }

    /** The measured number is at least the bound; {@code quantity} says so. */
    public static Comparison atLeast(String quantity, double bound, double measured) {
        return beyond(quantity + ", at least", bound, measured, bound - measured);
    }

    private static Comparison beyond(String quantity, double bound, double measured, double excess) {
        // Math.max keeps a NaN, so that what could not be measured does not hold.
        return new Comparison(quantity, bound, measured, Math.max(0, excess), 0);
    }

    /** A number that is not finite never holds. */
    public boolean holds() {
        return deviation <= tolerance;
    }
}
