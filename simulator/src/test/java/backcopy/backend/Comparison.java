package backcopy.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.Random;

/**
 * Runs one operation on the reference and on another backend with the same numbers and compares every buffer afterwards. Each
 * buffer is a view into a larger one, whose margins must stay as they were; inputs must stay bit for bit.
 */
final class Comparison {
    /** One operation on its inputs and outputs. */
    interface Operation {
        void run(Backend backend, Buffer[] inputs, Buffer[] outputs);
    }

    private static final int MARGIN = 3;
    private static final double MARGIN_VALUE = 12345;

    private final Backend backend;
    private final Random random;

    Comparison(Backend backend, long seed) {
        this.backend = backend;
        random = new Random(seed);
    }

    /** Normal random numbers that a float holds exactly. */
    double[] normal(int size) {
        return normal(size, 0, 1);
    }

    double[] normal(int size, double mean, double deviation) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) values[i] = (float) (mean + deviation * random.nextGaussian());
        return values;
    }

    /** What an output holds that must be overwritten. */
    static double[] garbage(int size) {
        double[] values = new double[size];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    int[] tokens(int count, int vocabulary) {
        return random.ints(count, 0, vocabulary).toArray();
    }

    /** A square of pairs with zeros where a query cannot see. */
    double[] normalBelowDiagonal(AttentionShape shape) {
        return normalBelowDiagonal(shape, 1);
    }

    double[] normalBelowDiagonal(AttentionShape shape, double deviation) {
        double[] values = normal(shape.pairs(), 0, deviation);
        int length = shape.length();
        for (int i = 0; i < values.length; i++) if (i % length > i / length % length) values[i] = 0;
        return values;
    }

    /** A square of pairs with zeros where a query does not see. */
    double[] normalWhereSeen(AttentionShape shape) {
        double[] values = normal(shape.pairs());
        int length = shape.length();
        for (int i = 0; i < values.length; i++)
            if (!shape.sees(i / length / length % shape.heads(), i / length % length, i % length)) values[i] = 0;
        return values;
    }

    /** Asserts that both backends do the same to {@code outputs}; returns what the backend made of them. */
    double[][] assertSame(String what, double tolerance, double[][] inputs, double[][] outputs, Operation operation) {
        return assertSame(what, tolerance, Tolerances.FLOOR, inputs, outputs, operation);
    }

    /** With a floor for the size of the results, as {@link Tolerances#relativeError(double[], double[], double)} says. */
    double[][] assertSame(
            String what, double tolerance, double floor, double[][] inputs, double[][] outputs, Operation operation) {
        double[][] expected = run(what, new ReferenceBackend(), inputs, outputs, operation);
        double[][] actual = run(what, backend, inputs, outputs, operation);
        for (int o = 0; o < outputs.length; o++) {
            double error = Tolerances.relativeError(expected[o], actual[o], floor);
            assertTrue(error <= tolerance, what + ": output " + o + " differs by " + error);
        }
        return actual;
    }

    private static double[][] run(
            String what, Backend backend, double[][] inputs, double[][] outputs, Operation operation) {
        Buffer[] in = new Buffer[inputs.length], out = new Buffer[outputs.length];
        for (int i = 0; i < in.length; i++) in[i] = within(backend, inputs[i]);
        for (int i = 0; i < out.length; i++) out[i] = within(backend, outputs[i]);
        Buffer[] inView = views(in, inputs), outView = views(out, outputs);
        operation.run(backend, inView, outView);
        for (int i = 0; i < in.length; i++) {
            assertArrayEquals(inputs[i], read(backend, inView[i]), what + ": input " + i + " was modified");
            requireMargins(what + ": input " + i, backend, in[i]);
        }
        double[][] results = new double[out.length][];
        for (int i = 0; i < out.length; i++) {
            results[i] = read(backend, outView[i]);
            requireMargins(what + ": output " + i, backend, out[i]);
        }
        return results;
    }

    private static Buffer within(Backend backend, double[] values) {
        Buffer whole = backend.allocate(values.length + 2 * MARGIN);
        backend.fill(whole, MARGIN_VALUE);
        backend.write(values, whole.view(MARGIN, values.length));
        return whole;
    }

    private static Buffer[] views(Buffer[] wholes, double[][] values) {
        Buffer[] views = new Buffer[wholes.length];
        for (int i = 0; i < views.length; i++) views[i] = wholes[i].view(MARGIN, values[i].length);
        return views;
    }

    private static void requireMargins(String what, Backend backend, Buffer whole) {
        double[] values = read(backend, whole);
        for (int i = 0; i < MARGIN; i++)
            assertTrue(
                    values[i] == MARGIN_VALUE && values[values.length - 1 - i] == MARGIN_VALUE,
                    what + ": written outside of its view");
    }

    private static double[] read(Backend backend, Buffer buffer) {
        double[] values = new double[buffer.size()];
        backend.read(buffer, values);
        return values;
    }
}
