package backcopy.task;

import java.util.Arrays;

/**
 * The best possible predictor of {@link BigramBackcopy}: the law of the next token given the last two. After a trigger it is
 * certain, or as certain as {@code task.backcopyProbability} says; after any other token it is one row of a table. Immutable.
 *
 * <p>The row of {@code <s>} comes in two makes. The process never opens with a trigger, so the true row is the unigram law
 * without triggers. The authors of arXiv 2410.13835 measured against the full unigram law there ({@link #paper()}), which is
 * why their excess bigram risk does not go to zero.
 */
public final class BackcopyOracle implements Oracle {
    private final double[] unigram; // [vocabulary]
    private final double[][] laws; // [vocabulary (current), vocabulary (next)]
    private final boolean[] isTrigger; // [vocabulary]
    private final double[] entropies; // [vocabulary (current)], nats; 0 for triggers
    private final int bos;
    private final int bosCount;
    private final double backcopyProbability;
    private final Placement placement; // null where there is none

    private BackcopyOracle(
            double[] unigram,
            double[][] laws,
            boolean[] isTrigger,
            int bos,
            int bosCount,
            double backcopyProbability,
            Placement placement) {
        this.unigram = unigram;
        this.laws = laws;
        this.isTrigger = isTrigger;
        this.bos = bos;
        this.bosCount = bosCount;
        this.backcopyProbability = backcopyProbability;
        this.placement = placement;
        entropies = new double[laws.length];
        for (int token = 0; token < laws.length; token++)
            if (!isTrigger[token]) entropies[token] = Oracle.entropy(laws[token]);
    }

    /** The true oracle of the process on {@code chain} with these triggers, [vocabulary]; not modified, kept. */
    static BackcopyOracle of(
            Chain chain, boolean[] isTrigger, int bosCount, double backcopyProbability, Placement placement) {
        BigramTable table = chain.table();
        double[][] laws = new double[table.vocabularySize()][];
        for (int token = 0; token < laws.length; token++) laws[token] = chain.law(token);
        laws[table.bos()] = without(isTrigger, table.unigram());
        return new BackcopyOracle(
                table.unigram(), laws, isTrigger, table.bos(), bosCount, backcopyProbability, placement);
    }

    /** The oracle that the paper's figures subtract: the full unigram law after {@code <s>}. */
    @Override
    public BackcopyOracle paper() {
        double[][] rows = laws.clone();
        rows[bos] = unigram;
        return new BackcopyOracle(unigram, rows, isTrigger, bos, bosCount, backcopyProbability, placement);
    }

    @Override
    public void law(int[] tokens, int position, double[] law) {
        if (placement != null && placement.isAt(position + 1)) placement.law(position + 1, law);
        else if (tokens[position] == bos && position + 1 < bosCount) certain(bos, law);
        else law(position == 0 ? -1 : tokens[position - 1], tokens[position], law);
    }

    @Override
    public boolean isFirstOrder(int token) {
        return placement == null && !isTrigger[token] && !(token == bos && bosCount > 1);
    }

    /**
     * The law of the next token after the last {@code <s>}. A trigger with nothing before it, which the process never writes but a user's file may, is
     * followed by its bigram law.
     *
     * @param previous the token before {@code current}, -1 at position 0; read after a trigger only
     * @param law [vocabulary]; overwritten
     */
    public void law(int previous, int current, double[] law) {
        System.arraycopy(laws[current], 0, law, 0, law.length);
        if (!isTrigger[current] || previous < 0) return;
        for (int i = 0; i < law.length; i++) law[i] *= 1 - backcopyProbability;
        law[previous] += backcopyProbability;
    }

    /** Makes {@code law} the one in which {@code token} comes always. */
    static void certain(int token, double[] law) {
        Arrays.fill(law, 0);
        law[token] = 1;
    }

    /** Entropy of the next token after {@code current}, nats; 0 after a trigger, as if it always copied. */
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
