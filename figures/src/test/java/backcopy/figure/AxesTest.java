package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxesTest {
    @Test
    void stepsAreLinearThenLogarithmicAndStepZeroHasAPlace() {
        StepAxis axis = StepAxis.of(0, 20, 10_000);
        assertEquals(100, axis.unit());
        assertEquals(0, axis.place(0));
        assertEquals(0.2, axis.place(20), 1e-15);
        assertEquals(1, axis.place(100), 1e-15);
        assertEquals(3, axis.place(10_000), 1e-12);
        assertArrayEquals(new double[] {0, 100, 1000, 10_000}, axis.majorTicks(), 1e-9);
    }

    @Test
    void theLinearPartReachesTheFirstRecord() {
        assertEquals(new StepAxis(10, 2000, true), StepAxis.of(0, 1, 2000));
        assertEquals(new StepAxis(100, 2000, true), StepAxis.of(0, 20, 2000));
        assertEquals(new StepAxis(1000, 20_000, true), StepAxis.of(0, 500, 20_000));
    }

    @Test
    void aShortRunHasALinearAxis() {
        StepAxis axis = StepAxis.of(0, 20, 300);
        assertEquals(new StepAxis(100, 300, false), axis);
        assertArrayEquals(new double[] {0, 100, 200, 300}, axis.majorTicks());
        assertEquals("300", axis.label(300));
        assertEquals(1, StepAxis.of(0).last());
    }

    @Test
    void laterStepsAreLabeledWithPowersOfTen() {
        StepAxis axis = StepAxis.of(0, 20, 100_000);
        assertEquals(List.of("0", "100", "1000"), List.of(axis.label(0), axis.label(100), axis.label(1000)));
        assertTrue(List.of("10\u2075", "1e5").contains(axis.label(100_000)), axis.label(100_000));
    }

    @Test
    void rangesAreRoundedOutwards() {
        assertEquals(new ValueAxis(-5, 20, false), ValueAxis.linear(-0.4, Double.NaN, 17.2));
        assertEquals(new ValueAxis(0, 1, false), ValueAxis.linear(0.02, 0.83));
        assertEquals(new ValueAxis(0, 1, false), ValueAxis.linear(-1e-6, 1.0001));
        assertEquals(new ValueAxis(0, 1.5, false), ValueAxis.linear(0, 1.06));
        assertEquals(2e-5, ValueAxis.logarithmic(3e-5, 4.3).lowest(), 1e-18);
        assertEquals(5, ValueAxis.logarithmic(3e-5, 4.3).highest(), 1e-12);
    }

    @Test
    void aWideLogarithmicAxisLabelsPowersOfTenAndANarrowOneAlsoTwoAndFive() {
        ValueAxis wide = ValueAxis.logarithmic(1e-5, 1);
        assertEquals(" ", wide.label(0.02));
        assertEquals("1", wide.label(1));
        ValueAxis narrow = ValueAxis.logarithmic(0.5, 20);
        assertEquals(List.of("0.5", "2", " "), List.of(narrow.label(0.5), narrow.label(2), narrow.label(3)));
    }
}
