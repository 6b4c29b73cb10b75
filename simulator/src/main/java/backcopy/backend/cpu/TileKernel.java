package backcopy.backend.cpu;

/**
 * The innermost piece of a matrix product {@code C = A B}: a tile of a few rows by at most one panel of columns. B is packed
 * ({@link Panels}); A is read number by number, so either of its axes may be the contiguous one.
 */
interface TileKernel {
    /** Columns of one packed panel. */
    int panel();

    /** How many of the {@code left} rows the next tile takes. */
    int rows(int left);

    /** How many columns a tile of {@code columns} writes: at least that many, at most a panel. */
    int stored(int columns);

    /**
     * {@code c[r, n] += sum_k a[r, k] b[k, n]}. The sum of one element runs over k in order and does not depend
     * on the tile's size.
     *
     * @param rows as {@link #rows} gave it
     * @param columns how many are wanted; {@link #stored} are written
     * @param a element (r, k) at {@code aAt + r aRow + k aStep}; not modified
     * @param b element (k, n) at {@code bAt + k panel + n}; not modified
     * @param steps how many k
     * @param c element (r, n) at {@code cAt + r cRow + n}; added to
     */
    void multiply(
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
            int cRow);

    /**
     * {@code start + sum_k a[k] x[k]}, with the bits that {@link #multiply} gives a product of one row and one column in blocks
     * of {@code depth} steps, and without its packing.
     *
     * @param a element k at {@code aAt + k aStep}; not modified
     * @param x element k at {@code xAt + k xStep}; not modified
     */
    float dot(float start, float[] a, int aAt, int aStep, float[] x, int xAt, int xStep, int steps, int depth);
}
