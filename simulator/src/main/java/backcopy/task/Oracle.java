package backcopy.task;

/** The best possible predictor of a process: the law of the next token given all tokens before it. Immutable. */
public interface Oracle {
    /**
     * The law of the token after {@code position}.
     *
     * @param tokens the sequence up to {@code position} at least, not modified
     * @param law [vocabulary]; overwritten
     */
    void law(int[] tokens, int position, double[] law);

    /** Whether the law after {@code token} is one and the same wherever it stands and whatever came before. */
    boolean isFirstOrder(int token);

    /** The oracle that the paper's figures subtract, where it is another one. */
    Oracle paper();

    /** {@code -sum_i p_i ln p_i}, nats, with {@code 0 ln 0 = 0}. */
    static double entropy(double[] law) {
        double sum = 0;
        for (double p : law) if (p > 0) sum -= p * Math.log(p);
        return sum;
    }
}
