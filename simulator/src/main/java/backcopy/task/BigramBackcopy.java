package backcopy.task;

import java.util.random.RandomGenerator;

/**
 * The Bigram-Backcopy process of arXiv 2410.13835. A sequence opens with {@code <s>}, then a character from the unigram law
 * without triggers. From there on, with x_t the newest token: after a trigger the token before it comes again,
 * {@code x_{t+1} = x_{t-1}}; after any other character {@code x_{t+1}} follows the bigram law of x_t.
 *
 * <p>So no two triggers are adjacent, no trigger follows {@code <s>}, and {@code <s>} never comes again.
 */
public final class BigramBackcopy implements Task {
    public static final String NAME = "bigram-backcopy";

    private final int sequenceLength;
    private final BigramTable table;
    private final int[] triggers; // [triggers], most frequent first
    private final boolean[] isTrigger; // [vocabulary]
    private final AliasTable first;
    private final AliasTable[] next; // [characters]; null for triggers
    private final Oracle oracle;

    /** The process with the {@code spec.triggers()} most frequent characters of {@code table} as triggers. */
    public BigramBackcopy(TaskSpec spec, BigramTable table) {
        int needed = spec.triggers() + 2;
        if (table.characters() < needed)
            throw new IllegalArgumentException("task.corpus = " + table.corpus() + " has " + table.characters()
                    + " distinct characters, but task.triggers = " + spec.triggers() + " needs at least " + needed);
        this.sequenceLength = spec.sequenceLength();
        this.table = table;
        triggers = table.mostFrequent(spec.triggers());
        isTrigger = new boolean[table.vocabularySize()];
        for (int trigger : triggers) isTrigger[trigger] = true;
        int[] opening = table.weights(table.bos()).clone();
        for (int trigger : triggers) opening[trigger] = 0;
        first = new AliasTable(opening);
        next = new AliasTable[table.characters()];
        for (int token = 0; token < next.length; token++)
            if (!isTrigger[token]) next[token] = new AliasTable(table.weights(token));
        oracle = Oracle.of(table, isTrigger);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int vocabularySize() {
        return table.vocabularySize();
    }

    @Override
    public int sequenceLength() {
        return sequenceLength;
    }

    /** One draw for each token that is not copied. */
    @Override
    public void sample(RandomGenerator random, int[] sequence) {
        sequence[0] = bos();
        sequence[1] = first.draw(random.nextLong());
        for (int t = 1; t < sequenceLength; t++) {
            int token = sequence[t];
            sequence[t + 1] = isTrigger[token] ? sequence[t - 1] : next[token].draw(random.nextLong());
        }
    }

    @Override
    public boolean isTrigger(int token) {
        return isTrigger[token];
    }

    @Override
    public int bos() {
        return table.bos();
    }

    @Override
    public String symbol(int token) {
        return table.symbol(token);
    }

    @Override
    public Oracle oracle() {
        return oracle;
    }

    /** The triggers' ids, most frequent first; a copy. */
    public int[] triggers() {
        return triggers.clone();
    }

    /** The bigram table it draws from. */
    public BigramTable table() {
        return table;
    }
}
