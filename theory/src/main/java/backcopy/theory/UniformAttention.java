package backcopy.theory;

/** What the sink metric of arXiv 2410.10781 shows where there is no sink: every query attends alike to all it sees. */
public final class UniformAttention {
    private UniformAttention() {}

    /**
     * {@code alpha_1 = H_T / T}, the mean over T queries of 1 / (number of visible keys), with {@code H_T = 1 + 1/2 + ...
     * + 1/T}. Up to T = 9 it exceeds 0.3, the threshold above which a head counts as a sink.
     *
     * @param length number of queries T, at least 1
     */
    public static double sinkAlpha(int length) {
        if (length < 1) {
            throw new IllegalArgumentException("length = " + length + " is below 1");
        }
        double harmonic = 0;
        for (int visible = length; visible >= 1; visible--) {
            harmonic += 1.0 / visible;
        }
        return harmonic / length;
    }
}
