package backcopy.attention;

import backcopy.backend.TrainedRule;

/**
 * Softmax with one learned score a head beside those of the keys, as in gpt-oss: {@code A_j = exp(s_j) / (exp(z) + sum_k
 * exp(s_k))}. The learned score is a sink without a position and without a value.
 *
 * @param score where z starts
 */
public record SinkScore(double score) implements TrainedRule {
    @Override
    public String name() {
        return "sink-score";
    }

    @Override
    public String about() {
        return "A_j = exp(s_j) / (exp(z) + sum_k exp(s_k)), z learned by each head, from score on (gpt-oss)";
    }

    @Override
    public String trainedName() {
        return "sink.score";
    }

    @Override
    public double trained() {
        return score;
    }

    @Override
    public SinkScore at(double number) {
        return new SinkScore(number);
    }

    @Override
    public double number(String name) {
        return name.equals("score") ? score : TrainedRule.super.number(name);
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        row(score, scores, from, visible, pattern);
    }

    /** {@code dS_j = A_j (dA_j - sum_k A_k dA_k)}: the share of z has no gradient of its own. */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        new Softmax().derivative(scores, pattern, dPattern, from, visible, dScores);
    }

    /** {@code dz = -A_z sum_k A_k dA_k}, where the share of z is {@code A_z = A_t exp(z - s_t)} with t the largest score. */
    @Override
    public double trainedDerivative(double[] scores, double[] pattern, double[] dPattern, int from, int visible) {
        int top = from;
        double mean = 0;
        for (int j = from; j < from + visible; j++) {
            if (scores[j] > scores[top]) top = j;
            mean += pattern[j] * dPattern[j];
        }
        double share =
                score > scores[top] ? 1 - sum(pattern, from, visible) : pattern[top] * Math.exp(score - scores[top]);
        return -share * mean;
    }

    /** Softmax over the scores and one more, {@code beside}, whose share is dropped. */
    static void row(double beside, double[] scores, int from, int visible, double[] pattern) {
        double top = beside;
        for (int j = from; j < from + visible; j++) top = Math.max(top, scores[j]);
        double sum = Math.exp(beside - top);
        for (int j = from; j < from + visible; j++) sum += pattern[j] = Math.exp(scores[j] - top);
        for (int j = from; j < from + visible; j++) pattern[j] /= sum;
    }

    private static double sum(double[] pattern, int from, int visible) {
        double sum = 0;
        for (int j = from; j < from + visible; j++) sum += pattern[j];
        return sum;
    }
}
