package backcopy.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against published tables, and against a count of all cases that is written another way. */
class StatisticsTest {
    /** Darwin's maize in eighths of an inch; Fisher counted 863 of 32,768 sums at least as large as 314. */
    private static final double[] MAIZE = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

    @Test
    void signFlipCountsWhatFisherCounted() {
        assertEquals(863 / 32768.0, SignFlip.above(MAIZE), 0);
        assertEquals(2 * 863 / 32768.0, SignFlip.twoSided(MAIZE), 0);
        // As many sums are at least 314 as at most -314, and 28 are equal to it.
        assertEquals(1 - 835 / 32768.0, SignFlip.below(MAIZE), 0);
    }

    @Test
    void signFlipEqualsACountByBitPatterns() {
        SplittableRandom random = new SplittableRandom(1);
        for (int n = 1; n <= 12; n++) {
            double[] numbers = new double[n];
            for (int i = 0; i < n; i++) numbers[i] = random.nextInt(-8, 12) / 4.0; // with ties
            double observed = 0;
            for (double number : numbers) observed += number;
            int count = 0;
            for (int pattern = 0; pattern < 1 << n; pattern++) {
                double sum = 0;
                for (int i = 0; i < n; i++) sum += (pattern >> i & 1) == 1 ? -numbers[i] : numbers[i];
                if (sum >= observed) count++;
            }
            assertEquals((double) count / (1 << n), SignFlip.above(numbers), 0);
        }
    }

    @Test
    void fiveSeedsCannotRejectAndTenCan() {
        assertEquals(0.0625, SignFlip.twoSided(1, 2, 3, 4, 5), 0);
        assertEquals(2 / 1024.0, SignFlip.twoSided(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0);
        assertTrue(Double.isNaN(SignFlip.above(1, Double.NaN)));
        assertTrue(Double.isNaN(SignFlip.above()));
        assertThrows(IllegalArgumentException.class, () -> SignFlip.above(new double[SignFlip.MOST + 1]));
    }

    /** Of numbers that are symmetric around zero the test rejects in no more than its level, and in close to it. */
    @Test
    void signFlipKeepsItsLevel() {
        SplittableRandom random = new SplittableRandom(2);
        int rejected = 0, trials = 4000;
        for (int trial = 0; trial < trials; trial++) {
            double[] numbers = new double[10];
            for (int i = 0; i < 10; i++) numbers[i] = Math.pow(random.nextGaussian(), 3); // heavy tails
            if (SignFlip.twoSided(numbers) <= 0.05) rejected++;
        }
        assertEquals(0.049, (double) rejected / trials, 0.012); // 50 of 1,024 patterns; three standard errors
    }

    @Test
    void proportionsHaveTheIntervalsOfTheTables() {
        // Clopper and Pearson, 0.95, n = 10.
        double[][] table = {
            {0, 0, 0.3085}, {1, 0.0025, 0.4450}, {5, 0.1871, 0.8129}, {9, 0.5550, 0.9975}, {10, 0.6915, 1}
        };
        for (double[] row : table) {
            Proportion proportion = new Proportion((int) row[0], 10);
            assertEquals(row[1], proportion.low(0.95), 5e-5);
            assertEquals(row[2], proportion.high(0.95), 5e-5);
        }
        assertEquals(11 / 1024.0, new Proportion(9, 10).above(0.5), 1e-12);
        assertEquals(11 / 1024.0, new Proportion(1, 10).below(0.5), 1e-12);
        assertEquals(1, new Proportion(0, 3).above(0.5), 0);
        assertEquals(2, Proportion.of(true, false, true).count());
        assertThrows(IllegalArgumentException.class, () -> new Proportion(4, 3));
    }

    /** Page's own table: the least L whose p is at most 0.05, 0.01, 0.001, for some numbers of levels and blocks. */
    @Test
    void trendHasTheCriticalValuesOfPagesTable() {
        int[][] table = {
            {3, 4, 54, 55, 56}, {3, 10, 128, 131, 134}, {4, 3, 84, 87, 89}, {4, 9, 240, 246, 252}, {5, 6, 291, 299, 307}
        };
        double[] levels = {0.05, 0.01, 0.001};
        for (int[] row : table)
            for (int i = 0; i < levels.length; i++) {
                assertTrue(Trend.increasing(blocksOf(row[0], row[1], row[2 + i])) <= levels[i]);
                assertTrue(Trend.increasing(blocksOf(row[0], row[1], row[2 + i] - 1)) > levels[i]);
            }
    }

    @Test
    void trendSharesTheRanksOfEqualValues() {
        assertEquals(1, Trend.increasing(new double[] {1, 1, 1}), 1e-15);
        assertEquals(1 / 3.0, Trend.increasing(new double[] {1, 2, 2}), 1e-15); // one of three orders of 1, 2.5, 2.5
        assertEquals(1 / 6.0, Trend.decreasing(new double[] {3, 2, 1}), 1e-15);
        assertEquals(1, Trend.increasing(new double[] {3, 2, 1}), 1e-15);
        assertTrue(Double.isNaN(Trend.increasing(new double[] {1, Double.NaN})));
    }

    /** So many blocks with this L: each takes of what is missing to the largest as much as one order of it can. */
    private static double[][] blocksOf(int levels, int blocks, int sum) {
        int missing = blocks * levels * (levels + 1) * (2 * levels + 1) / 6 - sum;
        double[][] values = new double[blocks][];
        for (int b = 0; b < blocks; b++) {
            values[b] = orderMissing(missing, new double[levels], 0);
            int own = 0;
            for (int i = 0; i < levels; i++) own += (int) ((i + 1) * (i + 1 - values[b][i]));
            missing -= own;
        }
        assertEquals(0, missing);
        return values;
    }

    /** Of the orders of 1..n whose sum of places times ranks misses the largest by at most this, one that misses it most. */
    private static double[] orderMissing(int most, double[] order, int place) {
        if (place == order.length) {
            int own = 0;
            for (int i = 0; i < place; i++) own += (int) ((i + 1) * (i + 1 - order[i]));
            return own <= most ? order.clone() : null;
        }
        double[] best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int rank = 1; rank <= order.length; rank++) {
            int value = rank;
            if (IntStream.range(0, place).anyMatch(i -> order[i] == value)) continue;
            order[place] = rank;
            double[] found = orderMissing(most, order, place + 1);
            if (found == null) continue;
            double sum = 0;
            for (int i = 0; i < found.length; i++) sum += (i + 1) * found[i];
            if (sum < least) {
                least = sum;
                best = found;
            }
        }
        return best;
    }

    /** The worked example of Wright (Biometrics 48, 1992): 0.01, 0.02, 0.022, 0.09 become 0.04, 0.06, 0.06, 0.09. */
    @Test
    void holmCorrectsAsPublished() {
        assertArrayEquals(new double[] {0.06, 0.09, 0.04, 0.06}, Holm.corrected(0.022, 0.09, 0.01, 0.02), 1e-15);
        assertArrayEquals(new double[] {0.02, Double.NaN, 1}, Holm.corrected(0.01, Double.NaN, 1), 0);
    }

    @Test
    void equivalenceIsTheWorseOfTwoOneSidedTests() {
        double[] near = {0.1, -0.2, 0.05, 0.02, -0.1, 0.08, -0.03, 0.11, 0.01, -0.06};
        assertEquals(1 / 1024.0, Equivalence.between(-1, 1, near), 0);
        assertTrue(Equivalence.between(-0.1, 0.1, near) > 0.001);
        assertTrue(Equivalence.between(0.5, 1, near) > 0.9);
        assertEquals(2 / 1024.0, Equivalence.outside(0.5, 1, near), 0);
        assertEquals(1 / 1024.0, Equivalence.between(-1, Double.POSITIVE_INFINITY, near), 0);
        assertEquals(1 / 1024.0, Equivalence.outside(1, Double.POSITIVE_INFINITY, near), 0);
    }
}
