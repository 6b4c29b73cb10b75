package backcopy.sweep;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What others leave of this machine: a rehearsal finds the speed of a processor, not how often it is to be had. */
public final class ProcessorShare {
    /** Several turns of a scheduler, also among tens of others. */
    private static final long NANOSECONDS = 300_000_000;

    /** With less of a processor than this a rehearsal says nothing. */
    public static final double ENOUGH = 0.2;

    private ProcessorShare() {}

    /** The part of its time, in (0, 1], that each of so many threads has a processor now. Takes a third of a second. */
    public static double of(int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long began = System.nanoTime();
        try {
            List<Callable<Long>> spins = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) spins.add(() -> spin(began + NANOSECONDS));
            long had = 0;
            for (Future<Long> spun : pool.invokeAll(spins)) had += spun.get();
            double share = (double) had / threads / (System.nanoTime() - began);
            return Math.max(0.01, Math.min(1, share));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (ExecutionException e) {
            throw new AssertionError("a thread that only spins", e);
        } finally {
            pool.shutdown();
        }
    }

    /** The nanoseconds of a processor that this thread has had when it is over. */
    private static long spin(long until) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        while (System.nanoTime() < until) Thread.onSpinWait();
        return threads.getCurrentThreadCpuTime() - before;
    }
}
