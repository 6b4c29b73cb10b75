package backcopy.backend.cpu;

import java.util.Arrays;

/**
 * Every matrix product: {@code C = A B} or {@code C += A B} with A {@code [rows, steps]}, B {@code [steps, columns]}, C with rows in one
 * piece. Done in blocks of {@link #DEPTH} steps. In each, A is copied into a form with constant strides, which is as good as free:
 * rows of A that lie in one piece stay rows, {@code [rows, DEPTH]}; columns of A that lie in one piece become panels as B's are, as narrow as a tile. Then
 * panel by panel of B, so that a block of it stays in the nearest cache while all rows pass.
 *
 * <p>An element is the sum over the blocks, in order, of each block's sum over its steps, in order and from zero, whichever tile it falls
 * into: a row's result does not depend on how many rows there are.
 */
final class Matmul {
    /** Steps in one block. */
    static final int DEPTH = 256;
    /** Rows of A that are copied at once: with {@link #DEPTH} a quarter of a megabyte. */
    private static final int CHUNK = 256;

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
    private final SpanKernel spans;
    private final Panels panels;
    /** As narrow as a tile has rows, for an A whose columns lie in one piece. */
    private final Panels slivers;

    Matmul(TileKernel tiles, SpanKernel spans) {
        this.tiles = tiles;
        this.spans = spans;
        panels = new Panels(tiles.panel(), spans);
        slivers = new Panels(tiles.rows(), spans);
    }

    /** @param b the packed form of {@code [steps, columns]}; not modified */
    void multiply(Product p, CpuBuffer b, Workspace workspace) {
        int panel = tiles.panel();
        for (int row = 0; row < p.rows; row += CHUNK)
            for (int from = 0; from < p.steps; from += DEPTH) {
                CpuBuffer block = copied(p, row, from, workspace);
                for (int n = 0; n < p.columns; n += panel)
                    panel(p, block, row, from, b.array(), b.offset() + n * p.steps + from * panel, n, workspace);
            }
    }

    /**
     * With B {@code factor} times a matrix that is used once: packed here panel by panel and block by block of steps, so that the
     * packed piece is still in cache when it is read.
     *
     * @param x element (k, n) at {@code xAt + k xRow + n}; not modified
     */
    void multiplyOnce(Product p, float factor, float[] x, int xAt, int xRow, Workspace workspace) {
        int panel = tiles.panel();
        for (int row = 0; row < p.rows; row += CHUNK)
            for (int from = 0; from < p.steps; from += DEPTH) {
                CpuBuffer block = copied(p, row, from, workspace);
                int count = Math.min(DEPTH, p.steps - from);
                for (int n = 0; n < p.columns; n += panel) {
                    int width = Math.min(panel, p.columns - n);
                    CpuBuffer piece = workspace.panels(panels.size(count, width));
                    panels.pack(factor, x, xAt + from * xRow + n, xRow, count, width, piece);
                    panel(p, block, row, from, piece.array(), piece.offset(), n, workspace);
                }
            }
    }

    /** A block of A from row {@code row} and step {@code from} on, in the form that a tile reads. */
    private CpuBuffer copied(Product p, int row, int from, Workspace workspace) {
        int tile = tiles.rows(), to = Math.min(from + DEPTH, p.steps), end = Math.min(row + CHUNK, p.rows);
        CpuBuffer block = workspace.block(slivers.size(DEPTH, end - row));
        if (!p.isByRows()) {
            int at = p.aAt + row * p.aRow + from * p.aStep;
            slivers.pack(1, p.a, at, p.aStep, to - from, end - row, block);
            return block;
        }
        int at = block.offset();
        for (int r = row; r < end; r++, at += DEPTH) {
            int count = Math.min(to, p.lastStep(r - (r - row) % tile + tile)) - from;
            if (count > 0) System.arraycopy(p.a, p.aAt + r * p.aRow + from, block.array(), at, count);
        }
        for (int r = end; (r - row) % tile != 0; r++, at += DEPTH) Arrays.fill(block.array(), at, at + DEPTH, 0);
        return block;
    }

    /** The copied rows times the panel of columns from {@code n} on, whose block of steps is at {@code bAt} in B. */
    private void panel(Product p, CpuBuffer block, int row, int from, float[] b, int bAt, int n, Workspace workspace) {
        int tile = tiles.rows(), panel = tiles.panel();
        int end = Math.min(row + CHUNK, p.rows), to = Math.min(from + DEPTH, p.steps);
        int width = Math.min(panel, p.columns - n);
        for (int r = row; r < end; r += tile) {
            int low = Math.max(from, p.firstStep(r)), steps = Math.min(to, p.lastStep(r + tile)) - low;
            int wanted = p.part == Part.RESULT_BELOW_DIAGONAL ? Math.min(width, r + tile - n) : width;
            if (steps <= 0 || wanted <= 0) continue;
            int aAt = block.offset() + blockAt(p, r - row, low - from, to - from), count = Math.min(tile, end - r);
            boolean add = p.add || from > p.firstStep(r);
            boolean direct = !add && count == tile && tiles.stored(wanted) <= width;
            CpuBuffer own = workspace.tile(tile * panel);
            int cAt = p.cAt + r * p.cRow + n,
                    targetAt = direct ? cAt : own.offset(),
                    targetRow = direct ? p.cRow : panel;
            int bFrom = bAt + (low - from) * panel;
            float[] target = direct ? p.c : own.array();
            if (p.isByRows()) tiles.byRows(block.array(), aAt, b, bFrom, steps, wanted, target, targetAt, targetRow);
            else tiles.bySteps(block.array(), aAt, b, bFrom, steps, wanted, target, targetAt, targetRow);
            if (add) spans.addRows(target, targetAt, targetRow, p.c, cAt, p.cRow, wanted, count);
            else if (!direct) spans.scaledRows(1, target, targetAt, targetRow, p.c, cAt, p.cRow, wanted, count);
        }
    }

    /** Where a block has its row {@code r}, a tile's first, and its step {@code k} of {@code steps}. */
    private int blockAt(Product p, int r, int k, int steps) {
        return p.isByRows() ? r * DEPTH + k : r * steps + k * tiles.rows();
    }
}
