package backcopy.task;

/**
 * What randomness is used for. One run seed is split by purpose, so that drawing more for one never changes another. The
 * numbers are part of what a run's seed means: never renumber.
 */
public enum Purpose {
    /** Initial weights. */
    INIT(0),
    /** Training batches. */
    DATA(1),
    /** The evaluation batch. */
    EVALUATION(2),
    /** What an optimizer draws once and for all. */
    OPTIMIZER(3);

    private final long index;

    Purpose(long index) {
        this.index = index;
    }

    /** This purpose's own seed in the run of seed {@code runSeed}. */
    public long seed(long runSeed) {
        return CounterRandom.at(runSeed, index);
    }
}
