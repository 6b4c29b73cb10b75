package backcopy.backend;

/** A number by token and position. */
@FunctionalInterface
public interface TokenTable {
    /** The number for {@code token} at {@code position}; NaN where there is none. Always the same for the same two. */
    double of(int token, int position);
}
