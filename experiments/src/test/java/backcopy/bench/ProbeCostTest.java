package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeCostTest {
    /** Steps 0, 10 and 20 of 25, and the last: four records of 5 s beside 25 steps of 2 s. */
    @Test
    void countsTheRecordsOfARunAndItsLast() {
        RunSpec spec = Keys.parse(Scale.SMOKE.spec(), Map.of("record.every", "10", "train.steps", "25"));
        ProbeCost cost = ProbeCost.of(spec, 5, 2);
        assertEquals(4, cost.records());
        assertEquals(20.0 / 70, cost.share(), 1e-15);
    }
}
