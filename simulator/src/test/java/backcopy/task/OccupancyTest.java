package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OccupancyTest {
    private static final BigramBackcopy TASK = new BigramBackcopy(TaskSpec.DEFAULT, BigramTable.tinyShakespeare());
    private static final Occupancy OCCUPANCY = new Occupancy(TASK);

    @Test
    void theLeastRisksOfThePapersTask() {
        assertEquals(3.415092, OCCUPANCY.entropy(0), 1e-6);
        assertEquals(2.216462, OCCUPANCY.bigramEntropy(1, 256), 1e-6);
        assertEquals(2.222751, OCCUPANCY.bigramEntropy(0, 256), 1e-6);
        assertEquals(1.654868, OCCUPANCY.lossPerToken(), 1e-6);
    }

    @Test
    void triggersAreAQuarterOfThePositions() {
        assertEquals(.256496, OCCUPANCY.triggerFraction(1, 257), 1e-6);
        assertEquals(.2555, OCCUPANCY.triggerFraction(0, 256), 5e-5);
    }

    @Test
    void everyPositionHasALaw() {
        for (int t = 0; t <= 256; t++)
            assertEquals(1, Arrays.stream(OCCUPANCY.law(t)).sum(), 1e-12);
        assertEquals(1, OCCUPANCY.law(0)[TASK.bos()]);
        assertEquals(0, OCCUPANCY.triggerFraction(1, 2));
    }

    /** Every sequence of a small process written out, its probability the product of the oracle's laws. */
    @Test
    void propagationEqualsEnumerationOfAllSequences() {
        var small = new BigramBackcopy(
                new TaskSpec("bigram-backcopy", "tiny-shakespeare", 1, 6, 1), BigramTable.fit("abacabadcab"));
        double[][] laws = new double[7][small.vocabularySize()];
        enumerate(small, new int[] {-1, small.bos(), 0, 0, 0, 0, 0, 0}, 0, 1, laws);
        for (int t = 0; t <= 6; t++) assertArrayEquals(laws[t], new Occupancy(small).law(t), 1e-15);
    }

    /** {@code sequence[t + 1]} is x_t. */
    private static void enumerate(BigramBackcopy task, int[] sequence, int t, double probability, double[][] laws) {
        laws[t][sequence[t + 1]] += probability;
        if (t == 6) return;
        double[] law = new double[task.vocabularySize()];
        task.oracle().law(sequence[t], sequence[t + 1], law);
        for (int next = 0; next < law.length; next++) {
            if (law[next] == 0) continue;
            sequence[t + 2] = next;
            enumerate(task, sequence, t + 1, probability * law[next], laws);
        }
    }
}
