package backcopy.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of a run. Work is dealt in whole pieces, whichever thread is free takes the next, and what a piece computes may
 * depend on the piece alone: so the number of threads never changes a result.
 */
public final class Crew implements AutoCloseable {
    /** One piece of work, on the thread with the given number below {@link #threads()}. */
    public interface Work {
        void run(int thread, int piece);
    }

    private final int threads;
    private final ExecutorService executor;

    /** @param threads how many; 0 for all that the machine has */
    public Crew(int threads) {
        this.threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        executor = Executors.newFixedThreadPool(Math.max(1, this.threads - 1), work -> {
            Thread thread = new Thread(work, "crew");
            thread.setDaemon(true);
            return thread;
        });
    }

    public int threads() {
        return threads;
    }

    /** Runs all pieces and returns when all are done; the caller works too. */
    public void run(int pieces, Work work) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> others = new ArrayList<>();
        for (int t = 1; t < Math.min(threads, pieces); t++) {
            int thread = t;
            others.add(executor.submit(() -> take(thread, pieces, next, work)));
        }
        Throwable failure = null;
        try {
            take(0, pieces, next, work);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (Future<?> other : others) failure = join(other, failure);
        if (failure instanceof Error error) throw error;
        if (failure != null) throw (RuntimeException) failure;
    }

    private static void take(int thread, int pieces, AtomicInteger next, Work work) {
        for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement())
            work.run(thread, piece);
    }

    /** Waits for a thread even when another has failed, so that nothing runs on behind the caller's back. */
    private static Throwable join(Future<?> other, Throwable failure) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    other.get();
                    return failure;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return failure == null ? e.getCause() : failure;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
