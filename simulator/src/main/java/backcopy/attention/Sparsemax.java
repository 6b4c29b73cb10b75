package backcopy.attention;

import backcopy.backend.RowRule;

/**
 * The point of the simplex nearest to the scores, {@code A_j = max(s_j - t, 0)} with t such that the row sums to one
 * (Martins and Astudillo, arXiv 1602.02068). Zeros are exact, and a query that wants nothing still has to look somewhere.
 */
public record Sparsemax() implements RowRule {
    @Override
    public String name() {
        return "sparsemax";
    }

    @Override
    public String about() {
        return "A_j = max(s_j - t, 0), t so that the row sums to one (arXiv 1602.02068)";
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        Threshold threshold = Threshold.of(scores, 1, 1, from, visible);
        for (int j = from; j < from + visible; j++) pattern[j] = threshold.excess(scores[j]);
    }

    /** {@code dS_j = dA_j - mean of dA} over the keys that receive something, 0 elsewhere. */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        double sum = 0;
        int support = 0;
        for (int j = from; j < from + visible; j++)
            if (pattern[j] > 0) {
                sum += dPattern[j];
                support++;
            }
        for (int j = from; j < from + visible; j++) dScores[j] = pattern[j] > 0 ? dPattern[j] - sum / support : 0;
    }
}
