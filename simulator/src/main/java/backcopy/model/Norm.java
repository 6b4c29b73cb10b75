package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/** The normalization before a part of the model: LayerNorm, or nothing at all. */
final class Norm {
    private final Backend backend;
    private final Parameters weights;
    private final int width;
    private final double epsilon;
    private final boolean present;
    private final int gain;
    private final int bias;

    Norm(ModelSpec spec, String name, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        width = spec.width();
        epsilon = spec.normEpsilon();
        present = spec.norm().equals("layer-norm");
        gain = present ? weights.layout().index(name + ".gain") : -1;
        bias = present ? weights.layout().index(name + ".bias") : -1;
    }

    /** What the way back needs: mean and inverse deviation {@code [rows]}, the normed input {@code [rows, width]}. */
    final class State {
        private final Buffer mean;
        private final Buffer inverse;
        private final Buffer normed;

        State(int rows) {
            mean = present ? backend.allocate(rows) : null;
            inverse = present ? backend.allocate(rows) : null;
            normed = present ? backend.allocate(rows * width) : null;
        }
    }

    /** {@code [rows, width]} normed; without a norm, {@code x} itself. */
    Buffer forward(Buffer x, State state, int rows) {
        if (!present) return x;
        backend.layerNorm(
                x,
                weights.view(gain),
                weights.view(bias),
                epsilon,
                state.normed,
                state.mean,
                state.inverse,
                rows,
                width);
        return state.normed;
    }

    /** What {@link #forward} returned. */
    Buffer normed(Buffer x, State state) {
        return present ? state.normed : x;
    }

    /** Adds to {@code dX} and to the gradients of gain and bias. */
    void backward(Buffer x, State state, Buffer dNormed, Buffer dX, Parameters gradients, int rows) {
        if (present)
            backend.layerNormBackward(
                    x,
                    weights.view(gain),
                    state.mean,
                    state.inverse,
                    dNormed,
                    dX,
                    gradients.view(gain),
                    gradients.view(bias),
                    rows,
                    width);
        else backend.add(dNormed, dX);
    }
}
