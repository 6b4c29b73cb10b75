package backcopy.study;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * In how many of n seeds something happened, for outcomes that have two modes: a mean of them, with Student's t, would describe
 * neither. The interval is that of Clopper and Pearson (1934): exact, so never narrower than it says, and never beyond 0 or 1.
 *
 * @param count seeds in which it happened
 * @param seeds all seeds, at least 1
 */
public record Proportion(int count, int seeds) {
    public Proportion {
        if (seeds < 1 || count < 0 || count > seeds)
            throw new IllegalArgumentException(count + " of " + seeds + " seeds is no proportion");
    }

    /** In how many of them. */
    public static Proportion of(boolean... happened) {
        int count = 0;
        for (boolean did : happened) if (did) count++;
        return new Proportion(count, happened.length);
    }

    /** The part, 0 to 1. */
    public double part() {
        return (double) count / seeds;
    }

    /** The lower end of the interval at this confidence (0.95, say). */
    public double low(double confidence) {
        return count == 0
                ? 0
                : new BetaDistribution(count, seeds - count + 1.0).inverseCumulativeProbability((1 - confidence) / 2);
    }

    /** The upper end. */
    public double high(double confidence) {
        return count == seeds
                ? 1
                : new BetaDistribution(count + 1.0, seeds - count).inverseCumulativeProbability((1 + confidence) / 2);
    }

    /** The probability of so many seeds or more, were each as likely as {@code part}. */
    public double above(double part) {
        return count == 0 ? 1 : 1 - new BinomialDistribution(null, seeds, part).cumulativeProbability(count - 1);
    }

    /** The probability of so many seeds or fewer, were each as likely as {@code part}. */
    public double below(double part) {
        return new BinomialDistribution(null, seeds, part).cumulativeProbability(count);
    }
}
