package backcopy.task;

/**
 * An endless stream of batches. Row {@code row} of the batch of step {@code step} is a function of (seed, step, row) alone:
 * not of the batch size, nor of what was drawn before. May be used by several threads.
 */
public final class BatchStream {
    private final Task task;
    private final long seed;
    private final long fresh;

    /**
     * Every step has a batch of its own.
     *
     * @param seed the purpose's own, see {@link Purpose#seed}
     */
    public BatchStream(Task task, long seed) {
        this(task, seed, 0);
    }

    /** @param fresh batches after which they come again, from the first on; 0 for no end of them */
    public BatchStream(Task task, long seed, long fresh) {
        this.task = task;
        this.seed = seed;
        this.fresh = fresh;
    }

    /**
     * Draws one sequence.
     *
     * @param tokens [T + 1] token ids; overwritten
     */
    public void sequence(long step, int row, int[] tokens) {
        long batch = fresh == 0 ? step : step % fresh;
        task.sample(new CounterRandom(CounterRandom.at(CounterRandom.at(seed, batch), row)), tokens);
    }

    /** A new batch of {@code sequences} rows. */
    public Batch batch(long step, int sequences) {
        int width = task.sequenceLength() + 1;
        int[] tokens = new int[Math.multiplyExact(sequences, width)], sequence = new int[width];
        for (int row = 0; row < sequences; row++) {
            sequence(step, row, sequence);
            System.arraycopy(sequence, 0, tokens, row * width, width);
        }
        return new Batch(sequences, task.sequenceLength(), tokens);
    }
}
