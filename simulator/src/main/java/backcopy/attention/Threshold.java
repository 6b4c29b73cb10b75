package backcopy.attention;

/**
 * Where the sparse kinds cut off: {@code x_j - t} with {@code x = scale s} and t the root of
 * {@code sum_j max(x_j - t, 0)^power = 1}. The sum is convex and falls with t, so Newton's method from the left climbs to the
 * root; with power 1 it arrives after finitely many steps.
 *
 * @param top the largest x
 * @param below how far t lies below it, at most 1: large scores lose no digits by it
 */
record Threshold(double scale, double top, double below) {
    static Threshold of(double[] scores, double scale, int power, int from, int visible) {
        double top = Double.NEGATIVE_INFINITY;
        for (int j = from; j < from + visible; j++) top = Math.max(top, scale * scores[j]);
        Threshold threshold = new Threshold(scale, top, 1);
        while (true) {
            double sum = 0, slope = 0;
            for (int j = from; j < from + visible; j++) {
                double excess = threshold.excess(scores[j]);
                sum += power == 1 ? excess : excess * excess;
                slope += power == 1 ? (excess > 0 ? 1 : 0) : 2 * excess;
            }
            double next = threshold.below - (sum - 1) / slope;
            if (!(next < threshold.below)) return threshold;
            threshold = new Threshold(scale, top, next);
        }
    }

    /** {@code max(x - t, 0)} of a score. */
    double excess(double score) {
        return Math.max(scale * score - top + below, 0);
    }
}
