package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.junit.jupiter.api.Test;

class BigramBackcopyTest {
    private static final int SEQUENCES = 4000;
    private static final BigramBackcopy TASK = new BigramBackcopy(TaskSpec.DEFAULT, BigramTable.tinyShakespeare());
    private static final Batch SAMPLE = new BatchStream(TASK, Purpose.DATA.seed(42)).batch(0, SEQUENCES);

    @Test
    void triggersAreTheMostFrequentCharacters() {
        assertArrayEquals(new int[] {1, 43, 58}, TASK.triggers());
        assertEquals("␣et", TASK.symbol(1) + TASK.symbol(43) + TASK.symbol(58));
        assertArrayEquals(
                TASK.triggers(), IntStream.range(0, 67).filter(TASK::isTrigger).toArray());
        assertArrayEquals(new int[] {1, 43, 58, 53, 39}, task(5).triggers());
    }

    @Test
    void aSequenceOpensWithBosAndANonTrigger() {
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            assertEquals(TASK.bos(), SAMPLE.token(sequence, 0));
            assertFalse(TASK.isTrigger(SAMPLE.token(sequence, 1)));
            for (int t = 1; t <= 256; t++) {
                int token = SAMPLE.token(sequence, t);
                assertTrue(token >= 0 && token < TASK.bos(), "a character");
            }
        }
    }

    @Test
    void theTokenAfterATriggerIsTheOneBeforeItAndNoTrigger() {
        int copies = 0;
        for (int sequence = 0; sequence < SEQUENCES; sequence++)
            for (int t = 1; t < 256; t++) {
                if (!TASK.isTrigger(SAMPLE.token(sequence, t))) continue;
                assertEquals(SAMPLE.token(sequence, t - 1), SAMPLE.token(sequence, t + 1));
                assertFalse(TASK.isTrigger(SAMPLE.token(sequence, t + 1)));
                copies++;
            }
        assertTrue(copies > 200_000);
    }

    @Test
    void otherTransitionsFollowTheTable() {
        long[][] seen = new long[67][67];
        for (int sequence = 0; sequence < SEQUENCES; sequence++)
            for (int t = 1; t < 256; t++) {
                int token = SAMPLE.token(sequence, t);
                if (!TASK.isTrigger(token)) seen[token][SAMPLE.token(sequence, t + 1)]++;
            }
        assertLaw(seen, TASK.table().conditional(), 500);
    }

    @Test
    void theFirstCharacterFollowsTheUnigramLawWithoutTriggers() {
        int[] sequence = new int[3];
        BigramBackcopy brief =
                new BigramBackcopy(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 2, 1), TASK.table());
        var random = new CounterRandom(3);
        long[] seen = new long[67];
        for (int i = 0; i < 200_000; i++) {
            brief.sample(random, sequence);
            seen[sequence[1]]++;
        }
        double[] law = new double[67];
        TASK.oracle().law(-1, TASK.bos(), law);
        assertLaw(new long[][] {seen}, new double[][] {law}, 20);
    }

    @Test
    void theFractionOfTriggersIsTheExactOneWithinFourStandardErrors() {
        double sum = 0;
        double squares = 0;
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            double fraction = 0;
            for (int t = 1; t <= 256; t++) fraction += TASK.isTrigger(SAMPLE.token(sequence, t)) ? 1 / 256.0 : 0;
            sum += fraction;
            squares += fraction * fraction;
        }
        double mean = sum / SEQUENCES;
        double standardError = Math.sqrt((squares / SEQUENCES - mean * mean) / SEQUENCES);
        assertTrue(standardError < 1e-3, () -> "standard error " + standardError);
        assertEquals(new Occupancy(TASK).triggerFraction(1, 257), mean, 4 * standardError);
    }

    @Test
    void aSequenceIsAFunctionOfTheGenerator() {
        int[] once = new int[257];
        int[] again = new int[257];
        TASK.sample(new CounterRandom(9), once);
        TASK.sample(new CounterRandom(9), again);
        assertArrayEquals(once, again);
        TASK.sample(new CounterRandom(10), again);
        assertNotEquals(
                IntStream.of(once).boxed().toList(), IntStream.of(again).boxed().toList());
    }

    @Test
    void theSampleOfAKnownSeedNeverChanges() {
        int[] sequence = new int[257];
        TASK.sample(new CounterRandom(CounterRandom.at(CounterRandom.at(Purpose.DATA.seed(42), 0), 0)), sequence);
        StringBuilder start = new StringBuilder();
        for (int t = 0; t < 24; t++) start.append(TASK.symbol(sequence[t]));
        assertEquals("<s>'sestsutuilelautusheh␣h", start.toString(), "stored runs would not repeat");
    }

    @Test
    void aCorpusWithTooFewCharactersIsRefused() {
        BigramTable table = BigramTable.fit("abcdabcd");
        var error = assertThrows(IllegalArgumentException.class, () -> new BigramBackcopy(TaskSpec.DEFAULT, table));
        assertEquals(
                "task.corpus = text has 4 distinct characters, but task.triggers = 3 needs at least 5",
                error.getMessage());
        error = assertThrows(IllegalArgumentException.class, () -> task(64));
        assertEquals(
                "task.corpus = tiny-shakespeare has 65 distinct characters, but task.triggers = 64 needs at least 66",
                error.getMessage());
        assertEquals(63, task(63).triggers().length);
    }

    /** Pools cells expected fewer than 5 times; the statistics of all rows add up. */
    private static void assertLaw(long[][] seen, double[][] law, int leastDegrees) {
        double statistic = 0;
        int degrees = 0;
        for (int given = 0; given < seen.length; given++) {
            long visits = LongStream.of(seen[given]).sum();
            double rareExpected = 0;
            double rareSeen = 0;
            int cells = 0;
            for (int next = 0; next < law[given].length; next++) {
                double expected = visits * law[given][next];
                if (expected == 0) assertEquals(0, seen[given][next], "an impossible transition");
                if (expected < 5) {
                    rareExpected += expected;
                    rareSeen += seen[given][next];
                } else {
                    statistic += Math.pow(seen[given][next] - expected, 2) / expected;
                    cells++;
                }
            }
            if (rareExpected >= 5) {
                statistic += Math.pow(rareSeen - rareExpected, 2) / rareExpected;
                cells++;
            }
            degrees += Math.max(0, cells - 1);
        }
        assertTrue(degrees >= leastDegrees, "degrees of freedom: " + degrees);
        double p = 1 - new ChiSquaredDistribution(degrees).cumulativeProbability(statistic);
        assertTrue(p > 1e-3, "chi-square " + statistic + " over " + degrees + ": p = " + p);
    }

    private static BigramBackcopy task(int triggers) {
        return new BigramBackcopy(new TaskSpec("bigram-backcopy", "tiny-shakespeare", triggers, 256, 1), TASK.table());
    }
}
