package backcopy.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecordScheduleTest {
    @Test
    void theFirstStepsAreDense() {
        assertArrayEquals(
                new long[] {0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100},
                due(RecordSchedule.logarithmic(), 100));
    }

    @Test
    void laterGapsAreAboutATwentiethOfTheStep() {
        long[] steps = due(RecordSchedule.logarithmic(), 200_000);
        for (int i = 1; i < steps.length; i++) {
            if (steps[i - 1] < 200) continue;
            double gap = (steps[i] - steps[i - 1]) / (double) steps[i - 1];
            assertTrue(gap <= 0.05 && gap > 0.02 - 1e-9, steps[i - 1] + " to " + steps[i]);
        }
        assertTrue(steps.length < 280, steps.length + " records");
    }

    @Test
    void roundStepsAreRecorded() {
        RecordSchedule schedule = RecordSchedule.logarithmic();
        for (long decade = 100; decade <= 100_000; decade *= 10)
            for (long multiple = 1; multiple < 10; multiple++)
                assertTrue(schedule.isDue(multiple * decade), "step " + multiple * decade);
    }

    @Test
    void aFixedIntervalCountsFromZero() {
        assertArrayEquals(new long[] {0, 7, 14, 21}, due(RecordSchedule.every(7), 25));
        String message = assertThrows(IllegalArgumentException.class, () -> RecordSchedule.every(0))
                .getMessage();
        assertEquals("record.every = 0 is below 1", message);
    }

    private static long[] due(RecordSchedule schedule, long last) {
        return LongStream.rangeClosed(0, last).filter(schedule::isDue).toArray();
    }
}
