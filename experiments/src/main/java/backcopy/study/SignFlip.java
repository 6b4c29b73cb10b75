package backcopy.study;

/**
 * The exact sign-flip test of one number a seed, or of paired differences (Fisher, The Design of Experiments, 1935, chapter 3):
 * if the numbers were spread evenly around zero, each of their signs would be as likely as the other, and the sum would be as
 * large as it is in a known part of the {@code 2^n} ways to choose the signs. Nothing is assumed of their distribution but that
 * symmetry, so the least p of n seeds is {@code 2^-n}, twice that for two sides: five seeds cannot reject at 0.05.
 */
public final class SignFlip {
    /** More would need a sample of the flips instead of all: 2^24 take a tenth of a second. */
    public static final int MOST = 24;

    private SignFlip() {}

    /**
     * The probability of a sum at least this large, were the numbers symmetric around zero.
     *
     * @param numbers one a seed, at most {@link #MOST}, not modified
     * @return NaN where there is no number, or where one is not finite
     * @throws IllegalArgumentException where there are more than can be enumerated
     */
    public static double above(double... numbers) {
        if (numbers.length > MOST)
            throw new IllegalArgumentException(
                    numbers.length + " seeds are more than " + MOST + ", of which all flips of signs can be counted");
        double observed = 0, size = 0;
        for (double number : numbers) {
            observed += number;
            size += Math.abs(number);
        }
        if (numbers.length == 0 || !Double.isFinite(observed)) return Double.NaN;
        // Sums that are equal in exact arithmetic may differ by rounding; a tie counts as at least as large.
        double least = observed - 1e-12 * size;
        return (double) atLeast(numbers, 0, 0, least) / (1L << numbers.length);
    }

    /** The probability of a sum at least this small; otherwise as {@link #above}. */
    public static double below(double... numbers) {
        double[] negated = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) negated[i] = -numbers[i];
        return above(negated);
    }

    /** The probability of a sum at least this far from zero on either side. */
    public static double twoSided(double... numbers) {
        return Math.min(1, 2 * Math.min(above(numbers), below(numbers)));
    }

    /** How many ways to sign the numbers from {@code next} on bring the sum to {@code least} or above. */
    private static long atLeast(double[] numbers, int next, double sum, double least) {
        if (next == numbers.length) return sum >= least ? 1 : 0;
        return atLeast(numbers, next + 1, sum + numbers[next], least)
                + atLeast(numbers, next + 1, sum - numbers[next], least);
    }
}
