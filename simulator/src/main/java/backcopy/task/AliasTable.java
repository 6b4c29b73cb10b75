package backcopy.task;

/**
 * Draws outcomes in proportion to integer weights, in constant time (the alias method of Walker 1977, built as in Vose
 * 1991). Each of the n outcomes owns one column of height 1; the lower part {@code keep} of a column yields its own outcome,
 * the rest the outcome it is filled up with. Columns are filled in integers, so no rounding accumulates.
 */
final class AliasTable {
    private final int[] outcome; // [columns]
    private final int[] alias; // [columns]
    private final double[] keep; // [columns], in [0, 1]

    /** @param weights [outcomes], not negative, at least one positive; not modified */
    AliasTable(int[] weights) {
        int columns = 0;
        long total = 0;
        for (int weight : weights) {
            if (weight > 0) columns++;
            total += weight;
        }
        outcome = new int[columns];
        alias = new int[columns];
        keep = new double[columns];
        long[] height = new long[columns]; // in units of 1 / total
        int column = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] == 0) continue;
            outcome[column] = i;
            height[column++] = (long) weights[i] * columns;
        }
        fill(height, total);
    }

    private void fill(long[] height, long full) {
        int[] low = new int[height.length];
        int[] high = new int[height.length];
        int lows = 0;
        int highs = 0;
        for (int i = 0; i < height.length; i++) {
            if (height[i] < full) low[lows++] = i;
            else high[highs++] = i;
        }
        while (lows > 0) {
            int taker = low[--lows];
            int giver = high[highs - 1];
            keep[taker] = height[taker] / (double) full;
            alias[taker] = outcome[giver];
            height[giver] -= full - height[taker];
            if (height[giver] < full) low[lows++] = high[--highs];
        }
        while (highs > 0) {
            int whole = high[--highs];
            assert height[whole] == full : "columns do not add up to the total weight";
            keep[whole] = 1;
            alias[whole] = outcome[whole];
        }
    }

    /**
     * The outcome at one point of the columns laid side by side.
     *
     * @param bits 64 uniform bits: the point is {@code columns * (bits >>> 1) / 2^63}
     */
    int draw(long bits) {
        long point = bits >>> 1;
        long columns = 2L * keep.length;
        int column = (int) Math.multiplyHigh(point, columns);
        double height = ((point * columns) >>> 11) * 0x1p-53;
        return height < keep[column] ? outcome[column] : alias[column];
    }

    /** The probability of each outcome, [outcomes], as the columns have it. */
    double[] law(int outcomes) {
        double[] law = new double[outcomes];
        for (int column = 0; column < keep.length; column++) {
            law[outcome[column]] += keep[column] / keep.length;
            law[alias[column]] += (1 - keep[column]) / keep.length;
        }
        return law;
    }
}
