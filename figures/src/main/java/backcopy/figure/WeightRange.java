package backcopy.figure;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What the colors of a map of attention weights go from and to. Weights of most kinds are from 0 on and have one ramp; where a
 * weight is negative, colors go as far below zero as above it, so that zero has no color and equal sizes are equally deep.
 *
 * @param least 0, or the negative of {@code most}
 * @param most above 0
 */
public record WeightRange(double least, double most) {
    /** What rounding leaves below zero, as a part of the largest weight. */
    private static final double ROUNDING = 1e-6;

    /**
     * The range of these weights.
     *
     * @param weights not modified; those that are no finite number are as if they were not there
     * @param distributions whether the weights of a query add up to 1: then the range ends there
     */
    public static WeightRange of(double[] weights, boolean distributions) {
        double least = finite(weights).min().orElse(0),
                most = finite(weights).max().orElse(0);
        if (least < -ROUNDING * Math.max(most, -least)) {
            double largest = Math.max(most, -least);
            return new WeightRange(-largest, largest);
        }
        return new WeightRange(0, distributions || !(most > 0) ? 1 : most);
    }

    /** Whether there are weights below zero. */
    public boolean isSigned() {
        return least < 0;
    }

    /** Where a weight is on the way from the least to the most, in [0, 1]. */
    double share(double weight) {
        return (weight - least) / (most - least);
    }

    private static DoubleStream finite(double[] weights) {
        return Arrays.stream(weights).filter(Double::isFinite);
    }
}
