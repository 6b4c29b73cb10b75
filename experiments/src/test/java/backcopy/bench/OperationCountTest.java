package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.model.ModelSpec;
import backcopy.run.Keys;
import backcopy.run.Scale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against sums worked out by hand. */
class OperationCountTest {
    /** MFLOP, as a table prints them. */
    private static final double PRINTED = 5e-4;

    private static double mflop(Workload workload, int vocabulary) {
        return 1e-6
                * OperationCount.perToken(
                        workload.spec().model(), workload.spec().task().sequenceLength(), vocabulary);
    }

    /** {@code 24 256² + 4 256 128.5 + 2 256 66 = 1,572,864 + 131,584 + 33,792 = 1,738,240}, three times. */
    @Test
    void aLayerOfThePaper() {
        assertEquals(5.21472, mflop(Workload.of("paper"), 66), 1e-12);
        assertEquals(5.215, mflop(Workload.of("paper"), 66), PRINTED);
    }

    /** {@code 3 (1,572,864 + 131,584) + 33,792 = 5,147,136}, three times; {@code 24 64² + 4 64 64.5 + 2 64 66 = 123,264}. */
    @Test
    void threeLayersAndTheLaptop() {
        assertEquals(15.441408, mflop(Workload.of("deep"), 66), 1e-12);
        assertEquals(0.369792, mflop(Workload.of("laptop"), 66), 1e-12);
    }

    /** Two layers of width 4, MLP 6, length 3, vocabulary 5: attention 8 16 + 4 4 2 = 160, MLP 96, out of it 40. */
    @Test
    void partsThatAreOffDoNotCount() {
        assertEquals(3 * (2 * 160 + 2 * 96 + 40), small(Map.of()));
        assertEquals(3 * (160 + 2 * 96 + 40), small(Map.of("model.attentionOff", "1")));
        assertEquals(3 * (2 * 160 + 40), small(Map.of("model.mlpOff", "0,1")));
    }

    private static double small(Map<String, String> off) {
        Map<String, String> sizes = Map.of("model.layers", "2", "model.width", "4", "model.mlpWidth", "6");
        ModelSpec model = Keys.parse(Keys.parse(Scale.SMOKE.spec(), sizes), off).model();
        return OperationCount.perToken(model, 3, 5);
    }
}
