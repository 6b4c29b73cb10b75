package backcopy.probe;

/** Some sequences of the evaluation batch with the model's activations on them, on the host. */
public interface Slice {
    int sequences();

    /** Positions of a sequence; a sequence has one more token, which is only a target. */
    int length();

    /** The token id at {@code position}, from 0 to {@link #length()} inclusive. */
    int token(int sequence, int position);

    /**
     * An activation by name, row-major, outermost axis the slice's sequences. The array is the slice's own: not to be
     * modified, nor kept after the slice.
     */
    double[] read(String activation);
}
