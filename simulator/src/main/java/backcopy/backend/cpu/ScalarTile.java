package backcopy.backend.cpu;

import java.util.Arrays;

/** Tiles in plain Java: one row at a time, four steps in one pass over its columns. */
final class ScalarTile implements TileKernel {
    private static final int PANEL = 128;

    @Override
    public int panel() {
        return PANEL;
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public int stored(int columns) {
        return columns;
    }

    @Override
    public void byRows(float[] a, int aAt, float[] b, int bAt, int steps, int columns, float[] c, int cAt, int cRow) {
        Arrays.fill(c, cAt, cAt + columns, 0);
        int k = 0, i = aAt, j = bAt;
        for (; k + 3 < steps; k += 4, i += 4, j += 4 * PANEL)
            four(a[i], a[i + 1], a[i + 2], a[i + 3], b, j, c, cAt, columns);
        for (; k < steps; k++, i++, j += PANEL) one(a[i], b, j, c, cAt, columns);
    }

    /** Of one row, which is the same. */
    @Override
    public void bySteps(float[] a, int aAt, float[] b, int bAt, int steps, int columns, float[] c, int cAt, int cRow) {
        byRows(a, aAt, b, bAt, steps, columns, c, cAt, cRow);
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

    private static void one(float a, float[] b, int bAt, float[] c, int cAt, int columns) {
        for (int n = 0; n < columns; n++) c[cAt + n] += a * b[bAt + n];
    }
}
