package backcopy.backend;

/**
 * A row rule with one number that each head trains with the weights. As a {@link RowRule} it is the rule at the number that it
 * holds, which is what training starts from.
 */
public interface TrainedRule extends RowRule {
    /** What the number is called among the weights of an attention block. */
    String trainedName();

    /** The number that this rule holds. */
    double trained();

    /** The same rule at another number. */
    TrainedRule at(double number);

    /** The gradient of the number by one query; arrays as in {@link #derivative}. */
    double trainedDerivative(double[] scores, double[] pattern, double[] dPattern, int from, int visible);
}
