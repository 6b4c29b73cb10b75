package backcopy.attention;

import backcopy.backend.RowRule;

/**
 * ReLU attention as in arXiv 2410.13835: {@code A_j = max(s_j, 0) / n} with n the number of keys that the query sees. Rows
 * need not sum to one.
 */
public record Relu() implements RowRule {
    @Override
    public String name() {
        return "relu";
    }

    @Override
    public String about() {
        return "A_j = max(s_j, 0) / n over the n visible keys (arXiv 2410.13835)";
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        for (int j = from; j < from + visible; j++) pattern[j] = Math.max(scores[j], 0) / visible;
    }

    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        for (int j = from; j < from + visible; j++) dScores[j] = scores[j] > 0 ? dPattern[j] / visible : 0;
    }
}
