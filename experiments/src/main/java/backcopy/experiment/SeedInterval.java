package backcopy.experiment;

import java.util.Locale;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A quantity over seeds: its mean and the 95 % interval of the mean by Student's t. One seed has no interval; a seed in which
 * the quantity does not exist (an event that never came) makes the whole undefined.
 */
public record SeedInterval(double mean, double low, double high, int seeds) {
    private static final double CONFIDENCE = 0.95;

    /** @param values one for each seed, not modified */
    public static SeedInterval of(double... values) {
        SummaryStatistics statistics = new SummaryStatistics();
        for (double value : values) statistics.addValue(value);
        if (values.length < 2) return new SeedInterval(statistics.getMean(), Double.NaN, Double.NaN, values.length);
        double t = new TDistribution(values.length - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        double half = t * statistics.getStandardDeviation() / Math.sqrt(values.length);
        return new SeedInterval(
                statistics.getMean(), statistics.getMean() - half, statistics.getMean() + half, values.length);
    }

    /** The part of it that the quantity can reach; a mean that lies beyond stays as it is. */
    SeedInterval within(double least, double most) {
        return isDefined() ? new SeedInterval(mean, Math.max(low, least), Math.min(high, most), seeds) : this;
    }

    /** Whether there are seeds enough for an interval, and every seed has the quantity. */
    public boolean isDefined() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    @Override
    public String toString() {
        if (seeds == 0) return "in no seed";
        if (Double.isNaN(mean)) return "not reached in every seed";
        if (!isDefined()) return String.format(Locale.ROOT, "%.3g (%d seed, no interval)", mean, seeds);
        return String.format(Locale.ROOT, "%.3g [%.3g, %.3g]", mean, low, high);
    }
}
