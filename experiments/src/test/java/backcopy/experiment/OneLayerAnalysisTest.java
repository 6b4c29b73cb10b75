package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.SinkConcentration.Spread;
import backcopy.task.Batch;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import org.junit.jupiter.api.Test;

/** What experiments compute from patterns and scores, on a sequence that fits on paper. */
class OneLayerAnalysisTest {
    private static final Task TASK = Task.of(TaskSpec.DEFAULT);
    /** The space is a trigger. */
    private static final int SPACE = 1, A = 40, B = 41;

    @Test
    void scoresOnBosSpreadOverQueriesAndTheOthersWithinAToken() {
        Batch batch = new Batch(1, 5, new int[] {TASK.bos(), A, B, SPACE, B, A});
        double[] scores = {
            9, 0, 0, 0, 0, //
            9, 9, 0, 0, 0, // position 1 has no other key but its own
            3, 1, 5, 0, 0, // B
            9, 9, 9, 9, 0, // a trigger
            5, 1, 5, 1, 5, // B
        };
        Spread spread = Spread.of(batch, scores, TASK::isTrigger);
        assertEquals(Math.sqrt(2), spread.bos(), 1e-12); // of 3 and 5
        assertEquals(Math.sqrt(4.8), spread.others(), 1e-12); // of three times 1 and three times 5
    }

    @Test
    void attentionThatATokenTakesIsThatOfAllItsOccurrences() {
        Batch batch = new Batch(1, 4, new int[] {B, A, SPACE, A, A});
        double[] pattern = {
            1, 0, 0, 0, // in the first quarter
            0.2, 0.8, 0, 0, //
            0, 0, 1, 0, // a trigger
            0.4, 0.1, 0.3, 0.2,
        };
        double[] received = WithoutBos.received(batch, pattern, TASK, 1);
        assertEquals((0.2 + 0.4) / 2, received[B], 1e-12);
        assertEquals((0.8 + 0.1 + 0.2) / 2, received[A], 1e-12);
        assertEquals(0.3, received[SPACE], 1e-12); // one query alone sees it
        assertTrue(Double.isNaN(WithoutBos.received(batch, pattern, TASK, 2)[SPACE]), "too rarely seen");
        assertTrue(Double.isNaN(received[42]), "never there");
    }
}
