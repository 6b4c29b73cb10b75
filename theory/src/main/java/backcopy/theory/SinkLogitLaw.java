package backcopy.theory;

/**
 * Where gradient flow takes the sink logits while beta is the same for all tokens and stays so, and the MLP predicts the bigram
 * law: theorem 2 (a) of arXiv 2410.13835, with its constant.
 *
 * <p>With x = 1 - sink mass = n / (e^alpha + n) and K the cumulant generating function of s / n under p_v, a row's excess risk
 * is K(x), so {@code d alpha / dt = w x (1 - x) K'(x)}. It is positive; for large alpha, x = n e^(-alpha) and K'(x) = x
 * Var_p(s / n) make it {@code w Var_p(s) e^(-2 alpha)}, whose solution is {@link #sinkLogit}. Put into w Var_p(s) e^(-2 alpha) /
 * 2, the excess risk, everything that belongs to the row cancels: 1 / (4 t) for each. Immutable.
 */
public final class SinkLogitLaw {
    private final double[] variances; // [vocabulary], the sum over a token's contexts of w Var_p(s)
    private final int rows;

    /** @param parameters [3 V]; the xi among them are read; not modified */
    public SinkLogitLaw(ReducedModel model, double[] parameters) {
        variances = new double[model.vocabulary()];
        for (Context context : model.contexts())
            if (!context.isTrigger())
                variances[context.token()] += context.weight()
                        * Bags.variance(model.row(context.token()), Bags.bag(model, parameters, context));
        rows = model.activeTokens().length;
    }

    /**
     * {@code 1/2 log t + 1/2 log(2 w Var_p(s))}, off by O(t^(-1/2)). Minus infinity for a row without variance, whose sink logit
     * never moves.
     */
    public double sinkLogit(int token, double logTime) {
        return (logTime + Math.log(2 * variances[token])) / 2;
    }

    /** {@code K / (4 t)}, nats, for K active rows: whatever the table, the bags and the weights. */
    public double excessRisk(double logTime) {
        return rows / 4.0 * Math.exp(-logTime);
    }
}
