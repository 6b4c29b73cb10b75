package backcopy.attention;

import backcopy.backend.RowRule;

/** Softmax attention: {@code A_j = exp(s_j) / sum_k exp(s_k)} over the keys that the query sees. */
public record Softmax() implements RowRule {
    @Override
    public String name() {
        return "softmax";
    }

    @Override
    public String about() {
        return "A_j = exp(s_j) / sum_k exp(s_k)";
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        double top = Double.NEGATIVE_INFINITY;
        for (int j = from; j < from + visible; j++) top = Math.max(top, scores[j]);
        double sum = 0;
        for (int j = from; j < from + visible; j++) sum += pattern[j] = Math.exp(scores[j] - top);
        for (int j = from; j < from + visible; j++) pattern[j] /= sum;
    }

    /** {@code dS_j = A_j (dA_j - sum_k A_k dA_k)}. */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        double mean = 0;
        for (int j = from; j < from + visible; j++) mean += pattern[j] * dPattern[j];
        for (int j = from; j < from + visible; j++) dScores[j] = pattern[j] * (dPattern[j] - mean);
    }
}
