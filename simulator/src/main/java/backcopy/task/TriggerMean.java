package backcopy.task;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The trigger-conditional mean of arXiv 2603.11487. A sequence opens with the anchor {@code <s>}; all other tokens have contents
 * from U(-1, 1), and one of them, not before the third position, is the trigger. At the trigger the mean of all vectors so far
 * is asked for, the anchor counting as zero; everywhere else, zero.
 *
 * <p>A vector is {@code [anchor flag, trigger flag, contents, content flag]}; the trigger has contents, and its own flag in the
 * place of the content flag. The published code divides by the positions behind the anchor; here the anchor is counted, as
 * {@code relu} attention divides by all visible keys, and both attention kinds can be exact.
 *
 * <p>A token's contents are a function of its id, of which there are 2^29: so sequences are token ids here as well.
 */
public final class TriggerMean implements VectorTask {
    public static final String NAME = "trigger-mean";

    private static final int BOS = 0;
    /** The even ids from here on have contents; the next odd one is the trigger with the same contents. */
    private static final int FIRST = 2;

    private static final int CONTENT_BITS = 29;
    /** The first position, from 0, that may hold the trigger. */
    private static final int FIRST_TRIGGER = 2;

    private static final int ANCHOR_FLAG = 0, TRIGGER_FLAG = 1, CONTENTS = 2;

    private final int sequenceLength;

    public TriggerMean(TaskSpec spec) {
        sequenceLength = spec.sequenceLength();
        if (sequenceLength <= FIRST_TRIGGER)
            throw new IllegalArgumentException(
                    "task.sequenceLength = " + sequenceLength + " has no place for a trigger, " + "which task.name = "
                            + NAME + " puts at position " + FIRST_TRIGGER + " or later");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int vocabularySize() {
        return FIRST + (2 << CONTENT_BITS);
    }

    @Override
    public int sequenceLength() {
        return sequenceLength;
    }

    /** The last token, which is only a target elsewhere, is {@code <s>}. */
    @Override
    public void sample(RandomGenerator random, int[] sequence) {
        sequence[0] = BOS;
        for (int t = 1; t < sequenceLength; t++) sequence[t] = FIRST + 2 * bits(random, CONTENT_BITS);
        sequence[FIRST_TRIGGER + (int) ((long) bits(random, 31) * (sequenceLength - FIRST_TRIGGER) >> 31)]++;
        sequence[sequenceLength] = BOS;
    }

    private static int bits(RandomGenerator random, int count) {
        return (int) (random.nextLong() >>> Long.SIZE - count);
    }

    @Override
    public boolean isTrigger(int token) {
        return token >= FIRST && token % 2 == 1;
    }

    @Override
    public int bos() {
        return BOS;
    }

    @Override
    public int leftOut() {
        return 0;
    }

    @Override
    public int firstQuery() {
        return 0;
    }

    @Override
    public String symbol(int token) {
        return token < FIRST ? "<s>" : isTrigger(token) ? "*" : "·";
    }

    @Override
    public Oracle oracle() {
        throw new UnsupportedOperationException(NAME + " predicts no tokens");
    }

    /** Two flags, one number of content, one flag. */
    @Override
    public int leastWidth() {
        return CONTENTS + 2;
    }

    @Override
    public void read(int[] tokens, double[] vectors, double[] targets) {
        int width = vectors.length / tokens.length;
        double[] sum = new double[width];
        Arrays.fill(targets, 0);
        for (int t = 0; t < tokens.length; t++) {
            vector(tokens[t], vectors, t * width, width);
            if (tokens[t] >= FIRST) for (int i = 0; i < width; i++) sum[i] += vectors[t * width + i];
            if (isTrigger(tokens[t])) for (int i = 0; i < width; i++) targets[t * width + i] = sum[i] / (t + 1);
        }
    }

    private void vector(int token, double[] vectors, int from, int width) {
        Arrays.fill(vectors, from, from + width, 0);
        if (token < FIRST) {
            vectors[from + ANCHOR_FLAG] = 1;
            return;
        }
        RandomGenerator contents = new CounterRandom(token / 2);
        for (int i = CONTENTS; i < width - 1; i++) vectors[from + i] = 2 * contents.nextDouble() - 1;
        vectors[from + (isTrigger(token) ? TRIGGER_FLAG : width - 1)] = 1;
    }
}
