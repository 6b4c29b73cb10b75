package backcopy.backend;

/**
 * An attention kind: how one query's scores become its pattern. This is the definition, in double; a backend may hold a
 * faster twin under the same {@link #name()}, which the contract tests compare with it.
 *
 * <p>Arrays hold one row in {@code [from, from + visible)}: the keys that the query sees, itself last.
 */
public interface RowRule {
    /** What a user types, lower case with hyphens. */
    String name();

    /** One line: formula and source. */
    String about();

    /** One of the kind's numbers, by the name of its key; a kind without numbers has none. */
    default double number(String name) {
        throw new IllegalArgumentException(name() + " has no number " + name);
    }

    /**
     * The pattern of one query.
     *
     * @param scores not modified
     * @param pattern overwritten in the row's range
     */
    void row(double[] scores, int from, int visible, double[] pattern);

    /**
     * The gradient of the scores of one query.
     *
     * @param scores not modified
     * @param pattern the row's pattern, not modified
     * @param dPattern not modified
     * @param dScores overwritten in the row's range
     */
    void derivative(double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores);
}
