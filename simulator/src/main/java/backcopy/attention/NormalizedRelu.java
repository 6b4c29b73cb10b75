package backcopy.attention;

import backcopy.backend.ElementwiseRule;

/**
 * ReLU attention that is divided by its sum: {@code A_j = max(s_j, 0) / (sum_k max(s_k, 0) + 1e-8)}. With scores that are
 * never negative, as the elu kernel's, it is the plain normalization of arXiv 2410.10781.
 */
public record NormalizedRelu() implements ElementwiseRule {
    @Override
    public String name() {
        return "relu-normalized";
    }

    @Override
    public String about() {
        return "A_j = max(s_j, 0) / (sum_k max(s_k, 0) + 1e-8)";
    }

    @Override
    public String function() {
        return "rectified";
    }

    @Override
    public Normalizer normalizer() {
        return Normalizer.SUM;
    }

    @Override
    public double value(double score, int visible) {
        return Math.max(score, 0);
    }

    @Override
    public double slope(double score, int visible) {
        return score > 0 ? 1 : 0;
    }
}
