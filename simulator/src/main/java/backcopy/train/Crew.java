package backcopy.train;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of a run. Work is dealt in whole pieces, whichever thread is free takes the next, and what a piece computes may
 * depend on the piece alone: so the number of threads never changes a result. A round allocates nothing. One caller at a time.
 */
public final class Crew implements AutoCloseable {
    /** One piece of work, on the thread with the given number below {@link #threads()}. */
    public interface Work {
        void run(int thread, int piece);
    }

    /** How often a thread looks for work before it sleeps: some ten microseconds, the time of the gaps within a step. */
    private static final int LOOKS = 1000;

    private final Thread[] others;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger atWork = new AtomicInteger();
    private Thread caller;
    private Work work;
    private int pieces;
    private Throwable failure; // of the first that failed; guarded by this
    private volatile int round;
    private volatile boolean closed;

    /** @param threads how many; 0 for all that the machine has */
    public Crew(int threads) {
        others = new Thread[(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads) - 1];
        for (int t = 0; t < others.length; t++) {
            int thread = t + 1;
            others[t] = new Thread(() -> serve(thread), "crew");
            others[t].setDaemon(true);
            others[t].start();
        }
    }

    public int threads() {
        return others.length + 1;
    }

    /**
     * Runs all pieces and returns when all are done, even when one has failed; the caller works too. Of fewer pieces than threads,
     * only as many threads as there are pieces take one, those with the lowest numbers.
     */
    public void run(int pieces, Work work) {
        this.pieces = pieces;
        this.work = work;
        caller = Thread.currentThread();
        failure = null;
        next.set(0);
        boolean alone = pieces < 2;
        if (!alone) {
            atWork.set(others.length);
            round++; // publishes all of the above
            for (Thread other : others) LockSupport.unpark(other);
        }
        take(0);
        for (int looks = 0; !alone && atWork.get() > 0; looks++) pause(looks);
        this.work = null;
        if (failure instanceof Error error) throw error;
        if (failure != null) throw (RuntimeException) failure;
    }

    private void serve(int thread) {
        int served = 0;
        while (!closed) {
            for (int looks = 0; round == served && !closed; looks++) pause(looks);
            if (closed) return;
            served = round;
            if (thread < pieces) take(thread);
            Thread waiting = caller;
            if (atWork.decrementAndGet() == 0) LockSupport.unpark(waiting);
        }
    }

    private void take(int thread) {
        try {
            for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement())
                work.run(thread, piece);
        } catch (RuntimeException | Error e) {
            keep(e);
        }
    }

    private synchronized void keep(Throwable e) {
        if (failure == null) failure = e;
    }

    /** An interrupt would end every sleep at once, so the wait would burn a core; it is no less right for that. */
    private static void pause(int looks) {
        if (looks < LOOKS) Thread.onSpinWait();
        else LockSupport.park();
    }

    /** Ends the threads; nothing may run any more. */
    @Override
    public void close() {
        closed = true;
        for (Thread other : others) LockSupport.unpark(other);
    }
}
