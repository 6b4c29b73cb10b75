package backcopy.backend;

/** Rows of an attention pattern by the query's token and position. */
@FunctionalInterface
public interface TokenPattern {
    /** What a query {@code token} at position {@code query} gives to a key. Always the same for the same three. */
    double of(int token, int query, int key);
}
