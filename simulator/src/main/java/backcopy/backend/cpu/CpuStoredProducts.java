package backcopy.backend.cpu;

import backcopy.backend.StoredMatrix;
import backcopy.backend.StoredMatrix.Precision;
import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import java.util.Arrays;

/**
 * {@link StoredProducts} in float. The roles are exchanged: the activations are packed, once a product, and a block of the
 * stored matrix is widened to floats and read number by number, so that it needs no packing of its own.
 */
public final class CpuStoredProducts implements StoredProducts {
    /** Outputs that are read at a time: as floats, with a thousand inputs each, they fit a second-level cache. */
    private static final int BLOCK = 32;

    private final TileKernel tiles;
    private final WideningKernel widening;
    private final Workers workers;
    private final Scratch[] scratch;

    private CpuStoredProducts(TileKernel tiles, WideningKernel widening, Workers workers) {
        this.tiles = tiles;
        this.widening = widening;
        this.workers = workers;
        scratch = new Scratch[workers.count()];
        for (int i = 0; i < scratch.length; i++) scratch[i] = new Scratch();
    }

    /** As {@link CpuBackend#detect}: in the Vector API where that is fast, else in plain Java. */
    public static CpuStoredProducts detect(Workers workers) {
        return CpuBackend.slowBecause() == null ? vector(workers) : scalar(workers);
    }

    static CpuStoredProducts vector(Workers workers) {
        return new CpuStoredProducts(new VectorTile(), new VectorWidening(), workers);
    }

    static CpuStoredProducts scalar(Workers workers) {
        return new CpuStoredProducts(new ScalarTile(), new ScalarWidening(), workers);
    }

    /** What one worker writes to. */
    private static final class Scratch {
        private short[] bits = {};
        private float[] weights = {};
        private float[] sums = {};

        /** Grows what is too small. */
        void fit(int lineSize, int weightsSize, int sumsSize) {
            if (bits.length < lineSize) bits = new short[lineSize];
            if (weights.length < weightsSize) weights = new float[weightsSize];
            if (sums.length < sumsSize) sums = new float[sumsSize];
        }
    }

    @Override
    public String arithmetic() {
        return "float32";
    }

    @Override
    public void multiply(double[] x, int rows, StoredMatrix w, double[] y) {
        int panels = (rows + tiles.panel() - 1) / tiles.panel();
        float[][] packed = new float[panels][];
        workers.each(panels, (worker, p) -> packed[p] = packed(x, rows, w.inputs(), p * tiles.panel()));
        int outputs = w.outputs();
        workers.each((outputs + BLOCK - 1) / BLOCK, (worker, block) -> {
            int first = block * BLOCK, count = Math.min(BLOCK, outputs - first);
            block(packed, rows, w, first, count, y, scratch[worker]);
        });
    }

    /** One panel of the rows from {@code first} on: steps are inputs, columns are rows of x. */
    private float[] packed(double[] x, int rows, int steps, int first) {
        int panel = tiles.panel(), count = Math.min(panel, rows - first);
        float[] packed = new float[Math.multiplyExact(panel, steps)];
        for (int r = 0; r < count; r++) {
            int at = (first + r) * steps;
            for (int k = 0; k < steps; k++) packed[k * panel + r] = (float) x[at + k];
        }
        return packed;
    }

    private void block(float[][] packed, int rows, StoredMatrix w, int first, int count, double[] y, Scratch scratch) {
        int steps = w.inputs(), panel = tiles.panel(), size = packed.length * count * panel;
        scratch.fit(Math.max(count, steps), Math.multiplyExact(count, steps), size);
        Arrays.fill(scratch.sums, 0, size, 0);
        widen(w, first, count, scratch);
        int aRow = w.isTransposed() ? 1 : steps, aStep = w.isTransposed() ? count : 1;
        for (int from = 0; from < steps; from += Matmul.DEPTH) {
            int depth = Math.min(Matmul.DEPTH, steps - from);
            for (int p = 0; p < packed.length; p++)
                for (int n = 0, together; n < count; n += together) {
                    together = tiles.rows(count - n);
                    tiles.multiply(
                            together,
                            Math.min(panel, rows - p * panel),
                            scratch.weights,
                            n * aRow + from * aStep,
                            aRow,
                            aStep,
                            packed[p],
                            from * panel,
                            depth,
                            scratch.sums,
                            (p * count + n) * panel,
                            panel);
                }
        }
        int outputs = w.outputs();
        for (int r = 0; r < rows; r++) {
            int from = r / panel * count * panel + r % panel;
            for (int n = 0; n < count; n++) y[r * outputs + first + n] = scratch.sums[from + n * panel];
        }
    }

    /** The outputs' weights as floats, {@code [outputs, inputs]} or, where they are stored so, {@code [inputs, outputs]}. */
    private void widen(StoredMatrix w, int first, int count, Scratch scratch) {
        int lines = w.isTransposed() ? w.inputs() : count, length = w.isTransposed() ? count : w.inputs();
        for (int line = 0; line < lines; line++) {
            int row = w.isTransposed() ? line : first + line, column = w.isTransposed() ? first : 0, at = line * length;
            if (w.precision() == Precision.F32) {
                w.read(row, column, length, scratch.weights, at);
                continue;
            }
            w.read(row, column, length, scratch.bits, 0);
            if (w.precision() == Precision.BF16) widening.bf16(scratch.bits, scratch.weights, at, length);
            else widening.f16(scratch.bits, scratch.weights, at, length);
        }
    }
}
