package backcopy.task;

import java.util.random.RandomGenerator;

/**
 * The Markov chain that a process follows where no trigger acts: the rows of a {@link BigramTable}, each with a share of
 * {@code <d>}. The rows of {@code <s>} and {@code <d>} are the unigram law. Immutable.
 */
final class Chain {
    private final BigramTable table;
    private final double delimiterProbability;
    private final AliasTable[] next; // [vocabulary]

    /** @param delimiterProbability of {@code <d>} after any token but {@code <s>} */
    Chain(BigramTable table, double delimiterProbability) {
        this.table = table;
        this.delimiterProbability = delimiterProbability;
        next = new AliasTable[table.vocabularySize()];
        for (int token = 0; token < next.length; token++) next[token] = new AliasTable(table.weights(token));
    }

    BigramTable table() {
        return table;
    }

    /** Draws the token after {@code token}. */
    int draw(int token, RandomGenerator random) {
        if (delimiterProbability > 0 && token != table.bos() && happens(delimiterProbability, random))
            return table.delimiter();
        return next[token].draw(random.nextLong());
    }

    /** The law of {@link #draw}, [vocabulary]; a new array. */
    double[] law(int token) {
        double[] law = table.conditional(token);
        if (token == table.bos()) return law;
        for (int i = 0; i < law.length; i++) law[i] *= 1 - delimiterProbability;
        law[table.delimiter()] += delimiterProbability;
        return law;
    }

    /** True with this probability; one draw, whose bits are the same on every JDK. */
    static boolean happens(double probability, RandomGenerator random) {
        return (random.nextLong() >>> 11) * 0x1p-53 < probability;
    }
}
