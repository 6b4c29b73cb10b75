package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/** The normalization before or behind a part of the model, of whichever kind, or nothing at all. */
final class Norm {
    private final Backend backend;
    private final Parameters weights;
    private final NormKind kind;
    private final int width;
    private final double epsilon;
    private final int gain;
    private final int bias;
    private final int alpha;

    /** @param present without it, nothing is done, whatever the kind */
    Norm(ModelSpec spec, String name, boolean present, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        kind = present ? NormKind.of(spec.norm()) : NormKind.NONE;
        width = spec.width();
        epsilon = spec.normEpsilon();
        gain = index(name, "gain");
        bias = index(name, "bias");
        alpha = index(name, "alpha");
    }

    private int index(String name, String weight) {
        return kind.weights().contains(weight) ? weights.layout().index(name + "." + weight) : -1;
    }

    boolean isPresent() {
        return kind != NormKind.NONE;
    }

    /**
     * What the way back needs: mean and inverse deviation {@code [rows]}, the tanh and the normed input
     * {@code [rows, width]}; null where the kind has none.
     */
    final class State {
        private final Buffer mean;
        private final Buffer inverse;
        private final Buffer squashed;
        private final Buffer normed;

        State(int rows) {
            mean = kind == NormKind.LAYER_NORM ? backend.allocate(rows) : null;
            inverse = kind == NormKind.LAYER_NORM || kind == NormKind.RMS_NORM ? backend.allocate(rows) : null;
            squashed = kind == NormKind.DYT ? backend.allocate(rows * width) : null;
            normed = isPresent() ? backend.allocate(rows * width) : null;
        }
    }

    /** {@code [rows, width]} normed; without a norm, {@code x} itself. */
    Buffer forward(Buffer x, State state, int rows) {
        return forward(x, state, state.normed, rows);
    }

    /** {@link #forward(Buffer, State, int)} into {@code y}, unless there is no norm. */
    Buffer forward(Buffer x, State state, Buffer y, int rows) {
        switch (kind) {
            case LAYER_NORM ->
                backend.layerNorm(
                        x, weights.view(gain), weights.view(bias), epsilon, y, state.mean, state.inverse, rows, width);
            case RMS_NORM -> backend.rmsNorm(x, weights.view(gain), epsilon, y, state.inverse, rows, width);
            case DYT ->
                backend.dynamicTanh(
                        x, weights.view(alpha), weights.view(gain), weights.view(bias), state.squashed, y, rows, width);
            case NONE -> {
                return x;
            }
        }
        return y;
    }

    /** What {@link #forward(Buffer, State, int)} returned. */
    Buffer normed(Buffer x, State state) {
        return isPresent() ? state.normed : x;
    }

    /** Adds to {@code dX} and to the gradients of the norm's weights. */
    void backward(Buffer x, State state, Buffer dNormed, Buffer dX, Parameters gradients, int rows) {
        switch (kind) {
            case LAYER_NORM ->
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
            case RMS_NORM ->
                backend.rmsNormBackward(
                        x, weights.view(gain), state.inverse, dNormed, dX, gradients.view(gain), rows, width);
            case DYT ->
                backend.dynamicTanhBackward(
                        x,
                        weights.view(alpha),
                        weights.view(gain),
                        state.squashed,
                        dNormed,
                        dX,
                        gradients.view(alpha),
                        gradients.view(gain),
                        gradients.view(bias),
                        rows,
                        width);
            case NONE -> backend.add(dNormed, dX);
        }
    }
}
