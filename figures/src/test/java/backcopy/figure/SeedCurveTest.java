package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SeedCurveTest {
    private static final Table RUNS = Table.rows("seed", "step", "loss")
            .add(1, 0, 4)
            .add(1, 100, 1)
            .add(1, 200, 0.5)
            .add(1, 300, 0.25)
            .add(2, 0, 2)
            .add(2, 200, Double.NaN)
            .add(2, 100, 2)
            .add(3, 0, 3)
            .add(3, 100, 9)
            .add(3, 200, 0.5)
            .table();

    @Test
    void meanAndBandAreOverTheSeedsOfAStep() {
        SeedCurve curve = SeedCurve.of(RUNS, "loss");
        assertEquals(3, curve.seeds());
        assertArrayEquals(new double[] {3, 4}, curve.mean(), 1e-15);
        assertArrayEquals(new double[] {2, 1}, curve.lowest());
        assertArrayEquals(new double[] {4, 9}, curve.highest());
    }

    @Test
    void theMeanForALogarithmicAxisIsGeometric() {
        SeedCurve curve = SeedCurve.of(RUNS, "loss", true);
        assertArrayEquals(new double[] {Math.cbrt(4 * 2 * 3), Math.cbrt(1 * 2 * 9)}, curve.mean(), 1e-14);
        assertArrayEquals(new double[] {4, 9}, curve.highest());
    }

    @Test
    void aStepThatOneSeedLacksIsLeftOut() {
        assertArrayEquals(new double[] {0, 100}, SeedCurve.of(RUNS, "loss").steps());
    }

    @Test
    void aTableWithoutSeedsIsOneRun() {
        SeedCurve curve = SeedCurve.of(RUNS.where("seed", seed -> seed == 1).select("step", "loss"), "loss");
        assertEquals(1, curve.seeds());
        assertArrayEquals(new double[] {4, 1, 0.5, 0.25}, curve.mean());
    }
}
