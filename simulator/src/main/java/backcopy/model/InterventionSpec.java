package backcopy.model;

import backcopy.model.Intervention.ClampScore;
import backcopy.model.Intervention.ClampValue;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.Quantize;
import backcopy.model.Intervention.ScaleValue;
import backcopy.model.Intervention.StopScoreGradient;
import backcopy.model.Intervention.StopValueGradient;
import backcopy.model.Intervention.ZeroMlp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/**
 * What is changed inside the forward pass or on the way back: the keys {@code intervention.*}.
 *
 * @param kind one of {@link #KINDS}
 * @param layer the layer it acts on, from 0
 * @param head the head it acts on, from 0; -1 for every head; an MLP and a residual stream have none
 * @param from the first step at which it acts
 * @param level of {@code clamp-value} and {@code reset-value}: the norm; of {@code clamp-score}: the score; of
 *     {@code quantize-*}: bits. Empty: see {@link #KINDS}; other kinds have none
 */
public record InterventionSpec(String kind, int layer, int head, long from, OptionalDouble level) {
    /**
     * {@code zero-attention} and {@code zero-mlp} remove what the part adds to the residual stream; three replace the
     * attention pattern after normalization: {@code bos-pattern} puts every query on position 0, {@code previous-pattern}
     * on the position before it, {@code clean-pattern} trigger queries on the position before and the others on position 0.
     *
     * <p>Five act on position 0, where the sink is. {@code clamp-value} holds the norm of its value state at the level, or at
     * what it was when the intervention first acted. {@code reset-value} multiplies its value, from then on, by the constant
     * that gives the value state the level's norm at that moment, or the norm it had at initialization. {@code clamp-score}
     * replaces every score on it by the level, or by what each token's score at each position was at that moment, which is
     * well defined in layer 0 alone. {@code stop-value-gradient} and {@code stop-score-gradient} leave the forward pass as
     * it is and stop the gradient into its value state, or into the scores on it.
     *
     * <p>{@code quantize-tensor} and {@code quantize-token} round what the layer leaves in the residual stream to the level's
     * number of bits, or to 8, by the largest number of a sequence or of each token.
     */
    public static final List<String> KINDS = List.of(
            "none",
            "zero-attention",
            "zero-mlp",
            "bos-pattern",
            "previous-pattern",
            "clean-pattern",
            "clamp-value",
            "reset-value",
            "clamp-score",
            "stop-value-gradient",
            "stop-score-gradient",
            "quantize-tensor",
            "quantize-token");

    private static final int DEFAULT_BITS = 8;

    /** The forward pass as it is. */
    public static final InterventionSpec NONE = new InterventionSpec("none", 0, -1, 0, OptionalDouble.empty());

    public InterventionSpec {
        if (!KINDS.contains(kind))
            throw new IllegalArgumentException(
                    "intervention.kind = " + kind + " is not one of " + String.join(", ", KINDS));
        atLeast("layer", layer, 0);
        atLeast("head", head, -1);
        atLeast("from", from, 0);
        if (level.isPresent()) requireLevel(kind, level.getAsDouble());
        if (kind.equals("none")) {
            idle(kind, "layer", layer, 0);
            idle(kind, "head", head, -1);
            idle(kind, "from", from, 0);
        }
        if (kind.equals("zero-mlp") || kind.startsWith("quantize-")) idle(kind, "head", head, -1);
        if (kind.equals("clamp-score") && level.isEmpty() && layer > 0)
            throw new IllegalArgumentException("intervention.layer = " + layer + " needs an intervention.level:"
                    + " only in layer 0 is a score on position 0 a function of token and position");
    }

    /** A key that changes nothing would make another run of the same training. */
    private static void idle(String kind, String key, long value, long unset) {
        if (value != unset)
            throw new IllegalArgumentException(
                    "intervention." + key + " = " + value + " is no key of intervention.kind = " + kind);
    }

    /** Whether the forward pass or the way back of this step is changed. */
    public boolean actsAt(long step) {
        return !kind.equals("none") && step >= from;
    }

    /** Whether it acts on a layer's attention. */
    public boolean isOnAttention() {
        return !kind.equals("none") && !kind.equals("zero-mlp") && !kind.startsWith("quantize-");
    }

    /** Whether it acts on the value of position 0 or on the scores on it. */
    public boolean isOnSink() {
        return kind.matches("(clamp|reset|stop)-.*");
    }

    /** Whether it holds something at what it was when it first acted: see {@link SinkLevels}. */
    public boolean isHeld() {
        return kind.equals("reset-value") || level.isEmpty() && kind.startsWith("clamp-");
    }

    /**
     * The one or more interventions that it comes to.
     *
     * @param held what {@link SinkLevels#held} measured, where {@link #isHeld}; not modified, else not read
     * @param heads of the layer
     * @param length positions of the model
     */
    public List<Intervention> interventions(IntPredicate isTrigger, double[] held, int heads, int length) {
        return switch (kind) {
            case "none" -> List.of();
            case "zero-attention" -> List.of(new ForcePattern(layer, head, ForcedPattern.zero()));
            case "zero-mlp" -> List.of(new ZeroMlp(layer));
            case "bos-pattern" -> List.of(new ForcePattern(layer, head, ForcedPattern.bos()));
            case "previous-pattern" -> List.of(new ForcePattern(layer, head, ForcedPattern.previous()));
            case "clean-pattern" -> List.of(new ForcePattern(layer, head, ForcedPattern.clean(isTrigger)));
            case "stop-value-gradient" -> List.of(new StopValueGradient(layer, head));
            case "stop-score-gradient" -> List.of(new StopScoreGradient(layer, head));
            case "quantize-tensor", "quantize-token" ->
                List.of(new Quantize(layer, (int) level.orElse(DEFAULT_BITS), kind.equals("quantize-token")));
            default -> onSink(held, heads, length);
        };
    }

    /** One intervention for each head, since what is held differs between them. */
    private List<Intervention> onSink(double[] held, int heads, int length) {
        List<Intervention> interventions = new ArrayList<>();
        for (int h = 0; h < heads; h++) {
            if (head != -1 && head != h) continue;
            int own = h;
            interventions.add(
                    switch (kind) {
                        case "clamp-value" -> new ClampValue(layer, h, isHeld() ? held[h] : level.getAsDouble());
                        case "reset-value" -> new ScaleValue(layer, h, held[h]);
                        case "clamp-score" -> {
                            double constant = level.orElse(Double.NaN);
                            int tokens = isHeld() ? held.length / heads / length : 0;
                            yield new ClampScore(
                                    layer,
                                    h,
                                    isHeld()
                                            ? (token, position) -> held[(own * tokens + token) * length + position]
                                            : (token, position) -> constant);
                        }
                        default -> throw new AssertionError(kind);
                    });
        }
        return interventions;
    }

    private static void requireLevel(String kind, double level) {
        switch (kind) {
            case "clamp-value", "reset-value" -> {
                if (level < 0) throw refusal(level, "is below 0");
            }
            case "quantize-tensor", "quantize-token" -> {
                if (level != Math.rint(level) || level < 2 || level > 16)
                    throw refusal(level, "is not a whole number of bits between 2 and 16");
            }
            // A grid of kinds by levels has every level without an intervention too, where it says nothing.
            case "none", "clamp-score" -> {}
            default -> throw refusal(level, "is set, but intervention.kind = " + kind + " has no level");
        }
    }

    private static IllegalArgumentException refusal(double level, String reason) {
        return new IllegalArgumentException("intervention.level = " + level + " " + reason);
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least)
            throw new IllegalArgumentException("intervention." + key + " = " + value + " is below " + least);
    }
}
