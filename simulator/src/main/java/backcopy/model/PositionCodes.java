package backcopy.model;

import java.util.List;

/**
 * How positions enter ({@code model.position}): a learned or a sinusoidal table is added to the embeddings; {@code rope} turns
 * queries and keys; the others add a number to each score by how far the key lies behind the query; or not at all.
 */
final class PositionCodes {
    static final String LEARNED = "learned";
    static final List<String> NAMES = List.of(LEARNED, "none", "sinusoidal", "rope", "alibi", "t5", "t5-index");

    /** Buckets of distances, and the distance from which on all share the last (T5's code). */
    static final int BUCKETS = 32;

    private static final int FARTHEST = 128;
    private static final double BASE = 10_000;

    private PositionCodes() {}

    /** Whether something is added to scores by distance. */
    static boolean isByDistance(String name) {
        return name.equals("alibi") || name.startsWith("t5");
    }

    /** {@code [length, width]}: sines at even and cosines at odd columns (arXiv 1706.03762). */
    static double[] sinusoids(int length, int width) {
        double[] table = new double[length * width];
        for (int t = 0; t < length; t++)
            for (int c = 0; c < width; c++) {
                double angle = t / Math.pow(BASE, 2.0 * (c / 2) / width);
                table[t * width + c] = c % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
            }
        return table;
    }

    /** The angle by which RoPE turns pair {@code c} of a head's numbers at a position (arXiv 2104.09864). */
    static double angle(int position, int c, int headWidth) {
        return position / Math.pow(BASE, 2.0 * c / headWidth);
    }

    /** ALiBi's slope, {@code 2^(-8 (h + 1) / H)} (arXiv 2108.12409), whatever the number of heads. */
    static double slope(int head, int heads) {
        return Math.pow(2, -8.0 * (head + 1) / heads);
    }

    /** T5's bucket of a distance: exact up to half of the buckets, then logarithmic (arXiv 1910.10683). */
    static int bucket(int distance) {
        int exact = BUCKETS / 2;
        if (distance < exact) return distance;
        double share = Math.log((double) distance / exact) / Math.log((double) FARTHEST / exact);
        return Math.min(exact + (int) (share * (BUCKETS - exact)), BUCKETS - 1);
    }
}
