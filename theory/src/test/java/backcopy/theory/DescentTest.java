package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DescentTest {
    /** Of x^2 / 2 + 3 y. */
    private static double[] gradient(double[] point) {
        return new double[] {point[0], 3, 0};
    }

    @Test
    void gradientDescentStepsByItsVelocity() {
        double[] point = {1, 1, 1};
        new Descent.Gradient(0.1, 0.5).descend(DescentTest::gradient, point, 2);
        // First step: velocity (1, 3), second: (0.5 + 0.9, 1.5 + 3).
        assertArrayEquals(new double[] {1 - 0.1 - 0.14, 1 - 0.3 - 0.45, 1}, point, 1e-15);
    }

    @Test
    void signDescentKnowsNoSize() {
        double[] point = {1e-9, 1, 1};
        new Descent.Sign(0.25).step(point, gradient(point));
        assertArrayEquals(new double[] {1e-9 - 0.25, 0.75, 1}, point, 1e-15);
    }

    @Test
    void adamCorrectsItsBiasAndAddsEpsilonToTheRoot() {
        double[] point = {1, 1, 1};
        Descent adam = new Descent.Adam(0.1, 0.9, 0.99, 1);
        adam.step(point, gradient(point));
        // After one step the corrected moments are g and g^2.
        assertArrayEquals(new double[] {1 - 0.1 / 2, 1 - 0.1 * 3 / 4, 1}, point, 1e-15);
        adam.step(point, new double[] {0, 0, 0});
        double mean = 0.9 * 0.1 * 3 / (1 - 0.81), square = 0.99 * 0.01 * 9 / (1 - 0.9801);
        assertEquals(1 - 0.1 * 3 / 4 - 0.1 * mean / (Math.sqrt(square) + 1), point[1], 1e-15);
    }

    @Test
    void adamWithoutEpsilonLeavesWhatHasNoGradient() {
        double[] point = {0, 1, 1};
        new Descent.Adam(0.1, 0.9, 0.99, 0).step(point, gradient(point));
        assertArrayEquals(new double[] {0, 0.9, 1}, point, 1e-15);
    }
}
