package backcopy.task;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What follows a trigger in a relative of the Bigram-Backcopy task. Stateless: it knows what the sequence says. */
enum TriggerRule {
    /** The bigram law of the token before the trigger; a trigger with nothing before it is followed by its own. */
    SKIP {
        @Override
        int next(Chain chain, int[] tokens, int position, RandomGenerator random) {
            return chain.draw(tokens[Math.max(position - 1, 0)], random);
        }

        @Override
        void law(Chain chain, int[] tokens, int position, double[] law) {
            System.arraycopy(chain.law(tokens[Math.max(position - 1, 0)]), 0, law, 0, law.length);
        }
    },

    /** What followed the same trigger before; the first time any character, all alike. */
    INDUCTION {
        @Override
        int next(Chain chain, int[] tokens, int position, RandomGenerator random) {
            int before = before(tokens, position);
            if (before >= 0) return tokens[before + 1];
            return (int) Math.multiplyHigh(
                    random.nextLong() >>> 1, 2L * chain.table().characters());
        }

        @Override
        void law(Chain chain, int[] tokens, int position, double[] law) {
            Arrays.fill(law, 0);
            int before = before(tokens, position);
            if (before >= 0) law[tokens[before + 1]] = 1;
            else
                Arrays.fill(
                        law, 0, chain.table().characters(), 1.0 / chain.table().characters());
        }

        /** Where the trigger stood before, or -1. */
        private static int before(int[] tokens, int position) {
            for (int t = 0; t < position; t++) if (tokens[t] == tokens[position]) return t;
            return -1;
        }
    };

    /**
     * Draws the token after the trigger at {@code position}.
     *
     * @param tokens up to {@code position}, not modified
     */
    abstract int next(Chain chain, int[] tokens, int position, RandomGenerator random);

    /** The law of {@link #next}, [vocabulary]; overwritten. */
    abstract void law(Chain chain, int[] tokens, int position, double[] law);
}
