package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

/** The other public definition of the task: a random chain with boosted triggers under the same process. */
class GaussianChainTest {
    private static final BigramTable CHAIN = BigramTable.of("gaussian-chain");
    private static final BigramBackcopy TASK =
            new BigramBackcopy(new TaskSpec("bigram-backcopy", "gaussian-chain", 3, 127, 1), CHAIN);

    @Test
    void theLastThreeOfSixtyThreeCharactersAreTheTriggers() {
        assertEquals(63, CHAIN.characters());
        assertArrayEquals(new int[] {60, 61, 62}, TASK.triggers());
        assertEquals("@|}~", CHAIN.symbol(0) + CHAIN.symbol(60) + CHAIN.symbol(61) + CHAIN.symbol(62));
    }

    @Test
    void theFirstCharacterIsAnyButATriggerAllAlike() {
        double[] law = new double[CHAIN.vocabularySize()];
        TASK.oracle().law(-1, TASK.bos(), law);
        for (int token = 0; token < law.length; token++) assertEquals(token < 60 ? 1 / 60.0 : 0, law[token], 1e-15);
    }

    /** Logits are recovered up to each row's constant; together they must look like draws from N(0, 1). */
    @Test
    void rowsAreSoftmaxesOfGaussianLogitsWithBoostedTriggers() {
        SummaryStatistics ordinary = new SummaryStatistics(), triggers = new SummaryStatistics();
        double[] first = new double[60];
        for (int given = 0; given < 60; given++) {
            double[] law = CHAIN.conditional(given);
            assertEquals(1, Arrays.stream(law).sum(), 1e-12);
            double mean = 0;
            for (int next = 0; next < 60; next++) mean += Math.log(law[next]) / 60;
            for (int next = 0; next < 63; next++)
                (next < 60 ? ordinary : triggers).addValue(Math.log(law[next]) - mean);
            first[given] = Math.log(law[given]) - mean;
        }
        assertEquals(1, ordinary.getStandardDeviation(), 0.03);
        assertEquals(Math.log(4), triggers.getMean(), 4 / Math.sqrt(180));
        assertTrue(new KolmogorovSmirnovTest(new Well19937c(1))
                        .kolmogorovSmirnovTest(new NormalDistribution(0, 1), first, false)
                > 1e-3);
    }

    /**
     * That definition does not copy when the token before the trigger is a trigger too. The pairs of neighbors that can ever
     * come, found by following every possible step, hold no such pair: the rule never acts.
     */
    @Test
    void noTriggerIsEverPrecededByATrigger() {
        int size = CHAIN.vocabularySize();
        boolean[][] reached = new boolean[size][size];
        follow(TASK.bos(), -1, reached);
        int pairs = 0;
        for (int previous = 0; previous < size; previous++)
            for (int current = 0; current < size; current++) {
                if (!reached[previous][current]) continue;
                pairs++;
                assertFalse(TASK.isTrigger(previous) && TASK.isTrigger(current));
            }
        assertEquals(60 + 60 * 60 + 60 * 3 + 3 * 60, pairs, "all others come");
    }

    private static void follow(int current, int previous, boolean[][] reached) {
        double[] law = new double[reached.length];
        TASK.oracle().law(previous, current, law);
        for (int next = 0; next < law.length; next++)
            if (law[next] > 0 && !reached[current][next]) {
                reached[current][next] = true;
                follow(next, current, reached);
            }
    }

    /** The study's bigram losses are 3.528 to 3.556 nats over five seeds of evaluation: the same entropy within .05. */
    @Test
    void theLeastBigramRiskIsCloseToThePublishedLosses() {
        assertEquals(3.54, new Occupancy(TASK).bigramEntropy(1, 127), 0.05);
    }
}
