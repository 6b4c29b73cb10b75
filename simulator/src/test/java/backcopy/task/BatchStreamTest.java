package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchStreamTest {
    private static final Task TASK = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 32, 1));

    @Test
    void aRowDependsOnSeedStepAndRowAlone() {
        Batch large = stream(42).batch(7, 64);
        BatchStream wandering = stream(42);
        wandering.batch(3, 5);
        wandering.batch(9, 1);
        Batch small = wandering.batch(7, 10);
        assertArrayEquals(Arrays.copyOf(large.tokens(), 10 * 33), small.tokens());
    }

    @Test
    void rowsStepsSeedsAndPurposesDiffer() {
        int[] tokens = stream(42).batch(0, 2).tokens();
        differ(Arrays.copyOf(tokens, 33), Arrays.copyOfRange(tokens, 33, 66));
        differ(tokens, stream(42).batch(1, 2).tokens());
        differ(tokens, stream(43).batch(0, 2).tokens());
        differ(
                tokens,
                new BatchStream(TASK, Purpose.EVALUATION.seed(42)).batch(0, 2).tokens());
    }

    @Test
    void noTwoOfManySequencesAreEqual() {
        BatchStream stream = new BatchStream(Task.of(TaskSpec.DEFAULT), Purpose.DATA.seed(42));
        long sequences = IntStream.range(0, 40)
                .mapToObj(step -> stream.batch(step, 50))
                .flatMap(batch -> IntStream.range(0, 50)
                        .mapToObj(
                                row -> Arrays.toString(Arrays.copyOfRange(batch.tokens(), row * 257, (row + 1) * 257))))
                .distinct()
                .count();
        assertEquals(2000, sequences);
    }

    private static BatchStream stream(long seed) {
        return new BatchStream(TASK, Purpose.DATA.seed(seed));
    }

    private static void differ(int[] one, int[] other) {
        assertFalse(Arrays.equals(one, other));
    }

    @Test
    void finiteDataComeAgainFromTheFirstBatchOn() {
        Task task = Task.of(TaskSpec.DEFAULT);
        int[] endless = new int[257], finite = new int[257];
        for (long step : new long[] {0, 1, 2, 3, 7}) {
            new BatchStream(task, 5).sequence(step % 3, 4, endless);
            new BatchStream(task, 5, 3).sequence(step, 4, finite);
            assertArrayEquals(endless, finite);
        }
    }
}
