package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.task.CounterRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinkTowerTest {
    private static double[] random(int size) {
        CounterRandom random = new CounterRandom(size);
        double[] values = new double[size];
        for (int i = 0; i < size; i++) values[i] = random.nextDouble() - 0.4;
        return values;
    }

    private static void assertGradient(SinkReading reading) {
        // Two rows whose losses are 3 alpha and alpha^2 / 2.
        SinkTower tower = new SinkTower(List.of(alpha -> -3, alpha -> -alpha), reading);
        double[] point = random(reading.parameters() + 2);
        double[] gradient = tower.value(point);
        double step = 1e-6, most = 0;
        for (int i = 0; i < point.length; i++) {
            double before = point[i];
            point[i] = before + step;
            double above = loss(tower, point);
            point[i] = before - step;
            double below = loss(tower, point);
            point[i] = before;
            assertEquals((above - below) / (2 * step), gradient[i], 1e-8, "parameter " + i);
            if (i >= 2) most = Math.max(most, Math.abs(gradient[i]));
        }
        assertTrue(most > 1e-3, "the largest gradient of the reading is " + most);
    }

    private static double loss(SinkTower tower, double[] point) {
        return 3 * tower.sinkLogit(0, point) + Math.pow(tower.sinkLogit(1, point), 2) / 2;
    }

    @Test
    void gradientsMatchCentralDifferences() {
        assertGradient(ScalarPeak.ofCosine(0.3));
        assertGradient(new FreeVector(random(5)));
        assertGradient(new MinimalStack(random(6), 0));
        assertGradient(new MinimalStack(random(6), 0.1));
    }

    /** The norm's gradient is that of h along u; a large epsilon makes the reading linear in h, with the same gradient. */
    @Test
    void theSumOfTheNormsGradientIsItsOneNorm() {
        int width = 6;
        MinimalStack stack = new MinimalStack(random(width), 1e12);
        double[] point = random(stack.parameters()), gradient = new double[stack.parameters()];
        stack.reading(point, gradient);
        double sum = 0;
        for (double entry : gradient) sum += Math.abs(entry) * Math.sqrt(1e12 * width);
        assertEquals(1, sum / stack.normGradientSum(point), 1e-9);
    }

    @Test
    void whatHasNoMeaningIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ScalarPeak.ofCosine(1));
        assertThrows(IllegalArgumentException.class, () -> new FreeVector(new double[2]));
        assertThrows(IllegalArgumentException.class, () -> new MinimalStack(new double[3], 1e-5));
        assertThrows(IllegalArgumentException.class, () -> new MinimalStack(new double[4], -1));
    }
}
