package backcopy.attention;

import backcopy.backend.RowRule;

/**
 * Entmax with alpha = 1.5, between softmax and sparsemax: {@code A_j = max(s_j / 2 - t, 0)^2} with t such that the row sums to
 * one (Peters, Niculae and Martins, arXiv 1905.05702).
 */
public record Entmax() implements RowRule {
    @Override
    public String name() {
        return "entmax-1.5";
    }

    @Override
    public String about() {
        return "A_j = max(s_j / 2 - t, 0)^2, t so that the row sums to one (arXiv 1905.05702)";
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        Threshold threshold = Threshold.of(scores, 0.5, 2, from, visible);
        for (int j = from; j < from + visible; j++) pattern[j] = Math.pow(threshold.excess(scores[j]), 2);
    }

    /** With {@code g = sqrt(A)}: {@code dS_j = g_j (dA_j - sum_k g_k dA_k / sum_k g_k)}. */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        double sum = 0, roots = 0;
        for (int j = from; j < from + visible; j++) {
            double root = Math.sqrt(pattern[j]);
            roots += root;
            sum += root * dPattern[j];
        }
        for (int j = from; j < from + visible; j++) dScores[j] = Math.sqrt(pattern[j]) * (dPattern[j] - sum / roots);
    }
}
