package backcopy.backend;

/** Products with matrices that are too large for memory, block after block of their outputs. */
public interface StoredProducts {
    /** In what products are added up: {@code float32} or {@code float64}. */
    String arithmetic();

    /**
     * {@code y[r, n] = sum_k x[r, k] w[n, k]}. A row's result does not depend on how many rows there are, nor on the workers.
     *
     * @param x [rows, inputs], not modified
     * @param w not modified; every number of it is read once
     * @param y [rows, outputs], overwritten
     */
    void multiply(double[] x, int rows, StoredMatrix w, double[] y);
}
