package backcopy.model;

import backcopy.backend.TokenPattern;
import backcopy.backend.TokenTable;
import java.util.function.IntPredicate;

/**
 * Something done to the one forward pass, with the backward pass that belongs to it: what is forced is constant, so no
 * gradient passes through it.
 */
public sealed interface Intervention {
    /** The layer it acts in. */
    int layer();

    /** The MLP of a layer writes nothing: {@code residual.out = residual.mid}. */
    record ZeroMlp(int layer) implements Intervention {}

    /** The pattern of one head, or of every head if {@code head} is -1, is replaced after the row rule. */
    record ForcePattern(int layer, int head, ForcedPattern forced) implements Intervention {
        boolean actsOn(int candidate) {
            return head == -1 || head == candidate;
        }
    }

    /**
     * Something done to position 0, where the sink is, of one head, or of every head if {@link #head} is -1: to its value
     * or to the scores on it, before the row rule. {@link SinkPosition} does it.
     */
    sealed interface OnSink extends Intervention {
        int head();

        default boolean actsOn(int candidate) {
            return head() == -1 || head() == candidate;
        }
    }

    /**
     * The value of position 0 keeps its direction and gets a norm: {@code v' = c v / |W_O v|}, each head by itself, so that its
     * value state {@code W_O v'} has norm c. The gradient goes through direction and norm. With c = 0 the sink writes nothing.
     */
    record ClampValue(int layer, int head, double norm) implements OnSink {}

    /** The value of position 0 is multiplied by a constant. */
    record ScaleValue(int layer, int head, double factor) implements OnSink {}

    /**
     * The value state {@code W_O v} of position 0 counts as a constant on the way back: no gradient reaches {@code v}, and that
     * of {@code W_O} lacks the part that position 0 brings. The forward pass is as it was.
     */
    record StopValueGradient(int layer, int head) implements OnSink {}

    /** Scores on position 0 are replaced by constants; no gradient passes. */
    record ClampScore(int layer, int head, SinkScore score) implements OnSink {}

    /** Every score on position 0 counts as a constant on the way back. The forward pass is as it was. */
    record StopScoreGradient(int layer, int head) implements OnSink {}

    /** A score on position 0 given from outside. */
    interface SinkScore extends TokenTable {
        /** The score of the query {@code token} at {@code position}; NaN leaves the one that it has. */
        @Override
        double of(int token, int position);
    }

    /**
     * What a layer leaves in the residual stream is rounded to signed whole numbers of {@code bits} bits, symmetric around 0,
     * in units of the largest number of the sequence divided by {@code 2^(bits-1) - 1}; of each token by itself if
     * {@code byToken}. The way back takes the rounding for the identity (straight through).
     */
    record Quantize(int layer, int bits, boolean byToken) implements Intervention {}

    /** A pattern given from outside. */
    interface ForcedPattern extends TokenPattern {
        /** No attention at all: the head writes nothing. */
        ForcedPattern NONE = (token, query, key) -> 0;

        /** {@link #NONE}. */
        static ForcedPattern zero() {
            return NONE;
        }

        /** Every query looks at position 0. */
        static ForcedPattern bos() {
            return clean(token -> false);
        }

        /** Every query looks at the position before its own, the first at itself. */
        static ForcedPattern previous() {
            return clean(token -> true);
        }

        /** Trigger queries look at the position before their own, all others at position 0. */
        static ForcedPattern clean(IntPredicate isTrigger) {
            return (token, query, key) -> key == (isTrigger.test(token) ? Math.max(query - 1, 0) : 0) ? 1 : 0;
        }
    }
}
