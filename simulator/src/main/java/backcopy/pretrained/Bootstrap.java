package backcopy.pretrained;

import java.util.Arrays;
import java.util.SplittableRandom;

/** 95 % percentile intervals of means over texts, by drawing texts again with replacement. */
final class Bootstrap {
    private static final int DRAWS = 2000;
    private static final double TAIL = 0.025;
    private static final long SEED = 1;

    private Bootstrap() {}

    /** Low and high of the mean of {@code values}; NaN for fewer than two. */
    static double[] mean(double[] values) {
        return interval(values, null);
    }

    /** Low and high of the mean of {@code first} minus that of {@code second}; NaN where either has fewer than two. */
    static double[] difference(double[] first, double[] second) {
        return interval(first, second);
    }

    private static double[] interval(double[] first, double[] second) {
        if (first.length < 2 || second != null && second.length < 2) return new double[] {Double.NaN, Double.NaN};
        SplittableRandom random = new SplittableRandom(SEED);
        double[] means = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) means[i] = drawn(first, random) - (second == null ? 0 : drawn(second, random));
        Arrays.sort(means);
        int cut = (int) (TAIL * DRAWS);
        return new double[] {means[cut], means[DRAWS - 1 - cut]};
    }

    private static double drawn(double[] values, SplittableRandom random) {
        double sum = 0;
        for (int i = 0; i < values.length; i++)
            sum += values[(int) ((random.nextLong() >>> 11) * 0x1p-53 * values.length)];
        return sum / values.length;
    }
}
