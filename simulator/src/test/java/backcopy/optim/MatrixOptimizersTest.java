package backcopy.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.optim.WeightUpdate.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The optimizers that treat a weight as a matrix, against what their updates are by hand where singular vectors are known. */
class MatrixOptimizersTest {
    private static final int[][] SIZES = {{3, 5}, {7, 2}, {16, 16}, {33, 20}, {20, 33}};

    private final Backend reference = new ReferenceBackend();
    private final SplittableRandom random = new SplittableRandom(7);

    /** {@code U S Vᵀ} with singular values from 1 down. */
    private final class Known {
        private final int rows;
        private final int columns;
        private final double[] left;
        private final double[] right;
        private final double[] singular;

        Known(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            left = Orthogonal.haar(rows, random::nextGaussian);
            right = Orthogonal.haar(columns, random::nextGaussian);
            singular = new double[Math.min(rows, columns)];
            for (int k = 0; k < singular.length; k++) singular[k] = Math.pow(0.7, k);
        }

        /** {@code U f(S) Vᵀ}. */
        double[] of(DoubleUnaryOperator function) {
            double[] matrix = new double[rows * columns];
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                    for (int k = 0; k < singular.length; k++)
                        matrix[i * columns + j] +=
                                left[i * rows + k] * function.applyAsDouble(singular[k]) * right[j * columns + k];
            return matrix;
        }
    }

    @Test
    void muonsStepHasTheGradientsSingularVectorsAndValuesNearOne() {
        Muon muon = new Muon(0.5, 0.9, 0, 0, 0, 0, 0);
        for (int[] size : new int[][] {{3, 5}, {5, 3}, {4, 4}, {8, 12}}) {
            Known known = new Known(size[0], size[1]);
            double norm =
                    Math.sqrt(Arrays.stream(known.singular).map(s -> s * s).sum());
            double length = 0.5 * Math.sqrt(Math.max(1, (double) size[0] / size[1]));
            double[] step = trace(reference, muon, size[0], size[1], List.of(known.of(s -> s)))
                    .get(0);
            double[] expected = known.of(s -> -length * newtonSchulz(s / norm));
            assertArrayEquals(expected, step, 1e-6); // the floor that keeps a gradient of zeros from dividing
            for (double s : known.singular) {
                double after = newtonSchulz(s / norm);
                assertTrue(after > 0.67 && after < 1.14, "a singular value of " + after);
            }
        }
    }

    private static double newtonSchulz(double s) {
        for (int step = 0; step < 5; step++) s = 3.4445 * s - 4.7750 * s * s * s + 2.0315 * Math.pow(s, 5);
        return s;
    }

    /** {@code m = mu m + g} and the step along {@code g + mu m}: the second step of two different gradients. */
    @Test
    void muonLooksAheadOfItsMomentum() {
        Muon muon = new Muon(1, 0.5, 0, 0, 0, 0, 0);
        Known known = new Known(4, 4);
        double[] first = known.of(s -> s), second = known.of(s -> s * s);
        double[] step = trace(reference, muon, 4, 4, List.of(first, second)).get(1);
        double[] combined = known.of(s -> 1.5 * s * s + 0.25 * s);
        double[] alone = trace(reference, muon, 4, 4, List.of(combined)).get(0);
        assertArrayEquals(alone, step, 1e-6);
    }

    @Test
    void orthoAdamWithTheIdentityIsAdamW() {
        OrthoAdam ortho = new OrthoAdam(0.1, 0.9, 0.99, 1e-8, 0.1, "identity");
        AdamW adamw = new AdamW(0.1, 0.9, 0.99, 1e-8, 0.1);
        for (int[] size : SIZES)
            for (Backend backend : EveryBackend.ALL) {
                List<double[]> gradients = gradients(size, 6);
                double[] start = normal(size[0] * size[1]), expected = start.clone();
                Buffer weights = buffer(backend, expected), first = backend.allocate(expected.length);
                Buffer second = backend.allocate(expected.length);
                for (int n = 0; n < gradients.size(); n++)
                    backend.update(adamw, weights, buffer(backend, gradients.get(n)), new Buffer[] {first, second}, n);
                double[] actual = last(backend, ortho, size[0], size[1], start, gradients);
                if (backend.bytesPerNumber() == Float.BYTES) assertArrayEquals(read(backend, weights), actual);
                else assertArrayEquals(read(backend, weights), actual, 1e-12);
            }
    }

    /** The first update without epsilon is the rate times the sign in the rotated basis. */
    @Test
    void orthoAdamWithAHaarRotationMovesBySignsOfTheRotatedGradient() {
        OrthoAdam ortho = new OrthoAdam(0.1, 0.9, 0.99, 0, 0, "haar");
        int rows = 4, columns = 3;
        double[] gradient = normal(rows * columns);
        SplittableRandom same = new SplittableRandom(99);
        double[] p = Orthogonal.haar(rows, same::nextGaussian), q = Orthogonal.haar(columns, same::nextGaussian);
        double[] expected = new double[rows * columns];
        for (int a = 0; a < rows; a++)
            for (int b = 0; b < columns; b++) {
                double rotated = 0;
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                        rotated += p[i * rows + a] * gradient[i * columns + j] * q[j * columns + b];
                for (int i = 0; i < rows; i++)
                    for (int j = 0; j < columns; j++)
                        expected[i * columns + j] -= 0.1 * p[i * rows + a] * Math.signum(rotated) * q[j * columns + b];
            }
        double[] step =
                trace(reference, ortho, rows, columns, List.of(gradient)).get(0);
        assertArrayEquals(expected, step, 1e-12);
        double[] byAdamW = new double[step.length];
        for (int i = 0; i < step.length; i++) byAdamW[i] = -0.1 * Math.signum(gradient[i]);
        assertTrue(Tolerances.relativeError(byAdamW, step) > 0.1);
    }

    /** The first update without epsilon is the rate times the sign in the basis that one step of the iteration makes. */
    @Test
    void soapMovesBySignsInItsBasis() {
        Soap soap = new Soap(0.1, 0.9, 0.99, 0, 0, 0.95, 10);
        int rows = 4, columns = 4;
        double[] g = normal(rows * columns), left = new double[16], right = new double[16];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                for (int k = 0; k < 4; k++) {
                    left[i * 4 + j] += g[i * 4 + k] * g[j * 4 + k];
                    right[i * 4 + j] += g[k * 4 + i] * g[k * 4 + j];
                }
        double[] p = Orthogonal.ofColumns(left, 4), q = Orthogonal.ofColumns(right, 4), expected = new double[16];
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < 4; b++) {
                double inBasis = 0;
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++) inBasis += p[i * 4 + a] * g[i * 4 + j] * q[j * 4 + b];
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++)
                        expected[i * 4 + j] -= 0.1 * p[i * 4 + a] * Math.signum(inBasis) * q[j * 4 + b];
            }
        assertArrayEquals(expected, trace(reference, soap, 4, 4, List.of(g)).get(0), 1e-9);
    }

    /** Of one gradient again and again the means are its squares: the fourth roots leave its orthogonal factor. */
    @Test
    void shampooTakesASteadyGradientToItsOrthogonalFactor() {
        Shampoo shampoo = new Shampoo(0.5, 0.9, 0.95, 0, 0, 1, 0, 0, 0);
        for (int[] size : new int[][] {{4, 4}, {3, 5}}) {
            Known known = new Known(size[0], size[1]);
            List<double[]> steady = new ArrayList<>();
            for (int n = 0; n < 60; n++) steady.add(known.of(s -> s));
            Shampoo floored = new Shampoo(0.5, 0.9, 0.95, 1e-13, 0, 1, 0, 0, 0);
            double[] step = trace(reference, size[0] == size[1] ? shampoo : floored, size[0], size[1], steady)
                    .get(59);
            assertArrayEquals(known.of(s -> -0.5), step, 1e-6);
        }
    }

    @Test
    void muonAndOrthoAdamEqualTheReferenceOnEveryBackend() {
        for (MatrixOptimizer optimizer : List.of(Muon.DEFAULT, OrthoAdam.DEFAULT))
            for (int[] size : SIZES) {
                List<double[]> gradients = gradients(size, 5);
                double[] start = normal(size[0] * size[1]);
                double[] expected = last(reference, optimizer, size[0], size[1], start, gradients);
                for (Backend backend : EveryBackend.FAST)
                    assertTwin(
                            optimizer,
                            size,
                            start,
                            expected,
                            last(backend, optimizer, size[0], size[1], start, gradients));
            }
    }

    /**
     * From means of full rank: where they have none, any basis of what is left out is right, and two precisions take two. The
     * second update renews the bases.
     */
    @Test
    void shampooAndSoapEqualTheReferenceFromSettledMeansOnEveryBackend() {
        for (MatrixOptimizer optimizer : List.of(Shampoo.DEFAULT, Soap.DEFAULT))
            for (int[] size : SIZES) {
                List<double[]> gradients = gradients(size, 2);
                double[] start = normal(size[0] * size[1]), moments = normal(size[0] * size[1]);
                double[][] settled = {
                    settled(size[0]), settled(size[1]), haar(size[0]), haar(size[1]),
                };
                double[] expected = settled(reference, optimizer, size, start, moments, settled, gradients);
                for (Backend backend : EveryBackend.FAST)
                    assertTwin(
                            optimizer,
                            size,
                            start,
                            expected,
                            settled(backend, optimizer, size, start, moments, settled, gradients));
            }
    }

    private static void assertTwin(
            MatrixOptimizer optimizer, int[] size, double[] start, double[] expected, double[] actual) {
        String what = optimizer.name() + " of " + size[0] + " x " + size[1];
        double error = Tolerances.relativeError(expected, actual);
        assertTrue(error < Tolerances.FLOAT_SUM, what + " differs by " + error);
        assertTrue(Tolerances.relativeError(start, actual) > 1e-4, what + " moved nothing");
    }

    /** Weights after updates 19 and 20 from given moments and memories. */
    private double[] settled(
            Backend backend,
            MatrixOptimizer optimizer,
            int[] size,
            double[] start,
            double[] moments,
            double[][] memories,
            List<double[]> gradients) {
        Run run = new Run(backend, optimizer, size[0], size[1], start);
        backend.write(moments, run.moments[0]);
        backend.write(Arrays.stream(moments).map(Math::abs).toArray(), run.moments[1]);
        List<Memory> to = run.update.memories();
        for (int m = 0; m < to.size(); m++) backend.write(memories[m], to.get(m).values());
        run.update.restored();
        run.update(gradients.get(0), 19);
        run.update(gradients.get(1), 20);
        return run.weights();
    }

    /** A symmetric matrix with eigenvalues from 1 to 2. */
    private double[] settled(int size) {
        double[] basis = haar(size), matrix = new double[size * size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                for (int k = 0; k < size; k++)
                    matrix[i * size + j] += basis[i * size + k] * (1 + (double) k / size) * basis[j * size + k];
        return matrix;
    }

    private double[] haar(int size) {
        return Orthogonal.haar(size, random::nextGaussian);
    }

    @Test
    void anUpdateGoesOnFromItsMomentsAndMemories() {
        for (Optimizer optimizer : Optimizers.ALL)
            if (optimizer instanceof MatrixOptimizer matrices)
                for (Backend backend : EveryBackend.ALL) {
                    List<double[]> gradients = gradients(new int[] {6, 4}, 14);
                    Run unbroken = new Run(backend, matrices, 6, 4, new double[24]);
                    Run first = new Run(backend, matrices, 6, 4, new double[24]);
                    for (int n = 0; n < 14; n++) unbroken.update(gradients.get(n), n);
                    for (int n = 0; n < 9; n++) first.update(gradients.get(n), n);
                    Run second = new Run(backend, matrices, 6, 4, first.weights());
                    second.take(first);
                    for (int n = 9; n < 14; n++) second.update(gradients.get(n), n);
                    assertArrayEquals(unbroken.weights(), second.weights(), matrices.name());
                }
    }

    @Test
    void onlyMuonAndItsLikeLeaveTablesAndGainsToAdamW() {
        for (MatrixOptimizer optimizer : List.of(Muon.DEFAULT, Shampoo.DEFAULT, Soap.DEFAULT)) {
            assertTrue(optimizer.takes("layers.0.mlp.up.weight", 8, 4));
            for (String name : List.of("embedding.token", "unembedding.weight"))
                assertTrue(!optimizer.takes(name, 8, 4), optimizer.name() + " takes " + name);
            assertTrue(!optimizer.takes("layers.0.mlp.norm.gain", 1, 4));
            assertTrue(!optimizer.takes("layers.0.attention.key_bias", 2, 4));
        }
        assertTrue(OrthoAdam.DEFAULT.takes("final_norm.gain", 1, 4));
        for (Optimizer optimizer : Optimizers.ALL)
            if (optimizer instanceof MatrixOptimizer matrices)
                assertEquals(
                        matrices.moments().size(),
                        matrices.elsewhere().moments().size());
    }

    /** One weight, its update and its state. */
    private final class Run {
        private final Backend backend;
        private final WeightUpdate update;
        private final Buffer weight;
        private final Buffer[] moments;

        Run(Backend backend, MatrixOptimizer optimizer, int rows, int columns, double[] start) {
            this.backend = backend;
            SplittableRandom drawn = new SplittableRandom(99);
            update = optimizer.weightUpdate(rows, columns, backend, drawn::nextGaussian);
            weight = buffer(backend, start);
            moments = optimizer.moments().stream()
                    .map(moment -> backend.allocate(rows * columns))
                    .toArray(Buffer[]::new);
        }

        void update(double[] gradient, long n) {
            Buffer values = buffer(backend, gradient);
            double[] before = read(backend, values);
            update.update(1, weight, values, moments, n);
            assertArrayEquals(before, read(backend, values), "the gradient was modified");
        }

        double[] weights() {
            return read(backend, weight);
        }

        /** Moments and memories through the host, as a checkpoint takes them. */
        void take(Run other) {
            for (int m = 0; m < moments.length; m++) backend.write(read(backend, other.moments[m]), moments[m]);
            List<Memory> from = other.update.memories(), to = update.memories();
            for (int m = 0; m < to.size(); m++)
                backend.write(read(backend, from.get(m).values()), to.get(m).values());
            update.restored();
        }
    }

    /** What each update added to a weight that began at zero. */
    private List<double[]> trace(
            Backend backend, MatrixOptimizer optimizer, int rows, int columns, List<double[]> gradients) {
        Run run = new Run(backend, optimizer, rows, columns, new double[rows * columns]);
        List<double[]> steps = new ArrayList<>();
        for (int n = 0; n < gradients.size(); n++) {
            double[] before = run.weights();
            run.update(gradients.get(n), n);
            double[] step = run.weights();
            for (int i = 0; i < step.length; i++) step[i] -= before[i];
            steps.add(step);
        }
        return steps;
    }

    private double[] last(
            Backend backend,
            MatrixOptimizer optimizer,
            int rows,
            int columns,
            double[] start,
            List<double[]> gradients) {
        Run run = new Run(backend, optimizer, rows, columns, start);
        for (int n = 0; n < gradients.size(); n++) run.update(gradients.get(n), n);
        return run.weights();
    }

    private List<double[]> gradients(int[] size, int count) {
        List<double[]> gradients = new ArrayList<>();
        for (int n = 0; n < count; n++) gradients.add(normal(size[0] * size[1]));
        return gradients;
    }

    /** Numbers that a float holds exactly. */
    private double[] normal(int size) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    private static Buffer buffer(Backend backend, double[] values) {
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        return buffer;
    }

    private static double[] read(Backend backend, Buffer buffer) {
        double[] values = new double[buffer.size()];
        backend.read(buffer, values);
        return values;
    }
}
