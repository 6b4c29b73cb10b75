package backcopy.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that share the indices of independent tasks, whichever comes first; what a task computes depends on its index alone. */
public final class Workers implements AutoCloseable {
    private final int count;
    private final ExecutorService others;

    /** One of several independent tasks. */
    @FunctionalInterface
    public interface Task {
        /** @param worker below {@link Workers#count()}, and no two tasks of one worker run at a time */
        void run(int worker, int index);
    }

    /** @param threads with the caller's own; 0 stands for all processors */
    public Workers(int threads) {
        if (threads < 0) throw new IllegalArgumentException("threads = " + threads + " is below 0");
        count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        others = Executors.newFixedThreadPool(Math.max(1, count - 1), work -> {
            Thread thread = new Thread(work, "worker");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** How many tasks run at a time. */
    public int count() {
        return count;
    }

    /** Runs the tasks 0 to {@code tasks - 1}; the first failure is thrown when all have ended. */
    public void each(int tasks, Task task) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int worker = 1; worker < Math.min(count, tasks); worker++) {
            int number = worker;
            running.add(others.submit(() -> drain(number, next, tasks, task)));
        }
        Throwable failure = null;
        try {
            drain(0, next, tasks, task);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (Future<?> one : running) {
            Throwable other = failureOf(one);
            if (failure == null) failure = other;
        }
        if (failure instanceof Error e) throw e;
        if (failure != null) throw (RuntimeException) failure;
    }

    private static void drain(int worker, AtomicInteger next, int tasks, Task task) {
        try {
            for (int index = next.getAndIncrement(); index < tasks; index = next.getAndIncrement())
                task.run(worker, index);
        } finally {
            next.set(tasks); // after a failure nobody begins another
        }
    }

    private static Throwable failureOf(Future<?> work) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    work.get();
                    return null;
                } catch (ExecutionException e) {
                    return e.getCause();
                } catch (InterruptedException e) {
                    interrupted = true; // its arrays are still written to
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        others.shutdownNow();
    }
}
