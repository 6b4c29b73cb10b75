package backcopy.backend;

/**
 * A backend that works behind its host: an operation is queued when it returns, and {@link Backend#read} waits for it. So
 * that the host need not tell it every operation of every step, work can be recorded once and then replayed.
 */
public interface Device extends Backend {
    /**
     * Work that is the same operations on the same buffers each time; what the buffers hold may differ, and what the arrays hold
     * of token ids and of what is written.
     *
     * @param work operations of this device, none of which reads
     */
    Recording record(Runnable work);

    /** Recorded work, until the device is closed. Of one thread. */
    interface Recording {
        /** Queues the work once; waits only where the host is two runs ahead. */
        void run();
    }

    /**
     * Notes on the device whether all of these losses are finite. Once they were not, {@link Backend#update} does nothing,
     * until {@link #failed} has said so.
     */
    void watch(Buffer losses, long step);

    /** The first watched step that had a loss which is not finite, or -1; waits for all that is queued. */
    long failed();

    /**
     * Makes ready for an attention kind.
     *
     * @throws IllegalArgumentException when this device has no kernel for it
     */
    void require(RowRule rule);

    /**
     * Makes ready for an optimizer.
     *
     * @throws IllegalArgumentException when this device has no kernel for it
     */
    void require(UpdateRule rule);

    /** Waits for all that is queued. */
    void finish();
}
