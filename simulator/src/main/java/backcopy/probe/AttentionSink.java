package backcopy.probe;

import java.util.stream.IntStream;

/** What is said of one head's attention pattern, of the toy's transformers and of pretrained models alike. */
public final class AttentionSink {
    /** Above this mean attention a position counts as a sink ("When Attention Sink Emerges", arXiv 2410.10781). */
    public static final double EPSILON = 0.3;

    private static final int THRESHOLDS = 19;

    private AttentionSink() {}

    /** The thresholds over which the sink rate is given: 0.05, 0.10, ..., 0.95, a new array. */
    public static double[] thresholds() {
        return IntStream.rangeClosed(1, THRESHOLDS).mapToDouble(i -> i / 20.0).toArray();
    }

    /** The place of {@link #EPSILON} among {@link #thresholds}. */
    public static int defaultThreshold() {
        return 5;
    }

    /**
     * The sink metric alpha of a key: the mean of {@code A[t, key]} over the queries t that see it, itself included.
     *
     * @param pattern [query, key] from {@code at} on, not modified
     * @param firstQuery queries before it do not count
     */
    public static double alpha(double[] pattern, int at, int length, int key, int firstQuery) {
        int from = Math.max(key, firstQuery);
        double sum = 0;
        for (int query = from; query < length; query++) sum += pattern[at + query * length + key];
        return sum / (length - from);
    }

    /** The alpha of position 0 in uniform attention: the mean over queries of one over the keys that they see, {@code H_T / T}. */
    public static double uniform(int length, int firstQuery) {
        double harmonic = 0;
        for (int query = firstQuery + 1; query <= length; query++) harmonic += 1.0 / query;
        return harmonic / (length - firstQuery);
    }

    /**
     * How evenly the queries attend: the mean over the queries {@code t >= 1} of the entropy of {@code A[t, .]} over that of
     * uniform attention, {@code log(t + 1)}; 0 where each looks at one key.
     */
    public static double entropy(double[] pattern, int at, int length) {
        double sum = 0;
        for (int query = 1; query < length; query++) {
            double entropy = 0;
            for (int key = 0; key <= query; key++) {
                double share = pattern[at + query * length + key];
                if (share > 0) entropy -= share * Math.log(share);
            }
            sum += entropy / Math.log(query + 1);
        }
        return sum / (length - 1);
    }
}
