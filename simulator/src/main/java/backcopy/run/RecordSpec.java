package backcopy.run;

/**
 * When a run records what its probes see: the keys {@code record.*}.
 *
 * @param every steps between records; 0 for the default schedule
 */
public record RecordSpec(@EmptyWhenZero long every) {
    public RecordSpec {
        if (every < 0) throw new IllegalArgumentException("record.every = " + every + " is below 0");
    }

    /**
     * Whether the weights after {@code step} updates are recorded. The default schedule takes the steps of two significant
     * digits: all below 100, then 90 in each decade. It does not look at the number of steps, so that a longer run records
     * what a shorter one did.
     */
    public boolean isDue(long step) {
        if (every > 0) return step % every == 0;
        long stride = 1;
        while (step / stride >= 100) stride *= 10;
        return step % stride == 0;
    }
}
