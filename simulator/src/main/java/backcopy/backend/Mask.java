package backcopy.backend;

/**
 * Which keys a query sees, as positions of one sequence. No query sees a later key, but for those of a prefix.
 *
 * @param size of the window, the prefix or a group; 0 for {@code CAUSAL}
 * @param kept so many first keys are seen by every query that is not before them, whatever the kind; positions of the kind
 *     count from here
 */
public record Mask(Kind kind, int size, int kept) {
    /** What restricts or widens a query's view. */
    public enum Kind {
        /** All keys up to its own. */
        CAUSAL,
        /** The last {@code size} keys, its own among them. */
        WINDOW,
        /** All keys up to its own, and the first {@code size}. */
        PREFIX,
        /** The keys up to its own in its group of {@code size} positions; groups lie half a group later for the upper half of
         * the heads. */
        SHIFTED_GROUPS
    }

    public static final Mask CAUSAL = new Mask(Kind.CAUSAL, 0, 0);

    public Mask {
        if (kind != Kind.CAUSAL && size < 1) throw new IllegalArgumentException("a mask of size " + size);
        if (kept < 0) throw new IllegalArgumentException("a mask that keeps " + kept);
    }

    /** The first key seen beside those that are kept. */
    int first(int head, int heads, int query) {
        int position = query - kept;
        if (position < 0) return 0;
        return switch (kind) {
            case CAUSAL, PREFIX -> 0;
            case WINDOW -> position < size ? 0 : query - size + 1;
            case SHIFTED_GROUPS -> {
                int shift = head >= heads / 2 ? size / 2 : 0;
                int start = Math.floorDiv(position - shift, size) * size + shift;
                yield start <= 0 ? 0 : kept + start;
            }
        };
    }

    /** The number of keys up to the last one seen. */
    int end(int query, int length) {
        return kind == Kind.PREFIX && query >= kept ? Math.min(Math.max(query + 1, kept + size), length) : query + 1;
    }

    /** Whether a query may see a later key. */
    boolean looksAhead() {
        return kind == Kind.PREFIX && size > 1;
    }
}
