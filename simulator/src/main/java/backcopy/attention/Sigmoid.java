package backcopy.attention;

import backcopy.backend.ElementwiseRule;

/**
 * Sigmoid attention, {@code f_j = 1 / (1 + exp(-s_j))}: plain or divided by its sum (arXiv 2410.10781), or with the bias -log n
 * of a query that sees n keys, which lets the row begin with a sum near one (arXiv 2409.04431).
 */
public record Sigmoid(boolean isBiased, Normalizer normalizer) implements ElementwiseRule {
    @Override
    public String name() {
        return function() + (normalizer == Normalizer.NONE ? "" : "-normalized");
    }

    @Override
    public String about() {
        String value = isBiased ? "1 / (1 + exp(log n - s_j)), n visible keys" : "1 / (1 + exp(-s_j))";
        String source = isBiased ? " (arXiv 2409.04431)" : " (arXiv 2410.10781)";
        return normalizer == Normalizer.NONE
                ? "A_j = " + value + source
                : "A_j = f_j / (sum_k f_k + 1e-8), f_j = " + value + source;
    }

    @Override
    public String function() {
        return isBiased ? "sigmoid-log-n" : "sigmoid";
    }

    @Override
    public double value(double score, int visible) {
        return 1 / (1 + Math.exp(isBiased ? Math.log(visible) - score : -score));
    }

    @Override
    public double slope(double score, int visible) {
        double value = value(score, visible);
        return value * (1 - value);
    }
}
