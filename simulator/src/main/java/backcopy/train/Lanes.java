package backcopy.train;

/**
 * How the sequences of a batch are dealt: cut in order into slices of so many, of which the last may be smaller, and the slices
 * into lanes, each of which is one gradient sum. Lane {@code l} of {@code count} holds the rows from {@link #from} to {@link
 * #to}. A function of the batch and the backend, never of the threads; merged in lane order, lanes keep the bits for any number
 * of threads.
 */
record Lanes(int sequences, int slice, int count) {
    /**
     * Rows that pay for a sum of their own. A sum is written and read once more than the weights' numbers, which takes as long as
     * training on some six rows, whatever the size of the model.
     */
    private static final int ROWS_PER_SUM = 512;

    /** So many threads have work in a small batch, if it has slices; more sums would cost memory and no less time. */
    private static final int LEAST = 4, MOST = 16;

    /**
     * @param length rows of a sequence
     * @param rowsPerSlice at most, but a sequence is never cut
     */
    static Lanes of(int sequences, int length, int rowsPerSlice) {
        int slice = Math.max(1, Math.min(sequences, rowsPerSlice / length));
        long sums = Math.max(LEAST, Math.min((long) sequences * length / ROWS_PER_SUM, MOST));
        return new Lanes(sequences, slice, (int) Math.min(sums, slices(sequences, slice)));
    }

    private static int slices(int sequences, int slice) {
        return -Math.floorDiv(-sequences, slice);
    }

    int from(int lane) {
        return Math.min(sequences, (int) ((long) lane * slices(sequences, slice) / count) * slice);
    }

    int to(int lane) {
        return from(lane + 1);
    }

    /** Sequences of the last slice where they do not fill one, else 0. */
    int rest() {
        return sequences % slice;
    }
}
