package backcopy.attention;

import backcopy.backend.ElementwiseRule;

/** {@code f_j = elu(s_j) + 1}, which is s + 1 above 0 and exp(s) below: plain or divided by its sum (arXiv 2410.10781). */
public record Elu(Normalizer normalizer) implements ElementwiseRule {
    @Override
    public String name() {
        return normalizer == Normalizer.NONE ? "elu" : "elu-normalized";
    }

    @Override
    public String about() {
        return normalizer == Normalizer.NONE
                ? "A_j = elu(s_j) + 1 (arXiv 2410.10781)"
                : "A_j = f_j / (sum_k f_k + 1e-8), f_j = elu(s_j) + 1 (arXiv 2410.10781)";
    }

    @Override
    public String function() {
        return "elu";
    }

    @Override
    public double value(double score, int visible) {
        return score > 0 ? score + 1 : Math.exp(score);
    }

    @Override
    public double slope(double score, int visible) {
        return score > 0 ? 1 : Math.exp(score);
    }
}
