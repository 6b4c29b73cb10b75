package backcopy.attention;

import backcopy.backend.ElementwiseRule;

/** The control without attention's choice: {@code A_j = 1 / n} over the n visible keys, whatever the scores. */
public record Uniform() implements ElementwiseRule {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public String about() {
        return "A_j = 1 / n over the n visible keys: a control that cannot learn where to look";
    }

    @Override
    public String function() {
        return "uniform";
    }

    @Override
    public Normalizer normalizer() {
        return Normalizer.NONE;
    }

    @Override
    public double value(double score, int visible) {
        return 1.0 / visible;
    }

    @Override
    public double slope(double score, int visible) {
        return 0;
    }
}
