package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecordSpecTest {
    @Test
    void byDefaultEarlyStepsAreAllDueAndLaterDecadesAlike() {
        RecordSpec spec = new RecordSpec(0);
        assertTrue(LongStream.rangeClosed(0, 100).allMatch(spec::isDue));
        assertEquals(90, due(spec, 100, 1_000));
        assertEquals(90, due(spec, 1_000, 10_000));
        assertTrue(spec.isDue(1_100) && !spec.isDue(1_110));
    }

    @Test
    void aNumberMakesThemEven() {
        RecordSpec spec = new RecordSpec(20);
        assertEquals(50, due(spec, 0, 1_000));
        assertTrue(spec.isDue(0) && spec.isDue(40));
    }

    private static long due(RecordSpec spec, long from, long to) {
        return LongStream.range(from, to).filter(spec::isDue).count();
    }
}
