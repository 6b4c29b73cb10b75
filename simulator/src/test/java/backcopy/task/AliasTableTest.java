package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class AliasTableTest {
    @Test
    void columnsHoldExactlyTheLawOfEveryRow() {
        BigramTable table = BigramTable.tinyShakespeare();
        for (int given = 0; given < table.vocabularySize(); given++)
            assertArrayEquals(
                    table.conditional(given),
                    new AliasTable(table.weights(given)).law(table.vocabularySize()),
                    1e-15,
                    table.symbol(given));
    }

    @Test
    void columnsHoldExactlyTheLawOfRandomWeights() {
        var random = new CounterRandom(1);
        for (int outcomes = 1; outcomes <= 200; outcomes++) {
            int[] weights = IntStream.range(0, outcomes)
                    .map(i -> (int) (random.nextLong() >>> (33 + (i * 7) % 31)))
                    .toArray();
            weights[0] = 1;
            double sum = IntStream.of(weights).asLongStream().sum();
            double[] law =
                    IntStream.of(weights).mapToDouble(weight -> weight / sum).toArray();
            assertArrayEquals(law, new AliasTable(weights).law(outcomes), 1e-15);
        }
    }

    @Test
    void theWholeRangeOfBitsCoversTheColumns() {
        var table = new AliasTable(new int[] {0, 1, 1, 2});
        assertArrayEquals(new double[] {0, .25, .25, .5}, table.law(4), 0);
        int[] seen = new int[4];
        for (long i = 0; i < 1200; i++) seen[table.draw(Long.divideUnsigned(-1, 1200) * i)]++;
        assertArrayEquals(
                new double[] {0, 300, 300, 600},
                IntStream.of(seen).asDoubleStream().toArray(),
                2);
        assertTrue(table.draw(-1L) > 0 && table.draw(0) > 0);
    }

    @Test
    void drawsFollowTheLaw() {
        int[] weights = {3, 0, 1, 500, 90, 7, 7, 0, 1000};
        var table = new AliasTable(weights);
        var random = new CounterRandom(5);
        long[] seen = new long[weights.length];
        for (int i = 0; i < 1_000_000; i++) seen[table.draw(random.nextLong())]++;
        assertEquals(0, seen[1] + seen[7]);
        int[] possible = {0, 2, 3, 4, 5, 6, 8};
        double p = new ChiSquareTest()
                .chiSquareTest(
                        IntStream.of(possible).mapToDouble(i -> weights[i]).toArray(),
                        IntStream.of(possible).mapToLong(i -> seen[i]).toArray());
        assertTrue(p > 1e-3, () -> "p = " + p);
    }
}
