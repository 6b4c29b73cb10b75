package backcopy;

/** How far two computations of the same numbers may differ, relative to the largest number of a tensor. */
public final class Tolerances {
    /** No operation but rounding to float, twice at most. */
    public static final double FLOAT_ROUNDING = 1.5e-7;

    /** Sums of up to some hundred float products: the errors add up like the root of their number. */
    public static final double FLOAT_SUM = 3e-6;

    /** Sums of up to a hundred thousand float products of either sign, one after the other. */
    public static final double FLOAT_LONG_SUM = 3e-5;

    /** A float row through exponentials and a division, its scores up to 10: their rounding counts in full. */
    public static final double FLOAT_EXPONENTIAL = 3e-6;

    /** Float LayerNorm with variance near 1: two sums and a root, then two sums more on the way back. */
    public static final double FLOAT_NORM = 1e-5;

    /** A small model forward, backward and through some updates in double, against the same in another order of sums. */
    public static final double DOUBLE_PASS = 1e-12;

    /** One to three layers in float and back, near initialization; four times the largest seen, 4.3e-6. */
    public static final double FLOAT_MODEL = 2e-5;

    /** The same with patterns of either sign, whose sums cancel; four times the largest seen, 2.8e-5. */
    public static final double FLOAT_SIGNED_MODEL = 1.2e-4;

    /** Two float computations of one number: how often the one's error the other's may be. */
    public static final double FLOATS_APART = 4;

    /** Below this a tensor counts as zero. */
    public static final double FLOOR = 1e-30;

    private Tolerances() {}

    /** {@link #relativeError(double[], double[], double)} with a floor that only keeps zeros from dividing by zero. */
    public static double relativeError(double[] a, double[] b) {
        return relativeError(a, b, FLOOR);
    }

    /**
     * {@code max|a - b| / max(|a|, |b|, floor)}; infinite where either is not a number.
     *
     * @param floor where results are differences of larger numbers: the size of those
     */
    public static double relativeError(double[] a, double[] b, double floor) {
        if (a.length != b.length) throw new IllegalArgumentException("sizes " + a.length + " and " + b.length);
        double difference = 0, size = floor;
        for (int i = 0; i < a.length; i++) {
            if (Double.isNaN(a[i]) || Double.isNaN(b[i])) return Double.POSITIVE_INFINITY;
            difference = Math.max(difference, Math.abs(a[i] - b[i]));
            size = Math.max(size, Math.max(Math.abs(a[i]), Math.abs(b[i])));
        }
        return difference / size;
    }
}
