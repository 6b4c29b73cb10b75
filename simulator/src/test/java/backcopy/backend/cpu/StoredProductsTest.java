package backcopy.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.StoredMatrix;
import backcopy.backend.StoredMatrix.Precision;
import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import backcopy.backend.reference.ReferenceStoredProducts;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with stored matrices: the twins against the definition, over sizes that fit no tile, block or vector. */
class StoredProductsTest {
    private final Workers workers = new Workers(3);

    @AfterEach
    void close() {
        workers.close();
    }

    /** A matrix in memory, in whatever precision. */
    private record InMemory(
            Precision precision, int rows, int columns, boolean isTransposed, short[] bits, float[] floats)
            implements StoredMatrix {
        static InMemory random(
                Precision precision, int rows, int columns, boolean transposed, SplittableRandom random) {
            short[] bits = new short[rows * columns];
            float[] floats = new float[rows * columns];
            for (int i = 0; i < bits.length; i++) {
                floats[i] = (float) (2 * random.nextDouble() - 1);
                // Exponents of numbers around 1; signs and fractions of any kind.
                bits[i] = (short) (random.nextInt() & (precision == Precision.F16 ? 0x83ff : 0x807f)
                        | (precision == Precision.F16 ? 0x3800 : 0x3f00));
            }
            return new InMemory(precision, rows, columns, transposed, bits, floats);
        }

        @Override
        public void read(int row, int column, int count, short[] target, int at) {
            System.arraycopy(bits, row * columns + column, target, at, count);
        }

        @Override
        public void read(int row, int column, int count, float[] target, int at) {
            System.arraycopy(floats, row * columns + column, target, at, count);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theTwinsAreTheDefinition(Precision precision) {
        SplittableRandom random = new SplittableRandom(11);
        for (int[] size : new int[][] {{1, 1, 1}, {3, 5, 2}, {1, 129, 33}, {65, 300, 31}, {130, 17, 95}, {7, 257, 64}})
            for (boolean transposed : new boolean[] {false, true}) {
                int rows = size[0], inputs = size[1], outputs = size[2];
                StoredMatrix w = transposed
                        ? InMemory.random(precision, inputs, outputs, true, random)
                        : InMemory.random(precision, outputs, inputs, false, random);
                compare(rows, w, random);
                int half = Math.max(1, inputs / 2), some = Math.max(1, outputs / 3);
                compare(rows, w.inputs(inputs - half, half), random);
                compare(rows, w.outputs(outputs - some, some), random);
            }
    }

    private void compare(int rows, StoredMatrix w, SplittableRandom random) {
        double[] x = new double[rows * w.inputs()];
        for (int i = 0; i < x.length; i++) x[i] = (float) (2 * random.nextDouble() - 1);
        double[] expected = new double[rows * w.outputs()];
        new ReferenceStoredProducts(workers).multiply(x, rows, w, expected);
        for (int r = 0; r < rows; r++)
            for (int n = 0; n < w.outputs(); n++) {
                double sum = 0;
                for (int k = 0; k < w.inputs(); k++)
                    sum += x[r * w.inputs() + k] * (w.isTransposed() ? w.row(k)[n] : w.row(n)[k]);
                if (r % 13 == 0) assertEquals(sum, expected[r * w.outputs() + n], 1e-12);
                if (r % 13 != 0) break;
            }
        for (StoredProducts twin : List.of(CpuStoredProducts.scalar(workers), CpuStoredProducts.vector(workers))) {
            double[] actual = new double[expected.length];
            twin.multiply(x, rows, w, actual);
            double error = Tolerances.relativeError(expected, actual);
            assertTrue(error < Tolerances.FLOAT_SUM, rows + " rows, " + w.inputs() + " inputs: " + error);
        }
    }

    @Test
    void aBlockOfEveryGroupIsThoseRows() {
        SplittableRandom random = new SplittableRandom(2);
        StoredMatrix w = InMemory.random(Precision.F32, 24, 5, false, random);
        StoredMatrix keys = w.everyBlock(4, 3, 1);
        assertEquals(8, keys.outputs());
        for (int n = 0; n < 8; n++)
            for (int k = 0; k < 5; k++) assertEquals(w.row(n / 4 * 12 + 4 + n % 4)[k], keys.row(n)[k]);
    }

    /** All there are, subnormal and infinite ones among them. */
    @Test
    void everyNumberOf16BitsIsWidenedExactly() {
        short[] all = new short[1 << 16];
        for (int i = 0; i < all.length; i++) all[i] = (short) i;
        float[] widened = new float[all.length];
        for (WideningKernel kernel : List.of(new ScalarWidening(), new VectorWidening()))
            for (Precision precision : List.of(Precision.F16, Precision.BF16)) {
                if (precision == Precision.F16) kernel.f16(all, widened, 0, all.length);
                else kernel.bf16(all, widened, 0, all.length);
                for (int i = 0; i < all.length; i++) {
                    double expected = precision.of(all[i]);
                    if (Double.isNaN(expected)) assertTrue(Float.isNaN(widened[i]), precision + " of " + i);
                    else
                        assertEquals(
                                Double.doubleToLongBits(expected),
                                Double.doubleToLongBits(widened[i]),
                                precision + " of " + i);
                }
            }
        assertEquals(1, Precision.F16.of((short) 0x3c00));
        assertEquals(65504, Precision.F16.of((short) 0x7bff));
        assertEquals(0x1p-24, Precision.F16.of((short) 1));
        assertEquals(-2, Precision.BF16.of((short) 0xc000));
    }

    @Test
    void aTasksFailureIsThrownWhenAllHaveEnded() {
        int[] done = new int[100];
        RuntimeException failure = assertThrows(
                IllegalStateException.class,
                () -> workers.each(100, (worker, i) -> {
                    if (i == 17) throw new IllegalStateException("17");
                    done[i]++;
                }));
        assertEquals("17", failure.getMessage());
        int[] again = new int[100];
        workers.each(100, (worker, i) -> again[i]++);
        for (int count : again) assertEquals(1, count);
    }
}
