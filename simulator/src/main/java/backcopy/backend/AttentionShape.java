package backcopy.backend;

/**
 * Sizes of one causal attention operation. Queries, keys and values are {@code [sequences, length, heads * headWidth]},
 * scores and patterns {@code [sequences, heads, length(query), length(key)]}.
 */
public record AttentionShape(int sequences, int heads, int length, int headWidth) {
    public AttentionShape {
        if (sequences < 1 || heads < 1 || length < 1 || headWidth < 1)
            throw new IllegalArgumentException("attention shape " + sequences + " x " + heads + " x " + length + " x "
                    + headWidth + " has a size below 1");
    }

    /** Width of the residual stream that the heads share. */
    public int width() {
        return heads * headWidth;
    }

    /** Rows of queries: sequences times positions. */
    public int rows() {
        return sequences * length;
    }

    /** Numbers in a scores or pattern buffer. */
    public int pairs() {
        return sequences * heads * length * length;
    }

    /** The factor of a dot product: {@code 1 / sqrt(headWidth)}. */
    public double scale() {
        return 1 / Math.sqrt(headWidth);
    }
}
