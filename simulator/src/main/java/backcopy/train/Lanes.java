package backcopy.train;

/**
 * How the sequences of a batch are dealt: lane {@code l} of {@code n} holds the rows from {@link #from} to {@link #to}, in
 * order. A constant number of lanes, merged in lane order, keeps the bits for any number of threads.
 */
record Lanes(int count, int sequences) {
    int from(int lane) {
        return (int) ((long) lane * sequences / count);
    }

    int to(int lane) {
        return from(lane + 1);
    }
}
