package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrewTest {
    private static final int PIECES = 100;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everyPieceRunsOnceAndNoTwoOfOneThreadAtOnce(int threads) {
        try (Crew crew = new Crew(threads)) {
            assertEquals(threads, crew.threads());
            AtomicIntegerArray runs = new AtomicIntegerArray(PIECES), busy = new AtomicIntegerArray(threads);
            crew.run(PIECES, (thread, piece) -> {
                assertEquals(1, busy.incrementAndGet(thread));
                runs.incrementAndGet(piece);
                busy.decrementAndGet(thread);
            });
            int[] once = new int[PIECES];
            Arrays.fill(once, 1);
            int[] counted = new int[PIECES];
            for (int piece = 0; piece < PIECES; piece++) counted[piece] = runs.get(piece);
            assertArrayEquals(once, counted);
        }
    }

    @Test
    void roundsAllocateNothing() {
        ThreadMXBean allocations = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Crew crew = new Crew(3)) {
            AtomicInteger done = new AtomicInteger();
            Crew.Work work = (thread, piece) -> done.incrementAndGet();
            crew.run(PIECES, work);
            long before = allocations.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < 1000; round++) crew.run(PIECES, work);
            assertTrue(allocations.getCurrentThreadAllocatedBytes() - before < 1000);
            assertEquals(1001 * PIECES, done.get());
        }
    }

    @Test
    void noPiecesAreNoWork() {
        try (Crew crew = new Crew(3)) {
            crew.run(0, (thread, piece) -> {
                throw new IllegalStateException("called for piece " + piece);
            });
        }
    }

    @Test
    void zeroThreadsAreAllOfTheMachine() {
        try (Crew crew = new Crew(0)) {
            assertEquals(Runtime.getRuntime().availableProcessors(), crew.threads());
        }
    }

    /** The other thread is in the middle of a piece when one fails: run may return only after it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureIsThrownAfterTheOthersHaveFinished(boolean onTheCaller) {
        RuntimeException failure = new IllegalArgumentException("piece failed");
        assertSame(failure, fail(onTheCaller, failure));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anErrorIsThrownAfterTheOthersHaveFinished(boolean onTheCaller) {
        Error failure = new StackOverflowError();
        assertSame(failure, fail(onTheCaller, failure));
    }

    private static Throwable fail(boolean onTheCaller, Throwable failure) {
        try (Crew crew = new Crew(2)) {
            Thread caller = Thread.currentThread();
            CountDownLatch bothAtWork = new CountDownLatch(2);
            AtomicInteger unfinished = new AtomicInteger();
            Throwable thrown = assertThrows(
                    failure.getClass(),
                    () -> crew.run(2, (thread, piece) -> {
                        unfinished.incrementAndGet();
                        bothAtWork.countDown();
                        await(bothAtWork);
                        if ((Thread.currentThread() == caller) != onTheCaller) pause();
                        unfinished.decrementAndGet();
                        if ((Thread.currentThread() == caller) == onTheCaller) sneak(failure);
                    }));
            assertEquals(0, unfinished.get());
            AtomicInteger later = new AtomicInteger();
            crew.run(PIECES, (thread, piece) -> later.incrementAndGet());
            assertEquals(PIECES, later.get(), "the crew works on");
            return thrown;
        }
    }

    private static void sneak(Throwable failure) {
        if (failure instanceof Error error) throw error;
        throw (RuntimeException) failure;
    }

    /** Longer than the failing thread needs. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInterruptOfTheCallerIsKept() {
        try (Crew crew = new Crew(2)) {
            Thread.currentThread().interrupt();
            AtomicInteger done = new AtomicInteger();
            crew.run(PIECES, (thread, piece) -> done.incrementAndGet());
            assertEquals(PIECES, done.get());
            assertTrue(Thread.interrupted());
        }
    }
}
