package backcopy.probe;

/**
 * The steps at which a run records; a function of the step alone, so that a longer run's records contain a shorter one's.
 * (The loop records the last step as well.)
 */
public final class RecordSchedule {
    /** A gap is at most this fraction of the step: about 70 records for each factor of ten. */
    private static final double RELATIVE_GAP = 0.05;

    private final long every;

    private RecordSchedule(long every) {
        this.every = every;
    }

    /**
     * Dense early, then logarithmic: 0, 1, 2, every 5th step to 20, every 10th to 200, and from there the largest of 1, 2,
     * 5 times a power of ten that is at most a twentieth of the step. Round steps (500, 1000, 20000) are always among them.
     */
    public static RecordSchedule logarithmic() {
        return new RecordSchedule(0);
    }

    /** Every {@code every}-th step: the key {@code record.every}. */
    public static RecordSchedule every(long every) {
        if (every < 1) throw new IllegalArgumentException("record.every = " + every + " is below 1");
        return new RecordSchedule(every);
    }

    /** Whether {@code step} (0: before the first update) is recorded. */
    public boolean isDue(long step) {
        if (every > 0) return step % every == 0;
        return step <= 2 || step % gap(step) == 0;
    }

    private static long gap(long step) {
        if (step < 20) return 5;
        if (step < 200) return 10;
        long power = 1;
        while (10 * power <= RELATIVE_GAP * step) power *= 10;
        if (5 * power <= RELATIVE_GAP * step) return 5 * power;
        if (2 * power <= RELATIVE_GAP * step) return 2 * power;
        return power;
    }
}
