package backcopy.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles in vectors of the machine's preferred width: four rows by four vectors where a core has 32 vector registers,
 * four by two where it has 16 (256 bit). The methods below are one idea repeated: the sums of a tile start from what is there
 * and stay in registers, each step loads one row of the panel and multiplies it with one broadcast number for each row of the
 * tile.
 *
 * <p>They are kept short and call no method of ours with a vector: the JIT compiler has a budget for inlining, and a vector
 * that it does not get to becomes an object, which is a hundred times slower.
 *
 * <p>Every element is one chain of fused multiply-adds in the order of the steps, whatever tile it falls into: its bits do
 * not depend on how many rows or columns are computed with it.
 */
final class VectorTile implements TileKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int PANEL = (SPECIES.vectorBitSize() == 256 ? 2 : 4) * LENGTH;

    /** Width of the machine's preferred vectors. */
    static int bits() {
        return SPECIES.vectorBitSize();
    }

    @Override
    public int panel() {
        return PANEL;
    }

    @Override
    public int rows(int left) {
        return left >= 4 ? 4 : 1;
    }

    @Override
    public int stored(int columns) {
        return columns > 2 * LENGTH ? 4 * LENGTH : 2 * LENGTH;
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
        if (columns > 2 * LENGTH) {
            if (rows == 4) fourWide(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            else oneWide(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
        } else {
            if (rows == 4) fourNarrow(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            else oneNarrow(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
        }
    }

    /** A block's sum begins at zero, as in a scratch tile; so four of them need not wait for each other. */
    @Override
    public float dot(float start, float[] a, int aAt, int aStep, float[] x, int xAt, int xStep, int steps, int depth) {
        float sum = start;
        int k = 0;
        for (; k + 4 * depth <= steps; k += 4 * depth) {
            float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
            int aBlock = depth * aStep, xBlock = depth * xStep;
            for (int i = aAt + k * aStep, j = xAt + k * xStep, n = 0; n < depth; n++, i += aStep, j += xStep) {
                sum0 = Math.fma(a[i], x[j], sum0);
                sum1 = Math.fma(a[i + aBlock], x[j + xBlock], sum1);
                sum2 = Math.fma(a[i + 2 * aBlock], x[j + 2 * xBlock], sum2);
                sum3 = Math.fma(a[i + 3 * aBlock], x[j + 3 * xBlock], sum3);
            }
            sum = sum + sum0 + sum1 + sum2 + sum3;
        }
        while (k < steps) {
            float block = 0;
            for (int end = Math.min(k + depth, steps); k < end; k++)
                block = Math.fma(a[aAt + k * aStep], x[xAt + k * xStep], block);
            sum += block;
        }
        return sum;
    }

    private static void fourWide(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LENGTH);
        FloatVector c02 = FloatVector.fromArray(SPECIES, c, cAt + 2 * LENGTH);
        FloatVector c03 = FloatVector.fromArray(SPECIES, c, cAt + 3 * LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, c, cAt + cRow);
        FloatVector c11 = FloatVector.fromArray(SPECIES, c, cAt + cRow + LENGTH);
        FloatVector c12 = FloatVector.fromArray(SPECIES, c, cAt + cRow + 2 * LENGTH);
        FloatVector c13 = FloatVector.fromArray(SPECIES, c, cAt + cRow + 3 * LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow);
        FloatVector c21 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LENGTH);
        FloatVector c22 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + 2 * LENGTH);
        FloatVector c23 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + 3 * LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow);
        FloatVector c31 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LENGTH);
        FloatVector c32 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + 2 * LENGTH);
        FloatVector c33 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + 3 * LENGTH);
        for (int i = aAt, j = bAt, end = bAt + steps * PANEL; j < end; i += aStep, j += PANEL) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, j + 2 * LENGTH);
            FloatVector b3 = FloatVector.fromArray(SPECIES, b, j + 3 * LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LENGTH);
        c02.intoArray(c, cAt + 2 * LENGTH);
        c03.intoArray(c, cAt + 3 * LENGTH);
        c10.intoArray(c, cAt + cRow);
        c11.intoArray(c, cAt + cRow + LENGTH);
        c12.intoArray(c, cAt + cRow + 2 * LENGTH);
        c13.intoArray(c, cAt + cRow + 3 * LENGTH);
        c20.intoArray(c, cAt + 2 * cRow);
        c21.intoArray(c, cAt + 2 * cRow + LENGTH);
        c22.intoArray(c, cAt + 2 * cRow + 2 * LENGTH);
        c23.intoArray(c, cAt + 2 * cRow + 3 * LENGTH);
        c30.intoArray(c, cAt + 3 * cRow);
        c31.intoArray(c, cAt + 3 * cRow + LENGTH);
        c32.intoArray(c, cAt + 3 * cRow + 2 * LENGTH);
        c33.intoArray(c, cAt + 3 * cRow + 3 * LENGTH);
    }

    private static void oneWide(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LENGTH);
        FloatVector c02 = FloatVector.fromArray(SPECIES, c, cAt + 2 * LENGTH);
        FloatVector c03 = FloatVector.fromArray(SPECIES, c, cAt + 3 * LENGTH);
        for (int i = aAt, j = bAt, end = bAt + steps * PANEL; j < end; i += aStep, j += PANEL) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector b2 = FloatVector.fromArray(SPECIES, b, j + 2 * LENGTH);
            FloatVector b3 = FloatVector.fromArray(SPECIES, b, j + 3 * LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LENGTH);
        c02.intoArray(c, cAt + 2 * LENGTH);
        c03.intoArray(c, cAt + 3 * LENGTH);
    }

    private static void fourNarrow(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, c, cAt + cRow);
        FloatVector c11 = FloatVector.fromArray(SPECIES, c, cAt + cRow + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow);
        FloatVector c21 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow);
        FloatVector c31 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LENGTH);
        for (int i = aAt, j = bAt, end = bAt + steps * PANEL; j < end; i += aStep, j += PANEL) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
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

    private static void oneNarrow(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.fromArray(SPECIES, c, cAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, c, cAt + LENGTH);
        for (int i = aAt, j = bAt, end = bAt + steps * PANEL; j < end; i += aStep, j += PANEL) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
        }
        c00.intoArray(c, cAt);
        c01.intoArray(c, cAt + LENGTH);
    }
}
