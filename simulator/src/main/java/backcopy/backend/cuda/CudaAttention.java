package backcopy.backend.cuda;

import backcopy.backend.AttentionShape;
import backcopy.backend.cuda.CudaBlas.Operand;

/**
 * The matrix products of attention: for each head and each tile of queries or keys one batched product over all sequences,
 * which leaves out the tiles behind the last key that a query sees. What a query does not see within a tile is the caller's
 * to clear, and must be 0 where a square is read.
 */
final class CudaAttention {
    /** Queries or keys of a tile: of 256 it leaves out three eighths of the square, and still is a product of its own. */
    private static final int TILE = 64;

    private final CudaBlas blas;

    CudaAttention(CudaBlas blas) {
        this.blas = blas;
    }

    /** {@code square = factor x yᵀ} in the tiles that hold a key which is seen. */
    void square(double factor, CudaBuffer x, CudaBuffer y, CudaBuffer square, AttentionShape shape) {
        int length = shape.length();
        for (int h = 0; h < shape.heads(); h++)
            for (int from = 0; from < length; from += TILE) {
                int queries = Math.min(TILE, length - from), keys = shape.end(from + queries - 1);
                blas.multiplyEach(
                        (float) factor,
                        states(x, shape, h, from, false),
                        states(y, shape, h, 0, true),
                        pairs(square, shape, h, from, 0, false),
                        queries,
                        keys,
                        shape.headWidth(),
                        shape.sequences());
            }
    }

    /** {@code y = factor square x}: each query over the keys that it sees. */
    void mixed(double factor, CudaBuffer square, CudaBuffer x, CudaBuffer y, AttentionShape shape) {
        int length = shape.length();
        for (int h = 0; h < shape.heads(); h++)
            for (int from = 0; from < length; from += TILE) {
                int queries = Math.min(TILE, length - from), keys = shape.end(from + queries - 1);
                blas.multiplyEach(
                        (float) factor,
                        pairs(square, shape, h, from, 0, false),
                        states(x, shape, h, 0, false),
                        states(y, shape, h, from, false),
                        queries,
                        shape.headWidth(),
                        keys,
                        shape.sequences());
            }
    }

    /** {@code y = factor squareᵀ x}: each key over the queries that see it. */
    void mixedBack(double factor, CudaBuffer square, CudaBuffer x, CudaBuffer y, AttentionShape shape) {
        int length = shape.length();
        for (int h = 0; h < shape.heads(); h++)
            for (int from = 0; from < length; from += TILE) {
                int keys = Math.min(TILE, length - from), first = firstQuery(shape, from), queries = length - first;
                blas.multiplyEach(
                        (float) factor,
                        pairs(square, shape, h, first, from, true),
                        states(x, shape, h, first, false),
                        states(y, shape, h, from, false),
                        keys,
                        shape.headWidth(),
                        queries,
                        shape.sequences());
            }
    }

    /** The first query that may see a key. */
    private static int firstQuery(AttentionShape shape, int key) {
        int query = 0;
        while (shape.end(query) <= key) query++;
        return query;
    }

    /** A head's part of {@code [sequences, length, width]} from a position on. */
    private static Operand states(CudaBuffer x, AttentionShape shape, int head, int position, boolean transposed) {
        return new Operand(
                x.at((long) position * shape.width() + (long) head * shape.headWidth()),
                transposed,
                shape.width(),
                (long) shape.length() * shape.width());
    }

    /** A head's part of {@code [sequences, heads, query, key]} from a query and a key on. */
    private static Operand pairs(CudaBuffer x, AttentionShape shape, int head, int query, int key, boolean transposed) {
        long square = (long) shape.length() * shape.length();
        return new Operand(
                x.at(head * square + (long) query * shape.length() + key),
                transposed,
                shape.length(),
                shape.heads() * square);
    }
}
