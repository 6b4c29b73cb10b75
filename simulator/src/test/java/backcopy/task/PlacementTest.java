package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    private static final int LENGTH = 12, DRAWS = 40_000;

    /** Random tokens from the opening on, and {@code <s>} where it is fixed: counted by position, and by the oracle's law. */
    @ParameterizedTest
    @CsvSource({"0, 1, -1", "1, 2, -1", "0, 0, 3", "1, 1, 2", "0, 3, 0", "1, 0, 5"})
    void whatIsPlacedIsThereAndTheOracleKnows(int bosCount, int randomTokens, int fixed) {
        BigramBackcopy task = task(bosCount, randomTokens, fixed);
        int vocabulary = task.vocabularySize();
        int[] sequence = new int[LENGTH + 1];
        double[][] counts = new double[LENGTH][vocabulary], expected = new double[LENGTH][vocabulary];
        double[] law = new double[vocabulary];
        BatchStream stream = new BatchStream(task, 3);
        for (int row = 0; row < DRAWS; row++) {
            stream.sequence(0, row, sequence);
            for (int t = 0; t < bosCount; t++) assertEquals(task.bos(), sequence[t]);
            if (fixed >= 0) assertEquals(task.bos(), sequence[fixed]);
            for (int t = 0; t < LENGTH; t++) {
                if (t != fixed && t >= bosCount) assertFalse(sequence[t] == task.bos(), "<s> at " + t);
                task.oracle().law(sequence, t, law);
                assertTrue(law[sequence[t + 1]] > 0, "impossible after position " + t);
                counts[t][sequence[t + 1]] += 1.0 / DRAWS;
                for (int v = 0; v < vocabulary; v++) expected[t][v] += law[v] / DRAWS;
            }
        }
        for (int t = 0; t < LENGTH; t++) assertArrayEquals(expected[t], counts[t], 4 * 0.5 / Math.sqrt(DRAWS));
        for (int t = Math.max(bosCount - 1, 0); t < bosCount + randomTokens - 1; t++) {
            if (t + 1 == fixed) continue;
            for (int v = 0; v < 65; v++) assertEquals(task.isTrigger(v) ? 0 : 1.0 / 62, counts[t][v], 0.005);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0, -1"})
    void nothingPlacedIsTheProcessItself(int bosCount, int randomTokens, int fixed) {
        int[] own = new int[LENGTH + 1], plain = new int[LENGTH + 1];
        BigramBackcopy other = new BigramBackcopy(
                new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, LENGTH, bosCount),
                BigramTable.tinyShakespeare());
        for (int row = 0; row < 100; row++) {
            new BatchStream(task(bosCount, randomTokens, fixed), 3).sequence(0, row, own);
            new BatchStream(other, 3).sequence(0, row, plain);
            assertArrayEquals(plain, own);
        }
        assertTrue(task(bosCount, randomTokens, fixed).isPlain());
        assertFalse(task(bosCount, 1, fixed).isPlain());
    }

    private static BigramBackcopy task(int bosCount, int randomTokens, int fixed) {
        TaskSpec spec = new TaskSpec(
                "bigram-backcopy",
                "tiny-shakespeare",
                3,
                LENGTH,
                bosCount,
                1,
                0,
                "all",
                0,
                "drawn",
                randomTokens,
                fixed < 0 ? OptionalLong.empty() : OptionalLong.of(fixed));
        return new BigramBackcopy(spec, BigramTable.tinyShakespeare());
    }
}
