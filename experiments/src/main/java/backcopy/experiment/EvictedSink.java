package backcopy.experiment;

import backcopy.backend.RowRule;
import backcopy.model.Intervention;
import backcopy.model.Intervention.ClampScore;
import backcopy.model.ModelSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Position 0 hidden from every later query, as if it had been evicted from a cache and all positions were as they are: the score on it
 * becomes one at which the row rule sees nothing there.
 */
final class EvictedSink {
    /** Far below all others. */
    private static final double FAR = -1e9;

    private EvictedSink() {}

    /** Why it cannot be hidden in such a model; empty where it can. */
    static Optional<String> refusal(ModelSpec model) {
        String beyond = model.surroundings().beyondTokens();
        if (beyond == null && model.surroundings().scores().equals("differential"))
            beyond = "model.scores = differential";
        if (beyond == null && Double.isNaN(unseen(model.attention())))
            beyond = "model.attention = " + model.attention().name();
        return Optional.ofNullable(beyond);
    }

    /** What hides it. */
    static List<Intervention> interventions(ModelSpec model) {
        double score = unseen(model.attention());
        return IntStream.range(0, model.layers())
                .filter(model::hasPattern)
                .<Intervention>mapToObj(
                        layer -> new ClampScore(layer, -1, (token, position) -> position == 0 ? Double.NaN : score))
                .toList();
    }

    /** The score of a key that takes nothing and changes nothing; NaN where the rule reads no scores. */
    static double unseen(RowRule rule) {
        return switch (rule.name()) {
            case "uniform" -> Double.NaN;
            case "softpick", "identity", "identity-normalized" -> 0; // these count what is below zero too
            default -> FAR;
        };
    }
}
