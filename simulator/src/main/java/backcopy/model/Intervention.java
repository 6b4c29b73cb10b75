package backcopy.model;

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

    /** A pattern given from outside. */
    interface ForcedPattern {
        /**
         * Fills the pattern of one sequence.
         *
         * @param tokens {@code [length]}, not modified
         * @param pattern {@code [length(query), length(key)]}, zeros on entry
         */
        void fill(int[] tokens, double[] pattern);

        /** No attention at all: the head writes nothing. */
        static ForcedPattern zero() {
            return (tokens, pattern) -> {};
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
            return (tokens, pattern) -> {
                for (int i = 0; i < tokens.length; i++)
                    pattern[i * tokens.length + (isTrigger.test(tokens[i]) ? Math.max(i - 1, 0) : 0)] = 1;
            };
        }
    }
}
