package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;

/** An orthonormal basis for the rows and one for the columns of a matrix: {@code G' = Pᵀ G Q}, and back {@code G = P G' Qᵀ}. */
final class Rotation {
    private final Backend backend;
    private final int rows;
    private final int columns;
    private final Buffer left;
    private final Buffer leftTransposed;
    private final Buffer right;
    private final Matrix byRight;
    private final Buffer half;

    /**
     * From identity to identity.
     *
     * @param left {@code [rows, rows]}, P; kept, overwritten
     * @param right {@code [columns, columns]}, Q; kept, overwritten
     */
    Rotation(Buffer left, Buffer right, int rows, int columns, Backend backend) {
        this.backend = backend;
        this.rows = rows;
        this.columns = columns;
        this.left = left;
        this.right = right;
        leftTransposed = backend.allocate(rows * rows);
        half = backend.allocate(rows * columns);
        byRight = backend.matrix(right, columns, columns);
        set(Orthogonal.identity(rows), Orthogonal.identity(columns));
    }

    /** Other bases; not modified. */
    void set(double[] p, double[] q) {
        backend.write(p, left);
        backend.write(q, right);
        renew();
    }

    /** After the buffers of the bases changed. */
    void renew() {
        double[] p = new double[rows * rows];
        backend.read(left, p);
        backend.write(Orthogonal.transposed(p, rows), leftTransposed);
        backend.pack(byRight);
    }

    /** {@code target = Pᵀ source Q}; another buffer. */
    void into(Buffer source, Buffer target) {
        backend.linearBackwardWeight(left, source, half, rows, rows, columns, false);
        backend.linearBackwardInput(half, byRight, target, rows, false);
    }

    /** {@code target = P source Qᵀ}; another buffer. */
    void back(Buffer source, Buffer target) {
        backend.linear(source, byRight, half, rows, false);
        backend.linearBackwardWeight(leftTransposed, half, target, rows, rows, columns, false);
    }
}
