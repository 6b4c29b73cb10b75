package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
    /** The first numbers of Vigna's splitmix64.c from seed 1234567. */
    private static final long[] PUBLISHED = Stream.of(
                    "6457827717110365317",
                    "3203168211198807973",
                    "9817491932198370423",
                    "4593380528125082431",
                    "16408922859458223821")
            .mapToLong(Long::parseUnsignedLong)
            .toArray();

    @Test
    void numbersAreThePublishedSplitMix64() {
        assertArrayEquals(
                PUBLISHED,
                LongStream.generate(new CounterRandom(1234567)::nextLong)
                        .limit(5)
                        .toArray());
    }

    @Test
    void numbersAreTheJdksSplittableRandom() {
        var ours = new CounterRandom(42);
        var theirs = new SplittableRandom(42);
        for (int i = 0; i < 1000; i++) assertEquals(theirs.nextLong(), ours.nextLong());
    }

    @Test
    void everyNumberIsReachableWithoutTheOnesBeforeIt() {
        var random = new CounterRandom(-7);
        for (int i = 0; i < 100; i++) assertEquals(random.nextLong(), CounterRandom.at(-7, i));
    }

    @Test
    void purposesHaveTheirOwnFixedSeeds() {
        long[] seeds = Stream.of(Purpose.values())
                .mapToLong(purpose -> purpose.seed(1234567))
                .toArray();
        assertArrayEquals(LongStream.of(PUBLISHED).limit(4).toArray(), seeds);
        assertArrayEquals(
                new Purpose[] {Purpose.INIT, Purpose.DATA, Purpose.EVALUATION, Purpose.OPTIMIZER},
                Purpose.values(),
                "a run's seed means these numbers");
    }
}
