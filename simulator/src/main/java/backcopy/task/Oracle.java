package backcopy.task;

import java.util.Arrays;

/**
 * The best possible predictor of {@link BigramBackcopy}: the law of the next token given the last two. After a trigger it is
 * certain; after any other token it is one row of a table. Immutable.
 *
 * <p>The row of {@code <s>} comes in two makes. The process never opens with a trigger, so the true row is the unigram law
 * without triggers. The authors of arXiv 2410.13835 measured against the full unigram law there ({@link #paper()}), which is
 * why their excess bigram risk does not go to zero.
 */
public final class Oracle {
    private final double[] unigram; // [vocabulary]
    private final double[][] laws; // [vocabulary (current), vocabulary (next)]
    private final boolean[] isTrigger; // [vocabulary]
    private final double[] entropies; // [vocabulary (current)], nats; 0 for triggers
    private final int bos;

    private Oracle(double[] unigram, double[][] laws, boolean[] isTrigger, int bos) {
        this.unigram = unigram;
        this.laws = laws;
        this.isTrigger = isTrigger;
        this.bos = bos;
        entropies = new double[laws.length];
        for (int token = 0; token < laws.length; token++)
            if (!isTrigger[token]) entropies[token] = entropy(laws[token]);
    }

    /** The true oracle of the process on {@code table} with these triggers, [vocabulary]; not modified, kept. */
    static Oracle of(BigramTable table, boolean[] isTrigger) {
        double[][] laws = table.conditional();
        laws[table.bos()] = without(isTrigger, table.unigram());
        return new Oracle(table.unigram(), laws, isTrigger, table.bos());
    }

    /** The oracle that the paper's figures subtract: the full unigram law after {@code <s>}. */
    public Oracle paper() {
        double[][] rows = laws.clone();
        rows[bos] = unigram;
        return new Oracle(unigram, rows, isTrigger, bos);
    }

    /**
     * The law of the next token. A trigger with nothing before it, which the process never writes but a user's file may, is
     * followed by its bigram law.
     *
     * @param previous the token before {@code current}, -1 at position 0; read after a trigger only
     * @param law [vocabulary]; overwritten
     */
    public void law(int previous, int current, double[] law) {
        if (isTrigger[current] && previous >= 0) {
            Arrays.fill(law, 0);
            law[previous] = 1;
        } else {
            System.arraycopy(laws[current], 0, law, 0, law.length);
        }
    }

    /** Entropy of the next token after {@code current}, nats; 0 after a trigger. */
    public double entropy(int current) {
        return entropies[current];
    }

    /** Mean entropy over the query positions of {@code batch} that hold no trigger, nats: the least bigram risk there. */
    public double bigramEntropy(Batch batch) {
        double sum = 0;
        long positions = 0;
        for (int sequence = 0; sequence < batch.sequences(); sequence++)
            for (int t = 0; t < batch.length(); t++) {
                int token = batch.token(sequence, t);
                if (isTrigger[token]) continue;
                sum += entropies[token];
                positions++;
            }
        return sum / positions;
    }

    /** {@code -sum_i p_i ln p_i}, nats, with {@code 0 ln 0 = 0}. */
    public static double entropy(double[] law) {
        double sum = 0;
        for (double p : law) if (p > 0) sum -= p * Math.log(p);
        return sum;
    }

    private static double[] without(boolean[] isTrigger, double[] law) {
        double mass = 0;
        for (int i = 0; i < law.length; i++) {
            if (isTrigger[i]) law[i] = 0;
            mass += law[i];
        }
        for (int i = 0; i < law.length; i++) law[i] /= mass;
        return law;
    }
}
