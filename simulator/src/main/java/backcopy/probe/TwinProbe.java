package backcopy.probe;

/** A probe that sees each sequence twice: as it is, and with another token at position {@link #CHANGED}. */
public interface TwinProbe extends Probe {
    /** The first position behind a lone {@code <s>}. */
    int CHANGED = 1;

    @Override
    TwinFold fold();

    /** Its fold takes both. */
    interface TwinFold extends Fold {
        /** Adds the slice's sequences, in order; {@code changed} holds the same ones, changed. */
        void add(Slice slice, Slice changed);

        @Override
        default void add(Slice slice) {
            throw new UnsupportedOperationException("a twin probe's fold takes two slices");
        }
    }
}
