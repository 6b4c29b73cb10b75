package backcopy.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link VectorTile} with four rows instead of eight, for vectors of 256 bits or fewer numbers than eight rows need: such cores
 * may have only 16 vector registers.
 */
final class ShortVectorTile implements TileKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int PANEL = 2 * LENGTH;
    private static final int DEPTH = Matmul.DEPTH;
    private static final int ROWS = 4;

    @Override
    public int panel() {
        return PANEL;
    }

    @Override
    public int rows() {
        return ROWS;
    }

    @Override
    public int stored(int columns) {
        return columns > LENGTH ? PANEL : LENGTH;
    }

    @Override
    public void byRows(float[] a, int aAt, float[] b, int bAt, int steps, int columns, float[] c, int cAt, int cRow) {
        if (columns > LENGTH) wideByRows(a, aAt, b, bAt, steps, c, cAt, cRow);
        else narrowByRows(a, aAt, b, bAt, steps, c, cAt, cRow);
    }

    @Override
    public void bySteps(float[] a, int aAt, float[] b, int bAt, int steps, int columns, float[] c, int cAt, int cRow) {
        if (columns > LENGTH) wideBySteps(a, aAt, b, bAt, steps, c, cAt, cRow);
        else narrowBySteps(a, aAt, b, bAt, steps, c, cAt, cRow);
    }

    private static void wideByRows(float[] a, int aAt, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        int bFrom = bAt - aAt * PANEL;
        for (int i = aAt, end = aAt + steps; i < end; i++) {
            int j = bFrom + i * PANEL;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[i + DEPTH]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[i + 2 * DEPTH]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[i + 3 * DEPTH]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LENGTH);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + LENGTH);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + LENGTH);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + LENGTH);
    }

    private static void narrowByRows(float[] a, int aAt, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        int bFrom = bAt - aAt * PANEL;
        for (int i = aAt, end = aAt + steps; i < end; i++) {
            int j = bFrom + i * PANEL;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[i + DEPTH]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[i + 2 * DEPTH]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[i + 3 * DEPTH]);
            c30 = a3.fma(b0, c30);
        }
        c00.intoArray(c, cAt);
        c10.intoArray(c, cAt + cRow);
        c20.intoArray(c, cAt + 2 * cRow);
        c30.intoArray(c, cAt + 3 * cRow);
    }

    private static void wideBySteps(float[] a, int aAt, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        int bFrom = bAt - aAt * (PANEL / ROWS);
        for (int i = aAt, end = aAt + steps * ROWS; i < end; i += ROWS) {
            int j = bFrom + i * (PANEL / ROWS);
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LENGTH);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + LENGTH);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + LENGTH);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + LENGTH);
    }

    private static void narrowBySteps(float[] a, int aAt, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        int bFrom = bAt - aAt * (PANEL / ROWS);
        for (int i = aAt, end = aAt + steps * ROWS; i < end; i += ROWS) {
            int j = bFrom + i * (PANEL / ROWS);
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = a3.fma(b0, c30);
        }
        c00.intoArray(c, cAt);
        c10.intoArray(c, cAt + cRow);
        c20.intoArray(c, cAt + 2 * cRow);
        c30.intoArray(c, cAt + 3 * cRow);
    }
}
