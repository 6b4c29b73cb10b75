package backcopy.attention;

import backcopy.backend.RowRule;

/**
 * Rectified softmax, {@code A_j = max(e_j, 0) / (sum_k |e_k| + 1e-8)} with {@code e = exp(s) - 1} (arXiv 2504.20966): scores
 * below 0 get nothing and still count, so rows sum to one or less. Everything is in units of exp(m), m the largest of 0 and
 * the scores.
 */
public record Softpick() implements RowRule {
    private static final double EPSILON = 1e-8;

    @Override
    public String name() {
        return "softpick";
    }

    @Override
    public String about() {
        return "A_j = max(e_j, 0) / (sum_k |e_k| + 1e-8), e = exp(s) - 1 (arXiv 2504.20966)";
    }

    @Override
    public double number(String name) {
        return name.equals("epsilon") ? EPSILON : RowRule.super.number(name);
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        double top = top(scores, from, visible), sum = EPSILON * Math.exp(-top);
        for (int j = from; j < from + visible; j++) {
            double e = excess(scores[j], top);
            sum += Math.abs(e);
            pattern[j] = Math.max(e, 0);
        }
        for (int j = from; j < from + visible; j++) pattern[j] /= sum;
    }

    /**
     * With Z the divisor: {@code dS_j = exp(s_j) / Z (dA_j - sum_k A_k dA_k)} where {@code s_j > 0}, and
     * {@code exp(s_j) / Z sum_k A_k dA_k} elsewhere, as {@code |e_j|} falls there.
     */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        double top = top(scores, from, visible), sum = EPSILON * Math.exp(-top), mean = 0;
        for (int j = from; j < from + visible; j++) {
            sum += Math.abs(excess(scores[j], top));
            mean += pattern[j] * dPattern[j];
        }
        for (int j = from; j < from + visible; j++)
            dScores[j] = Math.exp(scores[j] - top) / sum * (scores[j] > 0 ? dPattern[j] - mean : mean);
    }

    private static double top(double[] scores, int from, int visible) {
        double top = 0;
        for (int j = from; j < from + visible; j++) top = Math.max(top, scores[j]);
        return top;
    }

    /** {@code (exp(score) - 1) / exp(top)}, without cancellation near 0. */
    private static double excess(double score, double top) {
        return top < 1 ? Math.expm1(score) * Math.exp(-top) : Math.exp(score - top) - Math.exp(-top);
    }
}
