package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.Arrays;

/** A learned vector that is added to every row, as a linear map of the number 1. */
final class Shift {
    private final Backend backend;
    private final int weight;
    private final int width;
    private final Matrix matrix;

    Shift(String name, int width, Parameters weights, Backend backend) {
        this.backend = backend;
        this.width = width;
        weight = weights.layout().index(name);
        matrix = backend.matrix(weights.view(weight), width, 1);
    }

    Matrix matrix() {
        return matrix;
    }

    /** A column of {@code rows} ones. */
    Buffer ones(int rows) {
        double[] values = new double[rows];
        Arrays.fill(values, 1);
        Buffer ones = backend.allocate(rows);
        backend.write(values, ones);
        return ones;
    }

    /** Adds to {@code x [rows, width]}. */
    void forward(Buffer x, Buffer ones, int rows) {
        backend.linear(ones, matrix, x, rows, true);
    }

    /** @param dX not modified: the gradient passes on as it is */
    void backward(Buffer dX, Buffer ones, Parameters gradients, int rows) {
        gradients.addProduct(weight, dX, ones, rows, width, 1);
    }
}
