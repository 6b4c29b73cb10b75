package backcopy.probe;

/**
 * A probe's running result over one lane's slices. A fold adds sequence after sequence, so that the result does not depend
 * on how a lane's sequences were cut into slices; lanes are merged in their order, so that it does not depend on threads.
 */
public interface Fold {
    /** Adds the slice's sequences, in order. */
    void add(Slice slice);

    /** Adds what the next lane found; {@code later} is of the same probe and is not modified. */
    void merge(Fold later);

    /** Leaves numbers and arrays in {@code record}. */
    void finish(Record record);
}
