package backcopy.backend.cpu;

/** Tiles in plain Java: one row at a time, four steps in one pass over its columns. */
final class ScalarTile implements TileKernel {
    private static final int PANEL = 128;

    @Override
    public int panel() {
        return PANEL;
    }

    @Override
    public int rows(int left) {
        return 1;
    }

    @Override
    public int stored(int columns) {
        return columns;
    }

    @Override
    public void multiply(
            int rows,
            int columns,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            int steps,
            float[] c,
            int cAt,
            int cRow) {
        int k = 0;
        for (; k + 3 < steps; k += 4) {
            int i = aAt + k * aStep, j = bAt + k * PANEL;
            four(a[i], a[i + aStep], a[i + 2 * aStep], a[i + 3 * aStep], b, j, c, cAt, columns);
        }
        for (; k < steps; k++) {
            float a0 = a[aAt + k * aStep];
            for (int n = 0; n < columns; n++) c[cAt + n] += a0 * b[bAt + k * PANEL + n];
        }
    }

    /** As above, a plain sum in the order of the steps: blocks make no difference. */
    @Override
    public float dot(float start, float[] a, int aAt, int aStep, float[] x, int xAt, int xStep, int steps, int depth) {
        float sum = start;
        for (int k = 0; k < steps; k++) sum += a[aAt + k * aStep] * x[xAt + k * xStep];
        return sum;
    }

    /** In a method of its own, so that the JIT compiler sees a plain loop. */
    private static void four(
            float a0, float a1, float a2, float a3, float[] b, int bAt, float[] c, int cAt, int columns) {
        for (int n = 0; n < columns; n++)
            c[cAt + n] = c[cAt + n]
                    + a0 * b[bAt + n]
                    + a1 * b[bAt + PANEL + n]
                    + a2 * b[bAt + 2 * PANEL + n]
                    + a3 * b[bAt + 3 * PANEL + n];
    }
}
