package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TriggerMeanTest {
    private static final int LENGTH = 6, WIDTH = 7, SEQUENCES = 4000;

    private final TriggerMean task = new TriggerMean(TaskSpec.DEFAULT.as(TriggerMean.NAME));

    private static TriggerMean of(int length) {
        return new TriggerMean(new TaskSpec(TriggerMean.NAME, "tiny-shakespeare", 0, length, 1));
    }

    @Test
    void aSequenceIsAnAnchorContentsAndOneTriggerFromTheThirdPositionOn() {
        int[] tokens = new int[LENGTH + 1], places = new int[LENGTH];
        BatchStream stream = new BatchStream(of(LENGTH), Purpose.DATA.seed(7));
        Set<Integer> ids = new HashSet<>();
        for (int row = 0; row < SEQUENCES; row++) {
            stream.sequence(0, row, tokens);
            assertEquals(task.bos(), tokens[0]);
            int triggers = 0;
            for (int t = 1; t < LENGTH; t++) {
                assertTrue(tokens[t] >= 2 && tokens[t] < task.vocabularySize(), "token " + tokens[t]);
                ids.add(tokens[t]);
                if (!task.isTrigger(tokens[t])) continue;
                triggers++;
                places[t]++;
            }
            assertEquals(1, triggers);
            assertFalse(task.isTrigger(tokens[LENGTH]), "which is no position of its own");
        }
        assertTrue(ids.size() > 0.999 * SEQUENCES * (LENGTH - 1), "ids do not come again");
        assertEquals(0, places[1]);
        for (int t = 2; t < LENGTH; t++) assertEquals(SEQUENCES / 4.0, places[t], 130, "5 deviations");
    }

    @Test
    void contentsAreUniform() {
        double[] vectors = new double[LENGTH * WIDTH], targets = new double[LENGTH * WIDTH];
        int[] tokens = new int[LENGTH + 1];
        BatchStream stream = new BatchStream(of(LENGTH), Purpose.DATA.seed(7));
        double sum = 0, squares = 0, neighbors = 0;
        int count = 0;
        for (int row = 0; row < SEQUENCES; row++) {
            stream.sequence(0, row, tokens);
            task.read(Arrays.copyOf(tokens, LENGTH), vectors, targets);
            for (int t = 1; t < LENGTH; t++)
                for (int i = 2; i < WIDTH - 1; i++, count++) {
                    double x = vectors[t * WIDTH + i];
                    assertTrue(x >= -1 && x < 1);
                    sum += x;
                    squares += x * x;
                    if (i > 2) neighbors += x * vectors[t * WIDTH + i - 1];
                }
        }
        double deviations = 5 / Math.sqrt(count);
        assertEquals(0, sum / count, deviations * Math.sqrt(1 / 3.0));
        assertEquals(1 / 3.0, squares / count, deviations * Math.sqrt(4 / 45.0));
        assertEquals(0, neighbors / count, deviations / 3);
    }

    @Test
    void atTheTriggerTheMeanIsAskedForAndElsewhereNothing() {
        int[] tokens = {0, 10, 1001, 12};
        double[] x = new double[4 * WIDTH], y = new double[4 * WIDTH];
        Arrays.fill(y, 7);
        task.read(tokens, x, y);
        double[] expected = new double[4 * WIDTH];
        expected[2 * WIDTH + 1] =
                expected[2 * WIDTH + WIDTH - 1] = 1 / 3.0; // one trigger's flag, one content's, three positions
        for (int i = 2; i < WIDTH - 1; i++) expected[2 * WIDTH + i] = (x[WIDTH + i] + x[2 * WIDTH + i]) / 3;
        assertArrayEquals(expected, y, 1e-15);
        assertArrayEquals(new double[] {1, 0, 0, 0, 0, 0, 0}, Arrays.copyOf(x, WIDTH), "the anchor");
        assertEquals(0, x[WIDTH] + x[2 * WIDTH], "no anchor's flag");
        assertArrayEquals(new double[] {0, 1}, new double[] {x[WIDTH + 1], x[2 * WIDTH + 1]}, "trigger's flags");
        assertArrayEquals(new double[] {1, 0}, new double[] {x[2 * WIDTH - 1], x[3 * WIDTH - 1]}, "content flags");
    }

    @Test
    void refusesASequenceWithoutAPlaceForTheTrigger() {
        assertEquals(
                "task.sequenceLength = 2 has no place for a trigger, which task.name = trigger-mean puts at position 2 or later",
                assertThrows(IllegalArgumentException.class, () -> of(2)).getMessage());
    }

    @Test
    void takesFromAnotherTaskNothingThatItLacks() {
        TaskSpec dosed = new TaskSpec("bigram-backcopy", "gaussian-chain", 5, 64, 2, 0.5, 0.1, "roles");
        assertEquals(new TaskSpec(TriggerMean.NAME, "tiny-shakespeare", 0, 64, 1), dosed.as(TriggerMean.NAME));
        assertEquals(TaskSpec.DEFAULT, TaskSpec.DEFAULT.as(TriggerMean.NAME).as("bigram-backcopy"));
    }
}
