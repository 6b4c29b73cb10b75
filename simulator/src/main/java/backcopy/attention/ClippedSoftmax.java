package backcopy.attention;

import backcopy.backend.RowRule;

/**
 * Softmax, stretched and clipped: {@code A_j = clip((zeta - gamma) p_j + gamma, 0, 1)} with {@code p = softmax(s)}
 * (Bondarenko et al., arXiv 2306.12929). With a gamma below 0 a key can receive exactly nothing at finite scores.
 *
 * @param gamma where the stretched interval begins, at most 0; the authors take {@code -12 / length} for one model and
 *     -0.03 for another
 * @param zeta where it ends, at least 1
 */
public record ClippedSoftmax(double gamma, double zeta) implements RowRule {
    public ClippedSoftmax {
        if (!(gamma <= 0 && gamma > Double.NEGATIVE_INFINITY))
            throw new IllegalArgumentException("model.attention.gamma = " + gamma + " is above 0");
        if (!(zeta >= 1 && zeta < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("model.attention.zeta = " + zeta + " is below 1");
    }

    @Override
    public String name() {
        return "clipped-softmax";
    }

    @Override
    public String about() {
        return "A_j = clip((zeta - gamma) softmax(s)_j + gamma, 0, 1) (arXiv 2306.12929)";
    }

    @Override
    public double number(String name) {
        return switch (name) {
            case "gamma" -> gamma;
            case "zeta" -> zeta;
            default -> RowRule.super.number(name);
        };
    }

    @Override
    public void row(double[] scores, int from, int visible, double[] pattern) {
        new Softmax().row(scores, from, visible, pattern);
        for (int j = from; j < from + visible; j++) pattern[j] = Math.min(Math.max(stretched(pattern[j]), 0), 1);
    }

    /** The derivative of softmax, of a gradient that is stretched where nothing was clipped and 0 elsewhere. */
    @Override
    public void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        double[] shares = new double[from + visible], dShares = new double[from + visible];
        Softmax softmax = new Softmax();
        softmax.row(scores, from, visible, shares);
        for (int j = from; j < from + visible; j++) {
            double value = stretched(shares[j]);
            dShares[j] = value >= 0 && value <= 1 ? (zeta - gamma) * dPattern[j] : 0;
        }
        softmax.derivative(scores, shares, dShares, from, visible, dScores);
    }

    private double stretched(double share) {
        return (zeta - gamma) * share + gamma;
    }
}
