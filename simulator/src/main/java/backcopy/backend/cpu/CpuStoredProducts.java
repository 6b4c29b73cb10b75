package backcopy.backend.cpu;

import backcopy.backend.StoredMatrix;
import backcopy.backend.StoredMatrix.Precision;
import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import backcopy.backend.cpu.Matmul.Part;

/**
 * {@link StoredProducts} in float. The roles are exchanged: the activations are packed, once a product, and a block of the
 * stored matrix is widened to floats and read number by number, so that it needs no packing of its own.
 */
public final class CpuStoredProducts implements StoredProducts {
    /** Outputs that are read at a time: as floats, with a thousand inputs each, they fit a second-level cache. */
    private static final int BLOCK = 32;

    private final TileKernel tiles;
    private final Matmul matmul;
    private final WideningKernel widening;
    private final Workers workers;
    private final Scratch[] scratch;

    private CpuStoredProducts(Kernels kernels, WideningKernel widening, Workers workers) {
        tiles = kernels.tiles();
        matmul = kernels.matmul();
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
        return new CpuStoredProducts(Kernels.vector(), new VectorWidening(), workers);
    }

    static CpuStoredProducts scalar(Workers workers) {
        return new CpuStoredProducts(Kernels.scalar(), new ScalarWidening(), workers);
    }

    /** What one worker writes to. */
    private static final class Scratch {
        private short[] bits = {};
        private float[] weights = {};
        private float[] sums = {};
        private final Workspace workspace = new Workspace();

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
        int panel = tiles.panel(), panels = (rows + panel - 1) / panel, outputs = w.outputs();
        float[] packed = new float[Math.multiplyExact(panels * panel, w.inputs())];
        workers.each(panels, (worker, p) -> pack(x, rows, w.inputs(), p * panel, packed));
        CpuBuffer columns = new CpuBuffer(packed, 0, packed.length);
        workers.each((outputs + BLOCK - 1) / BLOCK, (worker, block) -> {
            int first = block * BLOCK, count = Math.min(BLOCK, outputs - first);
            block(columns, rows, w, first, count, y, scratch[worker]);
        });
    }

    /** One panel of the rows from {@code first} on: steps are inputs, columns are rows of x. */
    private void pack(double[] x, int rows, int steps, int first, float[] packed) {
        int panel = tiles.panel(), count = Math.min(panel, rows - first);
        for (int r = first; r < first + count; r++)
            for (int k = 0, at = first * steps + r - first; k < steps; k++, at += panel)
                packed[at] = (float) x[r * steps + k];
    }

    private void block(CpuBuffer packed, int rows, StoredMatrix w, int first, int count, double[] y, Scratch scratch) {
        int steps = w.inputs(), outputs = w.outputs();
        scratch.fit(Math.max(count, steps), Math.multiplyExact(count, steps), Math.multiplyExact(count, rows));
        widen(w, first, count, scratch);
        Product product = scratch.workspace
                .product
                .of(Part.ALL, count, steps, rows, false)
                .a(scratch.weights, 0, w.isTransposed() ? 1 : steps, w.isTransposed() ? count : 1)
                .c(scratch.sums, 0, rows);
        matmul.multiply(product, packed, scratch.workspace);
        for (int r = 0; r < rows; r++)
            for (int n = 0; n < count; n++) y[r * outputs + first + n] = scratch.sums[n * rows + r];
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
