package backcopy.bench;

/**
 * How long to look.
 *
 * @param count windows of each kind, at least 1
 * @param seconds of a window at least, positive; one is always a whole number of steps
 */
public record Windows(int count, double seconds) {
    /** Java compiles while it runs: until this many windows have passed, nothing counts. */
    private static final int WARM_UP = 4;

    public Windows {
        if (count < 1) throw new IllegalArgumentException("--windows = " + count + " is below 1");
        if (!(seconds > 0 && seconds <= 3600))
            throw new IllegalArgumentException("--seconds = " + seconds + " is not above 0 and at most 3600");
    }

    /** Seconds of work before the first window. */
    double warmUp() {
        return WARM_UP * seconds;
    }

    /** What a window's matmuls take beside its steps. */
    double ceiling() {
        return 0.4 * seconds;
    }
}
