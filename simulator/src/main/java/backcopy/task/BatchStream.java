package backcopy.task;

/**
 * An endless stream of batches. Row {@code row} of the batch of step {@code step} is a function of (seed, step, row) alone:
 * not of the batch size, nor of what was drawn before. One thread at a time.
 */
public final class BatchStream {
    private final Task task;
    private final long seed;
    private final CounterRandom random = new CounterRandom(0);
    private final int[] sequence; // [T + 1]

    /** @param seed the purpose's own, see {@link Purpose#seed} */
    public BatchStream(Task task, long seed) {
        this.task = task;
        this.seed = seed;
        sequence = new int[task.sequenceLength() + 1];
    }

    /** A new batch of {@code sequences} rows. */
    public Batch batch(long step, int sequences) {
        Batch batch =
                new Batch(sequences, task.sequenceLength(), new int[Math.multiplyExact(sequences, sequence.length)]);
        fill(step, batch);
        return batch;
    }

    /**
     * Draws the batch of {@code step} without allocating.
     *
     * @param target of this task's sequence length; overwritten
     */
    public void fill(long step, Batch target) {
        if (target.length() != task.sequenceLength())
            throw new IllegalArgumentException("a batch of length " + target.length()
                    + " cannot hold sequences of length " + task.sequenceLength());
        long stepSeed = CounterRandom.at(seed, step);
        for (int row = 0; row < target.sequences(); row++) {
            random.restart(CounterRandom.at(stepSeed, row));
            task.sample(random, sequence);
            System.arraycopy(sequence, 0, target.tokens(), row * sequence.length, sequence.length);
        }
    }
}
