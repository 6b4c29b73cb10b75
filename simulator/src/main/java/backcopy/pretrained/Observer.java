package backcopy.pretrained;

/**
 * What looks on while a pass goes through the layers. Texts are counted over all passes. Everything but
 * {@link #residual} and {@link #loss} is of the model as it is, with nothing zeroed. Arrays are the pass's own: not to be
 * modified, nor kept. One head's texts come in their order; different heads come at the same time.
 */
interface Observer {
    /** Whether scores of keys behind the query are to be computed too. */
    default boolean wantsAllScores() {
        return false;
    }

    /** Whether value states by head are to be computed. */
    default boolean wantsValueStates() {
        return false;
    }

    /**
     * One head on one text.
     *
     * @param scores [query, key], before the mask
     * @param pattern [query, key]
     * @param outputs the weighted sums of values: number c of a query at {@code at + query * stride + c}
     */
    default void head(
            int layer, int head, int text, double[] scores, double[] pattern, double[] outputs, int at, int stride) {}

    /**
     * The values of all heads on one text, before any output matrix: of key head g at a position,
     * {@code at + (position * keyHeads + g) * headWidth}.
     */
    default void values(int layer, int text, double[] values, int at) {}

    /**
     * A head's value states of one text, [position, width] from {@code at} on: the output matrix times the value.
     */
    default void valueStates(int layer, int head, int text, double[] states, int at) {}

    /** The residual stream [position, width] from {@code at} on: before layer 0 with layer = -1, else after a layer. */
    default void residual(int layer, int ablation, int text, double[] states, int at) {}

    /** Logits [position, count] from {@code at} on, those of the tokens from {@code first} on. */
    default void logits(int text, int first, int count, double[] logits, int at) {}

    /** Mean cross-entropy of the tokens behind the first, in nats. */
    default void loss(int ablation, int text, double loss) {}
}
