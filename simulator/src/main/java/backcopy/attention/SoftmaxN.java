package backcopy.attention;

import backcopy.backend.RowRule;

/**
 * Softmax with a constant beside the sum, {@code A_j = exp(s_j) / (n + sum_k exp(s_k))}: a query may attend to nothing at all.
 * With n = 1 "softmax off by one" (StreamingLLM's zero sink, arXiv 2309.17453; arXiv 2410.17174); with n = 0 softmax.
 *
 * @param n the constant, at least 0
 */
public record SoftmaxN(double n) implements RowRule {
    public SoftmaxN {
        if (!(n >= 0 && n < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("model.attention.n = " + n + " is not a number from 0 on");
    }

    @Override
    public String name() {
        return "softmax-n";
    }

    @Override
    public String about() {
        return "A_j = exp(s_j) / (n + sum_k exp(s_k)), off by one with n = 1 (arXiv 2309.17453, 2410.17174)";
    }

    @Override
    public double number(String name) {
        return name.equals("n") ? n : RowRule.super.number(name);
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        SinkScore.row(Math.log(n), scores, from, visible, pattern);
    }

    /** As softmax: {@code dS_j = A_j (dA_j - sum_k A_k dA_k)}. */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        new Softmax().derivative(scores, pattern, dPattern, from, visible, dScores);
    }
}
