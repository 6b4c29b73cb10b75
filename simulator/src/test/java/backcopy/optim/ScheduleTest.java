package backcopy.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final List<String> WEIGHTS =
            List.of("embedding.token", "layers.0.mlp.up.weight", "layers.1.mlp.up.weight", "unembedding.weight");

    @Test
    void constantIsOne() {
        assertEquals(1, Schedule.CONSTANT.factor(0));
        assertEquals(1, Schedule.CONSTANT.factor(1_000_000));
    }

    @Test
    void warmUpGrowsLinearlyToTheWholeRate() {
        Schedule schedule = new Schedule("constant", 4, OptionalLong.empty(), 0, OptionalDouble.empty(), "");
        double[] factors = new double[6];
        for (int step = 0; step < 6; step++) factors[step] = schedule.factor(step);
        assertArrayEquals(new double[] {0.25, 0.5, 0.75, 1, 1, 1}, factors);
    }

    @Test
    void cosineGoesFromOneThroughTheMiddleToItsFloorAndStays() {
        Schedule schedule = cosine(10, 110, 0.2);
        assertEquals(0.5, schedule.factor(4));
        assertEquals(1, schedule.factor(10));
        assertEquals(0.6, schedule.factor(60), 1e-12);
        assertEquals(0.2, schedule.factor(110));
        assertEquals(0.2, schedule.factor(1000));
    }

    @Test
    void aHorizonThatIsLeftOutIsTheRunsSteps() {
        Schedule open = new Schedule("cosine", 0, OptionalLong.empty(), 0.2, OptionalDouble.empty(), "");
        assertEquals(cosine(0, 50, 0.2), open.within(50));
        assertEquals(cosine(0, 50, 0.2), cosine(0, 50, 0.2).within(70));
        assertEquals(Schedule.CONSTANT, Schedule.CONSTANT.within(50));
    }

    @Test
    void aGradientIsClippedToTheNormThatIsAllowed() {
        Schedule schedule = new Schedule("constant", 0, OptionalLong.empty(), 0, OptionalDouble.of(2), "");
        assertEquals(0.5, schedule.clipping(4), 1e-6);
        assertEquals(1, schedule.clipping(1.9));
        assertEquals(1, Schedule.CONSTANT.clipping(1e9));
    }

    @Test
    void groupsAreWholeWordsOfNamesAndTheLastCounts() {
        assertArrayEquals(
                new double[] {0.1, 2, 3, 1},
                rates("embedding:0.1,mlp:2,layers.1:3").factors(WEIGHTS));
        assertEquals(
                "optimizer.rates = bed:2: no weight is called bed; there are " + String.join(", ", WEIGHTS),
                assertThrows(
                                IllegalArgumentException.class,
                                () -> rates("bed:2").factors(WEIGHTS))
                        .getMessage());
    }

    private static Schedule rates(String rates) {
        return new Schedule("constant", 0, OptionalLong.empty(), 0, OptionalDouble.empty(), rates);
    }

    private static Schedule cosine(long warmup, long horizon, double floor) {
        return new Schedule("cosine", warmup, OptionalLong.of(horizon), floor, OptionalDouble.empty(), "");
    }
}
