package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Device;
import backcopy.backend.Matrix;
import backcopy.model.ModelSpec;
import backcopy.task.CounterRandom;
import backcopy.train.Crew;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the backend's matmul reaches alone on the shapes of a model: every thread multiplies numbers of its own, with nothing
 * between the calls. No step can be faster than the fastest of them.
 */
final class MatmulCeiling {
    /** {@code [rows, in] [in, out]}. */
    record Shape(int rows, int in, int out) {
        double operations() {
            return 2.0 * rows * in * out;
        }

        @Override
        public String toString() {
            return rows + "x" + in + " . " + in + "x" + out;
        }
    }

    /** One thread's numbers for one shape. */
    private record Call(Backend backend, Buffer x, Matrix w, Buffer y, int rows) {
        static Call of(Backend backend, Shape shape) {
            Matrix w = backend.matrix(filled(backend, shape.out * shape.in), shape.out, shape.in);
            Buffer x = filled(backend, shape.rows * shape.in);
            return new Call(backend, x, w, backend.allocate(shape.rows * shape.out), shape.rows);
        }

        private static Buffer filled(Backend backend, int size) {
            Buffer buffer = backend.allocate(size);
            backend.write(new CounterRandom(size).doubles(size, -1, 1).toArray(), buffer);
            return buffer;
        }

        void run() {
            backend.linear(x, w, y, rows, false);
        }
    }

    private final List<Shape> shapes;
    private final List<List<Call>> calls = new ArrayList<>();
    private final Crew crew;

    /** @param rows positions that a slice of the backend has */
    MatmulCeiling(Backend backend, ModelSpec model, int rows, int vocabulary, Crew crew) {
        int d = model.width(), m = model.mlpWidth();
        shapes = List.copyOf(new LinkedHashSet<>(List.of(
                new Shape(rows, d, d), new Shape(rows, d, m), new Shape(rows, m, d), new Shape(rows, d, vocabulary))));
        this.crew = crew;
        for (Shape shape : shapes) {
            Supplier<Call> call = () -> Call.of(backend, shape);
            calls.add(Stream.generate(call)
                    .limit(backend instanceof Device ? 1 : crew.threads())
                    .toList());
        }
    }

    List<Shape> shapes() {
        return shapes;
    }

    /** Operations a second for each shape, all of them within about {@code seconds}. */
    double[] window(double seconds) {
        double[] rates = new double[shapes.size()];
        for (int s = 0; s < rates.length; s++) rates[s] = window(s, seconds / rates.length);
        return rates;
    }

    private double window(int shape, double seconds) {
        AtomicLong done = new AtomicLong();
        long start = System.nanoTime(), end = start + (long) (1e9 * seconds);
        crew.run(calls.get(shape).size(), (thread, piece) -> {
            Call call = calls.get(shape).get(piece);
            long count = 0;
            do {
                call.run();
                count++;
            } while (System.nanoTime() < end);
            if (call.backend instanceof Device device) device.finish();
            done.addAndGet(count);
        });
        return done.get() * shapes.get(shape).operations() / (1e-9 * (System.nanoTime() - start));
    }
}
