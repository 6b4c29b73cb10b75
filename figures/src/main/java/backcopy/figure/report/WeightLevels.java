package backcopy.figure.report;

import java.util.Arrays;
import java.util.Base64;
import java.util.stream.DoubleStream;

/**
 * Weights of one step as bytes, evenly from the least to the largest of them, so that none is off by more than half a level.
 * Zero is a level itself; one byte is kept for what is no finite number.
 *
 * @param step from a level to the next
 * @param zero the level of weight 0
 */
record WeightLevels(double step, int zero) {
    private static final int LARGEST = 254, NOTHING = 255;

    /** The levels of these weights, which are not modified. */
    static WeightLevels of(double[] weights) {
        double least = Math.min(0, finite(weights).min().orElse(0));
        double most = Math.max(0, finite(weights).max().orElse(0));
        if (most == least) return new WeightLevels(1, 0);
        double step = (most - least) / (least < 0 ? LARGEST - 1 : LARGEST); // zero may fall between two levels
        return new WeightLevels(step, (int) Math.ceil(-least / step));
    }

    private static DoubleStream finite(double[] weights) {
        return Arrays.stream(weights).filter(Double::isFinite);
    }

    private byte level(double weight) {
        return (byte) (Double.isFinite(weight) ? zero + Math.round(weight / step) : NOTHING);
    }

    /**
     * What queries can see, row below row, in base 64.
     *
     * @param weights {@code [map, query, key]}, not modified
     * @param whole also the keys after a query
     */
    String text(double[] weights, int positions, boolean whole) {
        int maps = weights.length / (positions * positions);
        byte[] levels = new byte[maps * (whole ? positions * positions : positions * (positions + 1) / 2)];
        int at = 0;
        for (int map = 0; map < maps; map++)
            for (int query = 0; query < positions; query++)
                for (int key = 0; key < (whole ? positions : query + 1); key++)
                    levels[at++] = level(weights[(map * positions + query) * positions + key]);
        return Base64.getEncoder().encodeToString(levels);
    }
}
