package backcopy.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles in vectors of the machine's preferred width: six rows by four vectors where a core has 32 vector registers,
 * six by two where it has 16 (256 bit). The methods below are one idea repeated: accumulators of a tile stay in registers,
 * each step loads one row of the panel and multiplies it with one broadcast number for each row of the tile.
 *
 * <p>The sums are always added to what is there, and in place rather than by a method of ours: in code this large the JIT
 * compiler no longer inlines our methods, and a vector that is passed to one, or chosen between two, becomes an object.
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

    /** Sixes, with fours at the end so that single rows are rare. */
    @Override
    public int rows(int left) {
        if (left >= 6 && left != 8 && left != 9) return 6;
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
            if (rows == 6) sixWide(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            else if (rows == 4) fourWide(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            else oneWide(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
        } else {
            if (rows == 6) sixNarrow(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            else if (rows == 4) fourNarrow(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            else oneNarrow(a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
        }
    }

    private static void sixWide(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c02 = FloatVector.zero(SPECIES);
        FloatVector c03 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c12 = FloatVector.zero(SPECIES);
        FloatVector c13 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c22 = FloatVector.zero(SPECIES);
        FloatVector c23 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        FloatVector c32 = FloatVector.zero(SPECIES);
        FloatVector c33 = FloatVector.zero(SPECIES);
        FloatVector c40 = FloatVector.zero(SPECIES);
        FloatVector c41 = FloatVector.zero(SPECIES);
        FloatVector c42 = FloatVector.zero(SPECIES);
        FloatVector c43 = FloatVector.zero(SPECIES);
        FloatVector c50 = FloatVector.zero(SPECIES);
        FloatVector c51 = FloatVector.zero(SPECIES);
        FloatVector c52 = FloatVector.zero(SPECIES);
        FloatVector c53 = FloatVector.zero(SPECIES);
        for (int k = 0, i = aAt, j = bAt; k < steps; k++, i += aStep, j += PANEL) {
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
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[i + 4 * aRow]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            c42 = a4.fma(b2, c42);
            c43 = a4.fma(b3, c43);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[i + 5 * aRow]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
            c52 = a5.fma(b2, c52);
            c53 = a5.fma(b3, c53);
        }
        FloatVector.fromArray(SPECIES, c, cAt).add(c00).intoArray(c, cAt);
        FloatVector.fromArray(SPECIES, c, cAt + LENGTH).add(c01).intoArray(c, cAt + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * LENGTH).add(c02).intoArray(c, cAt + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * LENGTH).add(c03).intoArray(c, cAt + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow).add(c10).intoArray(c, cAt + cRow);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + LENGTH).add(c11).intoArray(c, cAt + cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + 2 * LENGTH).add(c12).intoArray(c, cAt + cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + 3 * LENGTH).add(c13).intoArray(c, cAt + cRow + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow).add(c20).intoArray(c, cAt + 2 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LENGTH).add(c21).intoArray(c, cAt + 2 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + 2 * LENGTH)
                .add(c22)
                .intoArray(c, cAt + 2 * cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + 3 * LENGTH)
                .add(c23)
                .intoArray(c, cAt + 2 * cRow + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow).add(c30).intoArray(c, cAt + 3 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LENGTH).add(c31).intoArray(c, cAt + 3 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + 2 * LENGTH)
                .add(c32)
                .intoArray(c, cAt + 3 * cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + 3 * LENGTH)
                .add(c33)
                .intoArray(c, cAt + 3 * cRow + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow).add(c40).intoArray(c, cAt + 4 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow + LENGTH).add(c41).intoArray(c, cAt + 4 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow + 2 * LENGTH)
                .add(c42)
                .intoArray(c, cAt + 4 * cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow + 3 * LENGTH)
                .add(c43)
                .intoArray(c, cAt + 4 * cRow + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow).add(c50).intoArray(c, cAt + 5 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow + LENGTH).add(c51).intoArray(c, cAt + 5 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow + 2 * LENGTH)
                .add(c52)
                .intoArray(c, cAt + 5 * cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow + 3 * LENGTH)
                .add(c53)
                .intoArray(c, cAt + 5 * cRow + 3 * LENGTH);
    }

    private static void fourWide(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c02 = FloatVector.zero(SPECIES);
        FloatVector c03 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c12 = FloatVector.zero(SPECIES);
        FloatVector c13 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c22 = FloatVector.zero(SPECIES);
        FloatVector c23 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        FloatVector c32 = FloatVector.zero(SPECIES);
        FloatVector c33 = FloatVector.zero(SPECIES);
        for (int k = 0, i = aAt, j = bAt; k < steps; k++, i += aStep, j += PANEL) {
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
        FloatVector.fromArray(SPECIES, c, cAt).add(c00).intoArray(c, cAt);
        FloatVector.fromArray(SPECIES, c, cAt + LENGTH).add(c01).intoArray(c, cAt + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * LENGTH).add(c02).intoArray(c, cAt + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * LENGTH).add(c03).intoArray(c, cAt + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow).add(c10).intoArray(c, cAt + cRow);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + LENGTH).add(c11).intoArray(c, cAt + cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + 2 * LENGTH).add(c12).intoArray(c, cAt + cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + 3 * LENGTH).add(c13).intoArray(c, cAt + cRow + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow).add(c20).intoArray(c, cAt + 2 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LENGTH).add(c21).intoArray(c, cAt + 2 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + 2 * LENGTH)
                .add(c22)
                .intoArray(c, cAt + 2 * cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + 3 * LENGTH)
                .add(c23)
                .intoArray(c, cAt + 2 * cRow + 3 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow).add(c30).intoArray(c, cAt + 3 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LENGTH).add(c31).intoArray(c, cAt + 3 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + 2 * LENGTH)
                .add(c32)
                .intoArray(c, cAt + 3 * cRow + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + 3 * LENGTH)
                .add(c33)
                .intoArray(c, cAt + 3 * cRow + 3 * LENGTH);
    }

    private static void oneWide(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c02 = FloatVector.zero(SPECIES);
        FloatVector c03 = FloatVector.zero(SPECIES);
        for (int k = 0, i = aAt, j = bAt; k < steps; k++, i += aStep, j += PANEL) {
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
        FloatVector.fromArray(SPECIES, c, cAt).add(c00).intoArray(c, cAt);
        FloatVector.fromArray(SPECIES, c, cAt + LENGTH).add(c01).intoArray(c, cAt + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * LENGTH).add(c02).intoArray(c, cAt + 2 * LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * LENGTH).add(c03).intoArray(c, cAt + 3 * LENGTH);
    }

    private static void sixNarrow(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        FloatVector c40 = FloatVector.zero(SPECIES);
        FloatVector c41 = FloatVector.zero(SPECIES);
        FloatVector c50 = FloatVector.zero(SPECIES);
        FloatVector c51 = FloatVector.zero(SPECIES);
        for (int k = 0, i = aAt, j = bAt; k < steps; k++, i += aStep, j += PANEL) {
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
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[i + 4 * aRow]);
            c40 = a4.fma(b0, c40);
            c41 = a4.fma(b1, c41);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[i + 5 * aRow]);
            c50 = a5.fma(b0, c50);
            c51 = a5.fma(b1, c51);
        }
        FloatVector.fromArray(SPECIES, c, cAt).add(c00).intoArray(c, cAt);
        FloatVector.fromArray(SPECIES, c, cAt + LENGTH).add(c01).intoArray(c, cAt + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow).add(c10).intoArray(c, cAt + cRow);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + LENGTH).add(c11).intoArray(c, cAt + cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow).add(c20).intoArray(c, cAt + 2 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LENGTH).add(c21).intoArray(c, cAt + 2 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow).add(c30).intoArray(c, cAt + 3 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LENGTH).add(c31).intoArray(c, cAt + 3 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow).add(c40).intoArray(c, cAt + 4 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow + LENGTH).add(c41).intoArray(c, cAt + 4 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow).add(c50).intoArray(c, cAt + 5 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow + LENGTH).add(c51).intoArray(c, cAt + 5 * cRow + LENGTH);
    }

    private static void fourNarrow(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        FloatVector c10 = FloatVector.zero(SPECIES);
        FloatVector c11 = FloatVector.zero(SPECIES);
        FloatVector c20 = FloatVector.zero(SPECIES);
        FloatVector c21 = FloatVector.zero(SPECIES);
        FloatVector c30 = FloatVector.zero(SPECIES);
        FloatVector c31 = FloatVector.zero(SPECIES);
        for (int k = 0, i = aAt, j = bAt; k < steps; k++, i += aStep, j += PANEL) {
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
        FloatVector.fromArray(SPECIES, c, cAt).add(c00).intoArray(c, cAt);
        FloatVector.fromArray(SPECIES, c, cAt + LENGTH).add(c01).intoArray(c, cAt + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + cRow).add(c10).intoArray(c, cAt + cRow);
        FloatVector.fromArray(SPECIES, c, cAt + cRow + LENGTH).add(c11).intoArray(c, cAt + cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow).add(c20).intoArray(c, cAt + 2 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LENGTH).add(c21).intoArray(c, cAt + 2 * cRow + LENGTH);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow).add(c30).intoArray(c, cAt + 3 * cRow);
        FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LENGTH).add(c31).intoArray(c, cAt + 3 * cRow + LENGTH);
    }

    private static void oneNarrow(
            float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int steps, float[] c, int cAt, int cRow) {
        FloatVector c00 = FloatVector.zero(SPECIES);
        FloatVector c01 = FloatVector.zero(SPECIES);
        for (int k = 0, i = aAt, j = bAt; k < steps; k++, i += aStep, j += PANEL) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[i]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
        }
        FloatVector.fromArray(SPECIES, c, cAt).add(c00).intoArray(c, cAt);
        FloatVector.fromArray(SPECIES, c, cAt + LENGTH).add(c01).intoArray(c, cAt + LENGTH);
    }
}
