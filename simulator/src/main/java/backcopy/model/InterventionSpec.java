package backcopy.model;

import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What is changed inside the forward pass: the keys {@code intervention.*}.
 *
 * @param kind one of {@link #KINDS}
 * @param layer the layer it acts on, from 0
 * @param head the head it acts on, from 0; -1 for every head; an MLP has none
 * @param from the first step at which it acts
 */
public record InterventionSpec(String kind, int layer, int head, long from) {
    /**
     * {@code zero-attention} and {@code zero-mlp} remove what the part adds to the residual stream; the others replace the
     * attention pattern after normalization: {@code bos-pattern} puts every query on position 0, {@code previous-pattern}
     * on the position before it, {@code clean-pattern} trigger queries on the position before and the others on position 0.
     */
    public static final List<String> KINDS =
            List.of("none", "zero-attention", "zero-mlp", "bos-pattern", "previous-pattern", "clean-pattern");

    /** The forward pass as it is. */
    public static final InterventionSpec NONE = new InterventionSpec("none", 0, -1, 0);

    public InterventionSpec {
        if (!KINDS.contains(kind))
            throw new IllegalArgumentException(
                    "intervention.kind = " + kind + " is not one of " + String.join(", ", KINDS));
        atLeast("layer", layer, 0);
        atLeast("head", head, -1);
        atLeast("from", from, 0);
    }

    /** Whether the forward pass of this step is changed. */
    public boolean actsAt(long step) {
        return !kind.equals("none") && step >= from;
    }

    /** What changes the forward pass of this step: one intervention or none. */
    public List<Intervention> at(long step, IntPredicate isTrigger) {
        if (!actsAt(step)) return List.of();
        return List.of(
                switch (kind) {
                    case "zero-attention" -> new ForcePattern(layer, head, ForcedPattern.zero());
                    case "zero-mlp" -> new ZeroMlp(layer);
                    case "bos-pattern" -> new ForcePattern(layer, head, ForcedPattern.bos());
                    case "previous-pattern" -> new ForcePattern(layer, head, ForcedPattern.previous());
                    case "clean-pattern" -> new ForcePattern(layer, head, ForcedPattern.clean(isTrigger));
                    default -> throw new AssertionError(kind);
                });
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least)
            throw new IllegalArgumentException("intervention." + key + " = " + value + " is below " + least);
    }
}
