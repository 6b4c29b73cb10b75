package backcopy.theory;

/**
 * One row of the {@link ReducedModel} with a drained {@code <s>}: a single sink logit, whose pull an optimizer can ask for
 * millions of times. The query leaks {@code x = n / (e^alpha + n)} of its attention onto the mean value state s / n, its excess
 * risk is the cumulant generating function of d = s / n - E_p[s / n],
 *
 * <pre>
 *   L = w K(x), K(x) = log E_p[e^(x d)]        -dL / d alpha = w x (1 - x) K'(x)
 * </pre>
 *
 * Immutable.
 */
public final class SinkRow {
    private final double[] row;
    private final double[] deviations;
    private final double length;
    private final double weight;
    private final double bagVariance;

    /**
     * @param row [vocabulary], the law p_v of the next token; not modified
     * @param bag [vocabulary], s: how often each token occurs among the n, times the value that its state adds to its own
     *     logit; not modified
     * @param length n, the tokens besides {@code <s>} that the query sees, itself included
     * @param weight w: this row's part of the loss
     */
    public SinkRow(double[] row, double[] bag, double length, double weight) {
        this.row = row.clone();
        this.length = length;
        this.weight = weight;
        deviations = deviations(row, bag, length);
        double variance = 0;
        for (int token = 0; token < row.length; token++) variance += row[token] * deviations[token] * deviations[token];
        bagVariance = variance * length * length;
    }

    /** s / n minus its mean under the row, [vocabulary]; 0 where the row is, whose tokens never come. */
    static double[] deviations(double[] row, double[] bag, double length) {
        double mean = Vectors.dot(row, bag) / length;
        double[] deviations = new double[row.length];
        for (int token = 0; token < row.length; token++)
            deviations[token] = row[token] > 0 ? bag[token] / length - mean : 0;
        return deviations;
    }

    /** Var_p(s), the variance of the bag under the row. */
    public double bagVariance() {
        return bagVariance;
    }

    /** x, the attention on all tokens other than {@code <s>}, without the cancellation of 1 - sink mass. */
    public double leak(double sinkLogit) {
        return 1 / (1 + Math.exp(sinkLogit) / length);
    }

    /** Minus the derivative of the loss by the sink logit: above 0, except for a row with one successor. */
    public double pull(double sinkLogit) {
        double leak = leak(sinkLogit), numerator = 0, denominator = 1;
        for (int token = 0; token < row.length; token++) {
            double growth = row[token] * Math.expm1(leak * deviations[token]); // E_p[d] = 0 lets the 1 drop out
            numerator += growth * deviations[token];
            denominator += growth;
        }
        return weight * leak * sinkMass(sinkLogit) * numerator / denominator;
    }

    /** The attention on {@code <s>}, 1 - x. */
    public double sinkMass(double sinkLogit) {
        return 1 / (1 + length * Math.exp(-sinkLogit));
    }

    /** {@link SinkLogitLaw#sinkLogit}: where gradient flow takes it, {@code 1/2 log t + 1/2 log(2 w Var_p(s))}. */
    public double law(double logTime) {
        return (logTime + Math.log(2 * weight * bagVariance)) / 2;
    }
}
