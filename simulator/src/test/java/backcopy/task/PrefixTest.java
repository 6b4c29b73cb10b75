package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixTest {
    private static final int LENGTH = 64, PREFIX = 48, SEQUENCES = 2000;

    @Test
    void aShuffledPrefixHasTheSameTokensInEverySequenceAndTheirExpectedNumbers() {
        int[] counts = counts(sample("shuffled", 0), 1);
        Occupancy occupancy = new Occupancy(
                new BigramBackcopy(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 64, 1), table()));
        for (int token = 0; token < counts.length; token++) {
            int id = token;
            double expected = IntStream.rangeClosed(1, PREFIX)
                    .mapToDouble(position -> occupancy.law(position)[id])
                    .sum();
            assertEquals(expected, counts[token], 1, "token " + token);
        }
        for (int row = 1; row < 50; row++) assertArrayEquals(counts, counts(sample("shuffled", row), 1));
    }

    @Test
    void everyOrderOfAShuffledPrefixIsAlikeLikely() {
        int[] firsts = new int[table().vocabularySize()], lasts = firsts.clone();
        for (int row = 0; row < SEQUENCES; row++) {
            firsts[sample("shuffled", row)[1]]++;
            lasts[sample("shuffled", row)[PREFIX]]++;
        }
        int[] counts = counts(sample("shuffled", 0), 1);
        for (int token = 0; token < counts.length; token++) {
            double share = counts[token] / (double) PREFIX;
            double error = 4 * Math.sqrt(share * (1 - share) / SEQUENCES);
            assertEquals(share, firsts[token] / (double) SEQUENCES, error);
            assertEquals(share, lasts[token] / (double) SEQUENCES, error);
        }
    }

    @Test
    void aFixedPrefixIsTheSameInEverySequenceAndOneOfTheShuffled() {
        int[] one = Arrays.copyOf(sample("fixed", 0), PREFIX + 1);
        for (int row = 1; row < 50; row++) assertArrayEquals(one, Arrays.copyOf(sample("fixed", row), PREFIX + 1));
        assertArrayEquals(counts(sample("shuffled", 0), 1), counts(sample("fixed", 0), 1));
        assertTrue(IntStream.range(1, PREFIX).anyMatch(t -> one[t] > one[t + 1]), "not in the order of their ids");
    }

    @Test
    void aDrawnPrefixIsTheProcessItself() {
        Task plain = task(PREFIX, 0, "drawn");
        int[] whole = new int[PREFIX + 1];
        plain.sample(new CounterRandom(5), whole);
        int[] sequence = new int[LENGTH + 1];
        task(LENGTH, PREFIX, "drawn").sample(new CounterRandom(5), sequence);
        assertArrayEquals(whole, Arrays.copyOf(sequence, PREFIX + 1));
    }

    @Test
    void theTailBeginsWithoutATriggerAndIsTheSameForAFixedPrefixAsForNone() {
        int[] fixed = new int[LENGTH + 1], alone = new int[LENGTH - PREFIX + 1];
        for (int row = 0; row < 100; row++) {
            task(LENGTH, PREFIX, "fixed").sample(new CounterRandom(row), fixed);
            task(LENGTH - PREFIX, 0, "drawn").sample(new CounterRandom(row), alone);
            assertArrayEquals(
                    Arrays.copyOfRange(alone, 1, alone.length), Arrays.copyOfRange(fixed, PREFIX + 1, fixed.length));
            assertFalse(task(LENGTH, PREFIX, "drawn").isTrigger(fixed[PREFIX + 1]));
        }
    }

    private static int[] counts(int[] sequence, int from) {
        int[] counts = new int[table().vocabularySize()];
        for (int t = from; t < from + PREFIX; t++) counts[sequence[t]]++;
        return counts;
    }

    private static int[] sample(String prefix, int row) {
        int[] sequence = new int[LENGTH + 1];
        new BatchStream(task(LENGTH, PREFIX, prefix), 1).sequence(0, row, sequence);
        return sequence;
    }

    private static BigramBackcopy task(int length, int prefixLength, String prefix) {
        return new BigramBackcopy(
                new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, length, 1, 1, 0, "all", prefixLength, prefix),
                table());
    }

    private static BigramTable table() {
        return BigramTable.tinyShakespeare();
    }
}
