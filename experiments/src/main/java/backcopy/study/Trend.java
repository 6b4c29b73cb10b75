package backcopy.study;

/**
 * Page's test (Journal of the American Statistical Association 58, 1963) that a quantity goes up along an ordered key: in each block,
 * which is one setting of everything else, its values are ranked, and L is the sum of ranks times places. Without a trend every order
 * in a block is as likely as any other; p is exact, from all orders of all blocks, and equal values share their rank.
 */
public final class Trend {
    /** Levels of the key at most: a block of n has n! orders. */
    public static final int MOST = 7;

    private Trend() {}

    /**
     * The probability of an L at least this large, were there no trend.
     *
     * @param blocks {@code [block, level]} in the order of the key, not modified
     * @return NaN where there is no block, or where a value is missing
     */
    public static double increasing(double[]... blocks) {
        double[] tail = {1}; // of twice L, which is a whole number also where ranks are shared
        long observed = 0;
        for (double[] block : blocks) {
            if (block.length > MOST) throw new IllegalArgumentException(block.length + " levels are more than " + MOST);
            int[] ranks = twiceTheRanks(block);
            if (ranks == null) return Double.NaN;
            for (int place = 0; place < ranks.length; place++) observed += (long) (place + 1) * ranks[place];
            tail = convolved(tail, orders(ranks));
        }
        if (blocks.length == 0) return Double.NaN;
        double p = 0;
        for (int sum = (int) observed; sum < tail.length; sum++) p += tail[sum];
        return Math.min(1, p);
    }

    /** The probability of an L at least this small. */
    public static double decreasing(double[]... blocks) {
        double[][] negated = new double[blocks.length][];
        for (int b = 0; b < blocks.length; b++) {
            negated[b] = new double[blocks[b].length];
            for (int i = 0; i < blocks[b].length; i++) negated[b][i] = -blocks[b][i];
        }
        return increasing(negated);
    }

    /** [level] or null where a value is missing. */
    private static int[] twiceTheRanks(double[] block) {
        int[] ranks = new int[block.length];
        for (int i = 0; i < block.length; i++) {
            if (Double.isNaN(block[i])) return null;
            int below = 0, equal = 0;
            for (double other : block) {
                if (other < block[i]) below++;
                if (other == block[i]) equal++;
            }
            ranks[i] = 2 * below + equal + 1;
        }
        return ranks;
    }

    /** [sum] how likely each sum of places times ranks is in one block. */
    private static double[] orders(int[] ranks) {
        int most = 0;
        for (int i = 0; i < ranks.length; i++) most += (i + 1) * 2 * ranks.length;
        double[] counts = new double[most + 1];
        count(ranks, 0, 0, counts);
        double all = 0;
        for (double count : counts) all += count;
        for (int i = 0; i < counts.length; i++) counts[i] /= all;
        return counts;
    }

    /** Every order of the ranks from {@code place} on; they are in their own order again on return. */
    private static void count(int[] ranks, int place, int sum, double[] counts) {
        if (place == ranks.length) {
            counts[sum]++;
            return;
        }
        for (int i = place; i < ranks.length; i++) {
            swap(ranks, place, i);
            count(ranks, place + 1, sum + (place + 1) * ranks[place], counts);
            swap(ranks, place, i);
        }
    }

    private static void swap(int[] ranks, int i, int j) {
        int kept = ranks[i];
        ranks[i] = ranks[j];
        ranks[j] = kept;
    }

    private static double[] convolved(double[] some, double[] others) {
        double[] sums = new double[some.length + others.length - 1];
        for (int i = 0; i < some.length; i++)
            for (int j = 0; j < others.length; j++) sums[i + j] += some[i] * others[j];
        return sums;
    }
}
