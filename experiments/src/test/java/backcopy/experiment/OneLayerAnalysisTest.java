package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.NormEpsilon.Across;
import backcopy.experiment.SinkConcentration.Spread;
import backcopy.task.Batch;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.List;
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

    /** Tokens {@code <s> A B space B}: the reduced query with attention r on {@code <s>} and n others has e^alpha = r n / (1 - r). */
    @Test
    void aSinkLogitIsThatOfTheReducedQueryThatAttendsAsMuch() {
        int[][] tokens = {{TASK.bos(), A, B, SPACE, B}};
        double[] pattern = {
            1, 0, 0, 0, 0, //
            0.5, 0.5, 0, 0, 0, // position 1 sees too little
            0.8, 0.15, 0.05, 0, 0, // B
            0, 0, 1, 0, 0, // a trigger
            0.6, 0.1, 0.3, 0, 0, // B
        };
        SinkLogits logits = SinkLogits.of(TASK, tokens, pattern, 5, 1);
        assertEquals(List.of(B), List.copyOf(logits.byToken().keySet()));
        assertEquals((Math.log(0.8 * 2 / 0.2) + Math.log(0.6 * 4 / 0.4)) / 2, logits.mean(), 1e-12);
        assertTrue(SinkLogits.of(TASK, tokens, pattern, 5, 3).byToken().isEmpty(), "too rarely seen");
    }

    @Test
    void aLeakIsTheSameForAllTokensThatAQuerySees() {
        double[] pattern = new double[16];
        int[] tokens = {TASK.bos(), A, SPACE, B};
        for (int i = 0; i < pattern.length; i++)
            pattern[i] = LeakedRisk.pattern(TASK, 0.3).of(tokens[i / 4], i / 4, i % 4);
        double[] expected = {
            1, 0, 0, 0, //
            0.7, 0.3, 0, 0, //
            0, 1, 0, 0, // a trigger copies
            0.7, 0.1, 0.1, 0.1,
        };
        assertArrayEquals(expected, pattern, 1e-15);
    }

    /** W_K swaps two of four numbers, the gain doubles the first; means do not count. */
    @Test
    void whatIsAcrossTheReadDirectionIsMeasuredWithoutMeansAndWithTheNormsGain() {
        double[] key = {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
        double[] query = {0, 1, 0, 0}, gain = {2, 1, 1, 1}; // reads (2, 0, 0, 0), less its mean (1.5, -.5, -.5, -.5)
        Across aligned = Across.of(new double[] {9, 5, 5, 5, 99}, query, key, gain, 0.1);
        assertEquals(1, aligned.cosine(), 1e-12);
        assertEquals(1, aligned.epsilonShare(), 1e-12);
        Across other = Across.of(new double[] {-3, 1, 1, 1 + 2, 99}, query, key, gain, 0.1);
        double square = 3.5 * 3.5 + 0.5 * 0.5 * 2 + 2.5 * 2.5, along = -3.5 / Math.sqrt(0.75);
        assertEquals(along / Math.sqrt(square), other.cosine(), 1e-12);
        assertEquals(0.4 / (0.4 + square - along * along), other.epsilonShare(), 1e-12);
    }

    /** Two sequences of three states of two numbers: position 1 differs by 2 in one of them, position 2 by 4 in both. */
    @Test
    void contentIsWhatDiffersBetweenSequencesAtAPosition() {
        double[] states = {7, 7, 1, 5, 0, 0, -7, 0, 3, 5, 4, 4};
        assertEquals(2, FixedContexts.variance(states, 2, 3, 1, 2), 1e-12);
        assertEquals((2 + 8 + 8) / 2.0, FixedContexts.variance(states, 2, 3, 1, 3), 1e-12);
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
