package backcopy.optim;

import backcopy.backend.Backend;
import java.util.function.DoubleSupplier;

/**
 * An optimizer that treats a weight as a matrix, in matrix products of the backend: so the reference is the definition, in
 * double, and every other backend runs the same lines in its own precision. Gains, biases and whatever else it does not take are
 * left to an elementwise one.
 */
public sealed interface MatrixOptimizer extends Optimizer permits Muon, OrthoAdam, Shampoo, Soap {
    @Override
    MatrixOptimizer scaled(double factor);

    /** What updates the weights that this one does not take; it has as many moments, kept under this one's names. */
    ElementwiseOptimizer elsewhere();

    /** Whether it takes a weight of this name and size; a weight with one axis has one row. */
    boolean takes(String weight, int rows, int columns);

    /**
     * The update of one weight, with room of its own.
     *
     * @param gaussian draws from N(0, 1), for whatever the optimizer draws once and for all
     */
    WeightUpdate weightUpdate(int rows, int columns, Backend backend, DoubleSupplier gaussian);

    /** Whether a weight is a linear map inside a layer, in contrast to tables, the unembedding, gains and biases of all shapes. */
    static boolean isHidden(String weight, int rows, int columns) {
        return weight.startsWith("layers.") && weight.endsWith(".weight") && rows > 1 && columns > 1;
    }
}
