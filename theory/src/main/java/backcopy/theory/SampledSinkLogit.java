package backcopy.theory;

import java.util.random.RandomGenerator;
import org.apache.commons.math3.analysis.MultivariateVectorFunction;

/**
 * The gradient of one row's sink logit as a training batch sees it: B queries whose next tokens are drawn from the row.
 * Where the {@link SinkRow} has E_p[s / n], a batch has the mean of its B labels; the expectation is the row's.
 */
public final class SampledSinkLogit implements MultivariateVectorFunction {
    private final SinkRow sinkRow;
    private final double[] cumulative;
    private final double[] deviations;
    private final double length;
    private final double weight;
    private final int labels;
    private final RandomGenerator random;

    /**
     * @param row [vocabulary], the law of the next token; not modified
     * @param bag [vocabulary], s; not modified
     * @param length n
     * @param weight w
     * @param labels B, drawn at each evaluation
     * @param random advanced by B numbers at each evaluation
     */
    public SampledSinkLogit(
            double[] row, double[] bag, double length, double weight, int labels, RandomGenerator random) {
        if (labels < 1) throw new IllegalArgumentException("labels = " + labels + " is below 1");
        sinkRow = new SinkRow(row, bag, length, weight);
        this.length = length;
        this.weight = weight;
        this.labels = labels;
        this.random = random;
        cumulative = new double[row.length];
        deviations = SinkRow.deviations(row, bag, length);
        double sum = 0;
        for (int token = 0; token < row.length; token++) cumulative[token] = sum += row[token];
    }

    /** {@code sqrt(B V)}: the signal-to-noise ratio of one gradient divided by x, the attention that leaks. */
    public double signal() {
        return Math.sqrt(labels * sinkRow.bagVariance()) / length;
    }

    /** Skewness of the noise in the direction of descent: minus that of s under the row, by the root of B. */
    public double skewness() {
        double square = 0, cube = 0, before = 0;
        for (int token = 0; token < deviations.length; token++) {
            double probability = cumulative[token] - before;
            before = cumulative[token];
            square += probability * deviations[token] * deviations[token];
            cube += probability * deviations[token] * deviations[token] * deviations[token];
        }
        return -cube / Math.pow(square, 1.5) / Math.sqrt(labels);
    }

    /** [1], dL / d alpha at the sink logit {@code point[0]}, from fresh labels. */
    @Override
    public double[] value(double[] point) {
        double noise = 0;
        for (int label = 0; label < labels; label++) noise += deviations[draw()];
        double slope = sinkRow.leak(point[0]) * sinkRow.sinkMass(point[0]);
        return new double[] {weight * slope * noise / labels - sinkRow.pull(point[0])};
    }

    private int draw() {
        double at = random.nextDouble() * cumulative[cumulative.length - 1];
        int token = 0;
        while (cumulative[token] <= at) token++;
        return token;
    }
}
