package backcopy.probe;

/** The lead of position 0 in one query's attention scores, by two conventions. */
public final class DeltaLogit {
    private DeltaLogit() {}

    /**
     * {@code s[t, 0] - mean of s[t, j], 1 <= j < t}: the query's own key left out. NaN for t below 2, which have no such keys.
     *
     * @param scores [key] of the query from {@code row} on, not modified
     */
    public static double between(double[] scores, int row, int query) {
        if (query < 2) return Double.NaN;
        double sum = 0;
        for (int key = 1; key < query; key++) sum += scores[row + key];
        return scores[row] - sum / (query - 1);
    }

    /**
     * {@code s[t, 0] - mean of s[t, j] over all keys}, keys behind the query included: that of the paper's language models
     * (arXiv 2410.13835).
     *
     * @param scores [length] of the query from {@code row} on, before the mask, not modified
     */
    public static double overAll(double[] scores, int row, int length) {
        double sum = 0;
        for (int key = 0; key < length; key++) sum += scores[row + key];
        return scores[row] - sum / length;
    }
}
