package backcopy.backend.cpu;

/**
 * The innermost piece of a matrix product {@code C = A B}: a tile of {@link #rows} rows by at most one panel of columns, over at most
 * {@link Matmul#DEPTH} steps. Both factors are copies with constant strides ({@link Matmul}), so that a tile computes no addresses.
 */
interface TileKernel {
    /** Columns of one packed panel; a multiple of {@link #rows}. */
    int panel();

    /** Rows of every tile. */
    int rows();

    /** How many columns a tile of {@code columns} writes: at least that many, at most a panel. */
    int stored(int columns);

    /**
     * {@code c[r, n] = sum_k a[r, k] b[k, n]}. The sum of one element runs over k in order and does not depend on
     * the tile's size.
     *
     * @param a element (r, k) at {@code aAt + r DEPTH + k}; not modified
     * @param b element (k, n) at {@code bAt + k panel + n}; not modified
     * @param steps how many k
     * @param columns how many are wanted; {@link #stored} are written
     * @param c element (r, n) at {@code cAt + r cRow + n}, overwritten
     */
    void byRows(float[] a, int aAt, float[] b, int bAt, int steps, int columns, float[] c, int cAt, int cRow);

    /** As {@link #byRows}, with element (r, k) of A at {@code aAt + k rows + r}. */
    void bySteps(float[] a, int aAt, float[] b, int bAt, int steps, int columns, float[] c, int cAt, int cRow);
}
