package backcopy.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.attention.Softmax;
import backcopy.attention.Softpick;
import backcopy.backend.AttentionShape;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CpuBackendTest {
    private static final List<CpuBackend> MAKES = List.of(CpuBackend.vector(), CpuBackend.scalar());

    @Test
    void detectsTheVectorApiUnderTheTests() {
        assertEquals(CpuBackend.vector().description(), CpuBackend.detect().description());
        assertTrue(CpuBackend.detect().vectorBits() >= 64);
        assertEquals(32, CpuBackend.scalar().vectorBits());
    }

    @Test
    void aRowOfLinearDoesNotDependOnTheNumberOfRows() {
        int rows = 29, out = 70, in = 300;
        double[] x = normal(rows * in, 1), w = normal(out * in, 2);
        for (CpuBackend backend : MAKES) {
            Matrix matrix = backend.matrix(filled(backend, w), out, in);
            Buffer xs = filled(backend, x), all = backend.allocate(rows * out);
            backend.linear(xs, matrix, all, rows, false);
            double[] together = read(backend, all);
            for (int count = 1; count < rows; count++) {
                Buffer some = backend.allocate(count * out);
                backend.linear(xs.view((rows - count) * in, count * in), matrix, some, count, false);
                assertArrayEquals(Arrays.copyOfRange(together, (rows - count) * out, rows * out), read(backend, some));
            }
        }
    }

    @Test
    void aSequenceDoesNotDependOnTheOthersInItsSlice() {
        AttentionShape three = new AttentionShape(3, 2, 37, 19), one = new AttentionShape(1, 2, 37, 19);
        int states = one.rows() * one.width();
        double[] q = normal(3 * states, 3), k = normal(3 * states, 4), v = normal(3 * states, 5);
        for (CpuBackend backend : MAKES) {
            double[] together = attention(backend, q, k, v, three);
            for (int s = 0; s < 3; s++)
                assertArrayEquals(
                        Arrays.copyOfRange(together, s * states, (s + 1) * states),
                        attention(backend, part(q, s, states), part(k, s, states), part(v, s, states), one));
        }
    }

    @Test
    void threadsAtOnceGiveTheBitsOfOne() throws Exception {
        AttentionShape shape = new AttentionShape(1, 2, 61, 33);
        int states = shape.rows() * shape.width();
        double[] q = normal(states, 6), k = normal(states, 7), v = normal(states, 8);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (CpuBackend backend : MAKES) {
                double[] alone = attention(backend, q, k, v, shape);
                Callable<double[]> task = () -> attention(backend, q, k, v, shape);
                for (Future<double[]> result : threads.invokeAll(Collections.nCopies(40, task)))
                    assertArrayEquals(alone, result.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    /** Over several blocks of steps, the last not whole. */
    @Test
    void aProductThatIsOneNumberHasTheBitsOfAColumn() {
        int rows = 8 * Matmul.DEPTH + 77;
        double[] dY = normal(rows, 9), x = normal(rows, 10), beside = normal(rows, 11), two = new double[2 * rows];
        for (int r = 0; r < rows; r++) {
            two[2 * r] = x[r];
            two[2 * r + 1] = beside[r];
        }
        for (CpuBackend backend : MAKES) {
            Buffer number = filled(backend, new double[] {0.7}), columns = filled(backend, new double[] {0.7, 0.3});
            backend.linearBackwardWeight(filled(backend, dY), filled(backend, x), number, rows, 1, 1, true);
            backend.linearBackwardWeight(filled(backend, dY), filled(backend, two), columns, rows, 1, 2, true);
            assertEquals(read(backend, columns)[0], read(backend, number)[0], backend.description());
        }
    }

    /** Scores far from 0, near it, and 0 itself. */
    @Test
    void softpickHasTheSameBitsInVectors() {
        AttentionShape shape = new AttentionShape(1, 2, 37, 8);
        double[] scores = normal(shape.pairs(), 12), dPattern = normal(shape.pairs(), 13);
        for (int i = 0; i < scores.length; i += 3) scores[i] *= i % 2 == 0 ? 0 : 0.02;
        List<double[]> results = new ArrayList<>();
        for (CpuBackend backend : MAKES) {
            Buffer s = filled(backend, scores), pattern = backend.allocate(shape.pairs());
            Buffer d = filled(backend, dPattern);
            backend.pattern(new Softpick(), s, pattern, shape);
            backend.patternBackward(new Softpick(), s, pattern, d, d, shape);
            results.add(read(backend, pattern));
            results.add(read(backend, d));
        }
        assertArrayEquals(results.get(2), results.get(0), "patterns");
        assertArrayEquals(results.get(3), results.get(1), "gradients");
    }

    @Test
    void aBufferThatIsTooSmallIsRefused() {
        for (CpuBackend backend : MAKES) {
            Matrix matrix = backend.matrix(backend.allocate(6), 2, 3);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> backend.linear(backend.allocate(8), matrix, backend.allocate(6), 3, false));
            assertThrows(IllegalArgumentException.class, () -> backend.copy(backend.allocate(2), backend.allocate(3)));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> backend.allocate(4).view(2, 3));
        }
    }

    /** Mixed values of softmax attention. */
    private static double[] attention(CpuBackend backend, double[] q, double[] k, double[] v, AttentionShape shape) {
        Buffer scores = backend.allocate(shape.pairs()), mixed = backend.allocate(q.length);
        backend.scores(filled(backend, q), filled(backend, k), scores, shape);
        backend.pattern(new Softmax(), scores, scores, shape);
        backend.mix(scores, filled(backend, v), mixed, shape);
        return read(backend, mixed);
    }

    private static double[] part(double[] values, int index, int size) {
        return Arrays.copyOfRange(values, index * size, (index + 1) * size);
    }

    private static double[] normal(int size, long seed) {
        return new Random(seed).doubles(size, -2, 2).toArray();
    }

    private static Buffer filled(CpuBackend backend, double[] values) {
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        return buffer;
    }

    private static double[] read(CpuBackend backend, Buffer buffer) {
        double[] values = new double[buffer.size()];
        backend.read(buffer, values);
        return values;
    }
}
