package backcopy.model;

import java.util.List;

/**
 * What is changed inside the forward pass: the keys {@code intervention.*}.
 *
 * @param kind one of {@link #KINDS}
 * @param layer the layer it acts on, from 0
 * @param head the head it acts on, from 0; kinds that act on an MLP ignore it
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
    public static final InterventionSpec NONE = new InterventionSpec("none", 0, 0, 0);

    public InterventionSpec {
        if (!KINDS.contains(kind))
            throw new IllegalArgumentException(
                    "intervention.kind = " + kind + " is not one of " + String.join(", ", KINDS));
        atLeastZero("layer", layer);
        atLeastZero("head", head);
        atLeastZero("from", from);
    }

    /** Whether the forward pass of this step is changed. */
    public boolean actsAt(long step) {
        return !kind.equals("none") && step >= from;
    }

    private static void atLeastZero(String key, long value) {
        if (value < 0) throw new IllegalArgumentException("intervention." + key + " = " + value + " is below 0");
    }
}
