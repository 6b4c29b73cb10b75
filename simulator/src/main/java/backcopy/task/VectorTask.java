package backcopy.task;

/**
 * A task whose tokens stand for vectors, and which asks for a vector at every position instead of for the next token. The
 * vectors are as wide as the reader wants them. It has no oracle: its best possible predictor makes no error.
 */
public interface VectorTask extends Task {
    /** Vectors are at least so wide. */
    int leastWidth();

    /**
     * What a sequence stands for and what it asks for.
     *
     * @param tokens [length], not modified
     * @param vectors [length, width]; overwritten
     * @param targets [length, width]; overwritten
     */
    void read(int[] tokens, double[] vectors, double[] targets);
}
