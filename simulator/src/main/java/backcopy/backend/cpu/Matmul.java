package backcopy.backend.cpu;

import java.util.Arrays;

/**
 * Every matrix product: {@code C = A B} or {@code C += A B} with A {@code [rows, steps]} in any layout, B packed
 * {@code [steps, columns]}, C row-major. Panel by panel and in blocks of {@link #DEPTH} steps, so that a block of B stays in
 * the nearest cache while all rows pass.
 *
 * <p>An element's sum runs over the steps in order, block after block, whichever tile it falls into: a row's result does not
 * depend on how many rows there are.
 */
final class Matmul {
    /** Steps in one block. */
    static final int DEPTH = 128;

    /** What is known to be zero, or not wanted, when rows and steps or columns are positions of one sequence. */
    enum Part {
        /** Nothing. */
        ALL,
        /** Only columns up to the row are wanted; those behind hold anything afterwards. */
        RESULT_BELOW_DIAGONAL,
        /** A is zero behind the diagonal: row r has steps up to r. */
        STEPS_TO_ROW,
        /** A is zero before the diagonal: row r has steps from r on. */
        STEPS_FROM_ROW
    }

    private final TileKernel tiles;
    private final Panels panels;

    Matmul(TileKernel tiles, Panels panels) {
        this.tiles = tiles;
        this.panels = panels;
    }

    /**
     * As {@link #multiply}, with B {@code factor} times a matrix that is used once: packed here panel by panel and block by
     * block of steps, so that the packed piece is still in cache when it is read; a matrix of one panel's width needs no
     * packing at all, nor does a product that is one number.
     *
     * @param x element (k, n) at {@code xAt + k xStride + n}; not modified
     */
    void multiplyOnce(
            Part part,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float factor,
            float[] x,
            int xAt,
            int xStride,
            float[] c,
            int cAt,
            int cRow,
            int rows,
            int steps,
            int columns,
            boolean add,
            Workspace workspace) {
        if (rows == 1 && columns == 1 && factor == 1 && part == Part.ALL) {
            c[cAt] = tiles.dot(add ? c[cAt] : 0, a, aAt, aStep, x, xAt, xStride, steps, DEPTH);
            return;
        }
        int panel = tiles.panel();
        boolean packed = factor == 1 && xStride == panel && columns == panel;
        for (int n = 0; n < columns; n += panel) {
            int width = Math.min(panel, columns - n);
            if (!add) clear(c, cAt + n, cRow, rows, width);
            for (int from = 0; from < steps; from += DEPTH) {
                int count = Math.min(DEPTH, steps - from), at = xAt + from * xStride + n;
                CpuBuffer piece = workspace.panels(panels.size(count, width));
                if (!packed) panels.pack(factor, x, at, xStride, count, width, piece);
                panel(
                        part,
                        a,
                        aAt,
                        aRow,
                        aStep,
                        packed ? x : piece.array(),
                        packed ? at : piece.offset(),
                        from,
                        from + count,
                        c,
                        cAt + n,
                        cRow,
                        rows,
                        n,
                        width,
                        workspace);
            }
        }
    }

    /**
     * @param a element (r, k) at {@code aAt + r aRow + k aStep}; not modified
     * @param b the packed form of {@code [steps, columns]}; not modified
     * @param c element (r, n) at {@code cAt + r cRow + n}; added to, or overwritten
     */
    void multiply(
            Part part,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            CpuBuffer b,
            float[] c,
            int cAt,
            int cRow,
            int rows,
            int steps,
            int columns,
            boolean add,
            Workspace workspace) {
        int panel = tiles.panel();
        if (!add) clear(c, cAt, cRow, rows, columns);
        for (int from = 0; from < steps; from += DEPTH)
            for (int n = 0; n < columns; n += panel)
                panel(
                        part,
                        a,
                        aAt,
                        aRow,
                        aStep,
                        b.array(),
                        b.offset() + n * steps + from * panel,
                        from,
                        Math.min(from + DEPTH, steps),
                        c,
                        cAt + n,
                        cRow,
                        rows,
                        n,
                        Math.min(panel, columns - n),
                        workspace);
    }

    /** All rows times one panel, from the step {@code from}, at {@code bAt} in B, to the step before {@code to}. */
    private void panel(
            Part part,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            int from,
            int to,
            float[] c,
            int cAt,
            int cRow,
            int rows,
            int firstColumn,
            int width,
            Workspace workspace) {
        for (int r = 0, count; r < rows; r += count) {
            count = tiles.rows(rows - r);
            int low = part == Part.STEPS_FROM_ROW ? Math.max(from, r) : from;
            int high = part == Part.STEPS_TO_ROW ? Math.min(to, r + count) : to;
            int wanted = part == Part.RESULT_BELOW_DIAGONAL ? Math.min(width, r + count - firstColumn) : width;
            if (low >= high || wanted <= 0) continue;
            tile(
                    count,
                    wanted,
                    width,
                    a,
                    aAt + r * aRow + low * aStep,
                    aRow,
                    aStep,
                    b,
                    bAt + (low - from) * tiles.panel(),
                    high - low,
                    c,
                    cAt + r * cRow,
                    cRow,
                    workspace);
        }
    }

    private static void clear(float[] c, int cAt, int cRow, int rows, int columns) {
        for (int r = 0; r < rows; r++) Arrays.fill(c, cAt + r * cRow, cAt + r * cRow + columns, 0);
    }

    /** One tile; by way of a scratch tile where it would write past the {@code width} columns that there are. */
    private void tile(
            int rows,
            int wanted,
            int width,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            int steps,
            float[] c,
            int cAt,
            int cRow,
            Workspace workspace) {
        int stored = tiles.stored(wanted);
        if (stored <= width) {
            tiles.multiply(rows, wanted, a, aAt, aRow, aStep, b, bAt, steps, c, cAt, cRow);
            return;
        }
        float[] tile = workspace.tile(rows * stored);
        Arrays.fill(tile, 0, rows * stored, 0);
        tiles.multiply(rows, wanted, a, aAt, aRow, aStep, b, bAt, steps, tile, 0, stored);
        for (int r = 0; r < rows; r++) for (int n = 0; n < wanted; n++) c[cAt + r * cRow + n] += tile[r * stored + n];
    }
}
