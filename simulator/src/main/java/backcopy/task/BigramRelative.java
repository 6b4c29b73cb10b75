package backcopy.task;

import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * A relative of {@link BigramBackcopy}: a Markov chain on the bigram table in which something else follows the triggers, or
 * nothing acts at all. A sequence opens with {@code <s>} as often as asked for, then a character from the unigram law.
 */
final class BigramRelative implements Task, Oracle {
    private final TaskSpec spec;
    private final TriggerRule rule;
    private final Chain chain;
    private final boolean[] isTrigger; // [vocabulary]
    private final double[][] laws; // [vocabulary (current), vocabulary (next)], where no trigger acts

    /** @param rule what follows a trigger; null where there are none */
    BigramRelative(TaskSpec spec, BigramTable table, TriggerRule rule) {
        this.spec = spec;
        this.rule = rule;
        chain = new Chain(table, spec.delimiterProbability());
        isTrigger = new boolean[table.vocabularySize()];
        for (int trigger : table.triggers(spec.triggers())) isTrigger[trigger] = true;
        laws = new double[table.vocabularySize()][];
        for (int token = 0; token < laws.length; token++) laws[token] = chain.law(token);
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public int vocabularySize() {
        return laws.length;
    }

    @Override
    public int sequenceLength() {
        return spec.sequenceLength();
    }

    @Override
    public void sample(RandomGenerator random, int[] sequence) {
        int opening = spec.bosCount();
        for (int t = 0; t < opening; t++) sequence[t] = bos();
        sequence[opening] = chain.draw(bos(), random);
        for (int t = opening; t < sequenceLength(); t++)
            sequence[t + 1] =
                    isTrigger[sequence[t]] ? rule.next(chain, sequence, t, random) : chain.draw(sequence[t], random);
    }

    @Override
    public boolean isTrigger(int token) {
        return isTrigger[token];
    }

    @Override
    public int bos() {
        return chain.table().bos();
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
    public String symbol(int token) {
        return chain.table().symbol(token);
    }

    @Override
    public String text(int token) {
        return chain.table().text(token);
    }

    @Override
    public OptionalInt delimiter() {
        return OptionalInt.of(chain.table().delimiter());
    }

    @Override
    public Oracle oracle() {
        return this;
    }

    @Override
    public void law(int[] tokens, int position, double[] law) {
        if (isTrigger[tokens[position]]) rule.law(chain, tokens, position, law);
        else System.arraycopy(laws[tokens[position]], 0, law, 0, law.length);
        if (tokens[position] == bos() && position + 1 < spec.bosCount()) BackcopyOracle.certain(bos(), law);
    }

    @Override
    public boolean isFirstOrder(int token) {
        return !isTrigger[token] && !(token == bos() && spec.bosCount() > 1);
    }

    @Override
    public Oracle paper() {
        return this;
    }
}
