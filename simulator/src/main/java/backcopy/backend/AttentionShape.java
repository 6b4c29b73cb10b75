package backcopy.backend;

/**
 * Sizes of one attention operation and what its queries see. Queries, keys and values are
 * {@code [sequences, length, heads * headWidth]}, scores and patterns {@code [sequences, heads, length(query), length(key)]}.
 */
public record AttentionShape(int sequences, int heads, int length, int headWidth, Mask mask) {
    public AttentionShape {
        if (sequences < 1 || heads < 1 || length < 1 || headWidth < 1)
            throw new IllegalArgumentException("attention shape " + sequences + " x " + heads + " x " + length + " x "
                    + headWidth + " has a size below 1");
    }

    /** Of causal attention. */
    public AttentionShape(int sequences, int heads, int length, int headWidth) {
        this(sequences, heads, length, headWidth, Mask.CAUSAL);
    }

    /** Width of the residual stream that the heads share. */
    public int width() {
        return heads * headWidth;
    }

    /** Rows of queries: sequences times positions. */
    public int rows() {
        return Math.multiplyExact(sequences, length);
    }

    /** Numbers in a scores or pattern buffer. */
    public int pairs() {
        return Math.multiplyExact(Math.multiplyExact(sequences, heads), Math.multiplyExact(length, length));
    }

    /** The factor of a dot product: {@code 1 / sqrt(headWidth)}. */
    public double scale() {
        return 1 / Math.sqrt(headWidth);
    }

    /** Whether a query sees a key. */
    public boolean sees(int head, int query, int key) {
        return key < end(query) && (key >= first(head, query) || key < mask.kept());
    }

    /** The first key that a query sees, beside the mask's kept ones. */
    public int first(int head, int query) {
        return mask.first(head, heads, query);
    }

    /** Behind the last key that a query sees. */
    public int end(int query) {
        return mask.end(query, length);
    }

    /** Whether some query sees a key behind its own. */
    public boolean looksAhead() {
        return mask.looksAhead();
    }
}
