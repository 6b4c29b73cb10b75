package backcopy.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExpTest {
    /** Relative error that the polynomial and its scaling leave: 1.5 units in the last place. */
    private static final double TOLERANCE = 1.2e-7;

    @Test
    void followsTheExponentialWithinOneAndAHalfUnitsInTheLastPlace() {
        double worst = 0;
        for (float x = Exp.LOWEST; x <= 88; x += 0.00137f)
            worst = Math.max(worst, Math.abs(Exp.exp(x) / Math.exp(x) - 1));
        assertTrue(worst < TOLERANCE, "relative error " + worst);
    }

    @Test
    void isExactlyOneAtZeroAndZeroFarBelow() {
        assertEquals(1, Exp.exp(0));
        assertEquals(1, Exp.exp(-0f));
        assertEquals(0, Exp.exp(Math.nextDown(Exp.LOWEST)));
        assertEquals(0, Exp.exp(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isNaN(Exp.exp(Float.NaN)));
    }

    @Test
    void hasTheSameBitsInVectors() {
        int length = FloatVector.SPECIES_PREFERRED.length();
        float[] inputs = new float[length], alone = new float[length], together = new float[length];
        for (float x = -90; x <= 88; x += 0.713f * length / 16) {
            for (int i = 0; i < length; i++) {
                inputs[i] = i == 0 ? Float.NEGATIVE_INFINITY : x + 0.0391f * i;
                alone[i] = Exp.exp(inputs[i]);
            }
            VectorExp.exp(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, inputs, 0))
                    .intoArray(together, 0);
            assertArrayEquals(alone, together);
        }
    }
}
