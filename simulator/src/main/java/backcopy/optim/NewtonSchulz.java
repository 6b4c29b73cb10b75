package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;

/**
 * Takes a matrix {@code U S Vᵀ} to about {@code U Vᵀ} by five steps {@code X = a X + (b X Xᵀ + c (X Xᵀ)²) X} from
 * {@code X / |X|} on (Jordan et al., "Muon", 2024). Their coefficients trade the limit for speed: singular values come to lie
 * between .68 and 1.13, unless they are below a thousandth or so of the largest.
 */
final class NewtonSchulz {
    private static final double A = 3.4445, B = -4.7750, C = 2.0315;
    private static final int STEPS = 5;

    /** Keeps a gradient of zeros from dividing by zero. */
    private static final double FLOOR = 1e-7;

    private final Backend backend;
    private final int rows;
    private final int columns;
    private final int side;
    private final Buffer x;
    private final Buffer gram;
    private final Buffer square;
    private final Buffer product;
    private final Matrix byX;
    private final Matrix byGram;

    /** @param x {@code [rows, columns]}, what {@link #orthogonalize} works on */
    NewtonSchulz(Buffer x, int rows, int columns, Backend backend) {
        this.backend = backend;
        this.rows = rows;
        this.columns = columns;
        this.x = x;
        side = Math.min(rows, columns);
        gram = backend.allocate(side * side);
        square = backend.allocate(side * side);
        product = backend.allocate(rows * columns);
        byX = backend.matrix(x, rows, columns);
        byGram = backend.matrix(gram, side, side);
    }

    /** Overwrites {@code x}. The Gram matrix is that of the shorter side. */
    void orthogonalize() {
        backend.scale(x, 1 / (Math.sqrt(backend.sumOfSquares(x)) + FLOOR));
        for (int step = 0; step < STEPS; step++) {
            boolean wide = rows <= columns;
            if (wide) {
                backend.pack(byX);
                backend.linear(x, byX, gram, rows, false);
            } else backend.linearBackwardWeight(x, x, gram, rows, columns, columns, false);
            backend.pack(byGram);
            backend.linear(gram, byGram, square, side, false);
            backend.scale(gram, B);
            backend.scale(square, C);
            backend.add(square, gram);
            if (wide) backend.linearBackwardInput(gram, byX, product, rows, false);
            else {
                backend.pack(byGram);
                backend.linear(x, byGram, product, rows, false);
            }
            backend.scale(x, A);
            backend.add(product, x);
        }
    }
}
