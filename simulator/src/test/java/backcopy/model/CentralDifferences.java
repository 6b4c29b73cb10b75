package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Checks a gradient in double against differences of the function it belongs to. */
public final class CentralDifferences {
    /** Error of a gradient relative to its largest number; issue and style ask for it in these words. */
    public static final double TOLERANCE = 1e-6;

    /** Small enough that a ReLU rarely turns between the four points, large enough for rounding. */
    private static final double STEP = 1e-5;

    private CentralDifferences() {}

    /** A number that a check may move. */
    public interface Coordinate {
        void set(double value);
    }

    /** The derivative at {@code at} by the five-point formula, error O(step⁴); the coordinate is put back. */
    public static double derivative(DoubleSupplier function, double at, Coordinate coordinate) {
        double[] f = new double[4];
        double[] offsets = {-2, -1, 1, 2};
        for (int k = 0; k < 4; k++) {
            coordinate.set(at + offsets[k] * STEP);
            f[k] = function.getAsDouble();
        }
        coordinate.set(at);
        return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * STEP);
    }

    /** The gradient of a function of an array that it reads. */
    public static double[] gradient(DoubleSupplier function, double[] at) {
        double[] gradient = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            int index = i;
            gradient[i] = derivative(function, at[i], value -> at[index] = value);
        }
        return gradient;
    }

    /** Fails unless the gradient is exactly zero and the differences are no more than rounding. */
    public static void assertFlat(String what, double[] numerical, double[] analytic) {
        for (int i = 0; i < numerical.length; i++) {
            assertTrue(analytic[i] == 0, what + ": a gradient of " + analytic[i] + " where there is none");
            assertTrue(Math.abs(numerical[i]) < 1e-9, what + ": a gradient of 0 where it is " + numerical[i]);
        }
    }

    /** For what may be flat at the point in question: {@link #assertFlat} if the gradient is zero, else {@link #assertSame}. */
    public static void assertSameOrFlat(String what, double[] numerical, double[] analytic) {
        if (Arrays.stream(analytic).allMatch(x -> x == 0)) assertFlat(what, numerical, analytic);
        else assertSame(what, numerical, analytic);
    }

    /** Fails unless the two agree and are not all zero. */
    public static void assertSame(String what, double[] numerical, double[] analytic) {
        double difference = 0, size = 0;
        for (int i = 0; i < numerical.length; i++) {
            difference = Math.max(difference, Math.abs(numerical[i] - analytic[i]));
            size = Math.max(size, Math.max(Math.abs(numerical[i]), Math.abs(analytic[i])));
        }
        assertTrue(size > 0, what + ": the gradient is all zero");
        assertTrue(difference < TOLERANCE * size, what + ": relative error " + difference / size);
    }
}
