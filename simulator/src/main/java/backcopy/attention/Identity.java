package backcopy.attention;

import backcopy.backend.ElementwiseRule;

/** The scores themselves, or divided by {@code max(|sum_k s_k|, 1)}: linear attention (arXiv 2410.10781's identity kernel). */
public record Identity(Normalizer normalizer) implements ElementwiseRule {
    @Override
    public String name() {
        return normalizer == Normalizer.NONE ? "identity" : "identity-normalized";
    }

    @Override
    public String about() {
        return normalizer == Normalizer.NONE
                ? "A_j = s_j (arXiv 2410.10781)"
                : "A_j = s_j / max(|sum_k s_k|, 1) (arXiv 2410.10781)";
    }

    @Override
    public String function() {
        return "identity";
    }

    @Override
    public double value(double score, int visible) {
        return score;
    }

    @Override
    public double slope(double score, int visible) {
        return 1;
    }
}
