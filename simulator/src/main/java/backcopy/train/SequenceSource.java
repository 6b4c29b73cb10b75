package backcopy.train;

/** Where a step's sequences come from: a function of (step, row) alone, called from several threads at once. */
public interface SequenceSource {
    /** Overwrites {@code tokens [length + 1]} with the sequence in {@code row} of the batch of {@code step}. */
    void sequence(long step, int row, int[] tokens);
}
