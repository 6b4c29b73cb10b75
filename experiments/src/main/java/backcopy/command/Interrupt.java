package backcopy.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: asks the work to stop after its current step and holds the JVM until what was done is saved. The JVM then ends by
 * itself with exit code 130.
 */
final class Interrupt {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch saved = new CountDownLatch(1);
    private volatile boolean requested;

    /** Listens for Ctrl-C from now on. */
    void listen() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::holdUntilSaved, "interrupt"));
    }

    /** Whether the user asked to stop. */
    boolean requested() {
        return requested;
    }

    /** Nothing is left to save. */
    void release() {
        saved.countDown();
    }

    private void holdUntilSaved() {
        requested = true;
        try {
            saved.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
