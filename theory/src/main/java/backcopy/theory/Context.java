package backcopy.theory;

import java.util.Arrays;

/**
 * What one query of the reduced model sees: its own token, how often each token occurs before and at it, and, for a trigger,
 * the token before it, which is to be copied. The query also sees {@code <s>}. Immutable.
 */
public final class Context {
    private static final int NOTHING = -1;

    private final int token;
    private final int copied;
    private final double[] counts; // [vocabulary]
    private final double length;
    private final double weight;

    private Context(int token, int copied, double[] counts, double weight) {
        if (!(weight > 0)) throw new IllegalArgumentException("weight = " + weight + " is not above 0");
        for (double count : counts)
            if (!(count >= 0)) throw new IllegalArgumentException("counts has " + count + ", which is below 0");
        this.token = token;
        this.copied = copied;
        this.counts = counts.clone();
        this.weight = weight;
        length = Arrays.stream(counts).sum();
        if (!(length > 0)) throw new IllegalArgumentException("counts sum to " + length + ", which is not above 0");
    }

    /**
     * A query at a token that is no trigger.
     *
     * @param counts [vocabulary], c: how often each token occurs, the query's included; means or whole numbers; not modified
     * @param weight w: this query's part of the loss
     */
    public static Context bigram(int token, double[] counts, double weight) {
        return new Context(token, NOTHING, counts, weight);
    }

    /** A query at a trigger whose successor is {@code copied}; the rest as in {@link #bigram}. */
    public static Context backcopy(int token, int copied, double[] counts, double weight) {
        return new Context(token, copied, counts, weight);
    }

    /** v: the query's own token. */
    public int token() {
        return token;
    }

    public boolean isTrigger() {
        return copied != NOTHING;
    }

    /** u: the token before a trigger; -1 where the query is none. */
    public int copied() {
        return copied;
    }

    public double count(int k) {
        return counts[k];
    }

    public int vocabulary() {
        return counts.length;
    }

    /** n: the tokens besides {@code <s>} that the query sees, itself included. */
    public double length() {
        return length;
    }

    public double weight() {
        return weight;
    }
}
