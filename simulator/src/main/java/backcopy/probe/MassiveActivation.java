package backcopy.probe;

/** The largest number of a residual state (arXiv 2402.17762). */
public final class MassiveActivation {
    private MassiveActivation() {}

    /** The place, counted from {@code at}, of the largest {@code |h|} of {@code count} numbers. */
    public static int largest(double[] states, int at, int count) {
        int top = 0;
        for (int c = 1; c < count; c++) if (Math.abs(states[at + c]) > Math.abs(states[at + top])) top = c;
        return top;
    }

    /** The median of sizes: that above the middle where their number is even. */
    public static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}
