package backcopy.task;

import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The Bigram-Backcopy process of arXiv 2410.13835. A sequence opens with {@code <s>}, then a character from the unigram law
 * without triggers. From there on, with x_t the newest token: after a trigger the token before it comes again,
 * {@code x_{t+1} = x_{t-1}}; after any other character {@code x_{t+1}} follows the bigram law of x_t.
 *
 * <p>So no two triggers are adjacent, no trigger follows {@code <s>}, and {@code <s>} never comes again.
 *
 * <p>It may open with no {@code <s>} or two, copy with a probability only (the bigram law of the trigger holds otherwise, and
 * triggers may then be adjacent), and write {@code <d>} with a probability where it does not copy. Behind a {@link Prefix} it
 * begins anew, with a character that is no trigger. Tokens that a {@link Placement} puts somewhere it goes on from; after an
 * {@code <s>} of it as at the beginning.
 */
public final class BigramBackcopy implements Task {
    public static final String NAME = "bigram-backcopy";

    private final TaskSpec spec;
    private final int sequenceLength;
    private final BigramTable table;
    private final int[] triggers; // [triggers], most frequent first
    private final boolean[] isTrigger; // [vocabulary]
    private final AliasTable first;
    private final Chain chain;
    private final Prefix prefix; // null where there is none, or the process writes it itself
    private final Placement placement; // null where there is none
    private final BackcopyOracle oracle;

    /** The process with the {@code spec.triggers()} most frequent characters of {@code table} as triggers. */
    public BigramBackcopy(TaskSpec spec, BigramTable table) {
        this.spec = spec;
        this.sequenceLength = spec.sequenceLength();
        this.table = table;
        triggers = table.triggers(spec.triggers());
        isTrigger = new boolean[table.vocabularySize()];
        for (int trigger : triggers) isTrigger[trigger] = true;
        int[] opening = table.weights(table.bos()).clone();
        for (int trigger : triggers) opening[trigger] = 0;
        first = new AliasTable(opening);
        chain = new Chain(table, spec.delimiterProbability());
        Prefix.Order order = Prefix.Order.of(spec.prefix());
        prefix = spec.prefixLength() == 0 || order == Prefix.Order.DRAWN ? null : new Prefix(spec, table);
        placement = Placement.of(spec, table, isTrigger);
        oracle = BackcopyOracle.of(chain, isTrigger, spec.bosCount(), spec.backcopyProbability(), placement);
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

    /** One draw for each token that is not copied, and one for each choice that a probability leaves open. */
    @Override
    public void sample(RandomGenerator random, int[] sequence) {
        int opening = spec.bosCount(), tail = opening + spec.prefixLength();
        for (int t = 0; t < opening; t++) sequence[t] = bos();
        if (prefix != null) prefix.write(random, sequence, opening);
        else if (tail > opening) walk(random, sequence, opening, tail - 1);
        walk(random, sequence, tail, sequenceLength);
    }

    /** Begins at position {@code from} and goes on to {@code last}. */
    private void walk(RandomGenerator random, int[] sequence, int from, int last) {
        boolean opens = placement == null || !placement.isAt(from);
        sequence[from] = opens ? first.draw(random.nextLong()) : placement.token(from, random);
        double p = spec.backcopyProbability();
        for (int t = from; t < last; t++) {
            int token = sequence[t];
            if (placement != null && (placement.isAt(t + 1) || token == bos())) {
                boolean begins = !placement.isAt(t + 1);
                sequence[t + 1] = begins ? first.draw(random.nextLong()) : placement.token(t + 1, random);
                continue;
            }
            boolean copies = isTrigger[token] && (p == 1 || Chain.happens(p, random));
            sequence[t + 1] = copies ? sequence[t - 1] : chain.draw(token, random);
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
    public String text(int token) {
        return table.text(token);
    }

    @Override
    public OptionalInt delimiter() {
        return OptionalInt.of(table.delimiter());
    }

    @Override
    public int leftOut() {
        return spec.leftOut();
    }

    @Override
    public int firstQuery() {
        return spec.firstQuery();
    }

    @Override
    public BackcopyOracle oracle() {
        return oracle;
    }

    /** Whether it is the paper's process: one {@code <s>}, no prefix, no delimiter, every trigger copies. */
    boolean isPlain() {
        return spec.bosCount() == 1
                && spec.prefixLength() == 0
                && placement == null
                && spec.delimiterProbability() == 0
                && spec.backcopyProbability() == 1;
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
