package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CurveTest {
    private static final double[] STEPS = {0, 1, 10, 100, 1000};

    @Test
    void anEventIsTheFirstRecordedStepAfterTheStart() {
        Curve curve = new Curve(STEPS, new double[] {0.1, 0.5, 0.05, 0.9, 0.01});
        assertEquals(10, curve.firstStep(value -> value < 0.2));
        assertEquals(Double.NaN, curve.firstStep(value -> value < 0));
    }

    @Test
    void theSlopeIsThatOfTheLogarithmicLaw() {
        double[] values = new double[STEPS.length];
        for (int i = 1; i < values.length; i++) values[i] = 7 + 0.5 * Math.log(STEPS[i]);
        assertEquals(0.5, new Curve(STEPS, values).slopeInLogStep(1), 1e-12);
    }

    @Test
    void theSlopeLooksAtLateStepsOnly() {
        double[] values = {0, 900, -3, 2, 2};
        assertEquals(0, new Curve(STEPS, values).slopeInLogStep(100), 1e-12);
    }

    /** Steps of +1 and -1 every other four records: the changes over the root of 4 are +-1/2. */
    @Test
    void aWalksStepIsThatOfOneTrainingStep() {
        double[] steps = new double[101], values = new double[101];
        for (int i = 1; i < steps.length; i++) {
            steps[i] = 4 * i;
            values[i] = values[i - 1] + (i % 2 == 0 ? 1 : -1);
        }
        assertEquals(0.5, new Curve(steps, values).diffusion(), 0.01);
        assertEquals(0, new Curve(steps, steps).diffusion(), 1e-12);
    }

    @Test
    void aPartBeginsWithTheFirstRecordNotBeforeItsStep() {
        Curve part = new Curve(STEPS, new double[] {1, 4, 9, 3, 2}).from(10).map(value -> 2 * value);
        assertEquals(3, part.steps().length);
        assertEquals(18, part.first());
    }

    @Test
    void aPartEndsWithTheLastRecordNotAfterItsStep() {
        Curve part = new Curve(STEPS, new double[] {1, 4, 9, 3, 2}).until(99);
        assertEquals(3, part.steps().length);
        assertEquals(9, part.last());
    }

    @Test
    void endsAndMaximum() {
        Curve curve = new Curve(STEPS, new double[] {1, 4, 9, 3, 2});
        assertEquals(1, curve.first());
        assertEquals(2, curve.last());
        assertEquals(9, curve.max());
    }

    @Test
    void theValueAtAStepIsThatOfTheLastRecord() {
        Curve curve = new Curve(new double[] {0, 10, 20}, new double[] {1, 4, 9});
        assertEquals(1, curve.at(9.5));
        assertEquals(4, curve.at(10));
        assertEquals(9, curve.at(1000));
    }

    @Test
    void aMeanCountsARecordForTheStepsItStandsFor() {
        Curve curve = new Curve(new double[] {0, 10, 20, 60, 100}, new double[] {7, 1, 2, 3, 4});
        assertEquals((10 * 1.5 + 40 * 2.5 + 40 * 3.5) / 90, curve.mean(10, 100), 1e-12); // by trapezoids
        assertEquals(Double.NaN, curve.mean(21, 59));
    }
}
