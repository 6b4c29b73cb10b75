package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.List;

/**
 * What is done to the heads' outputs before the output matrix where the spec says so: a norm by head (arXiv 2605.06611), which
 * differential attention multiplies by a constant, and a learned vector that is added, the value bias (arXiv 2410.10781). In place.
 */
final class AttentionOutputs {
    private final Backend backend;
    private final int width;
    private final int biasWidth;
    private final double factor;
    private final HeadNorm norm;
    private final Shift bias;

    AttentionOutputs(ModelSpec spec, int layer, String name, Parameters weights, Backend backend) {
        this.backend = backend;
        width = spec.width();
        Surroundings around = spec.surroundings();
        norm = around.normsHeads()
                ? new HeadNorm(name + ".head_norm", spec.normEpsilon(), spec.headWidth(), weights, backend)
                : null;
        factor = around.isDifferential() ? 1 - Differential.start(layer) : 1;
        biasWidth = around.valueBias().equals("shared") ? spec.headWidth() : width;
        bias = around.valueBias().equals("none") ? null : new Shift(name + ".value_bias", biasWidth, weights, backend);
    }

    List<Matrix> matrices() {
        return bias == null ? List.of() : List.of(bias.matrix());
    }

    /** What the way back needs. */
    final class State {
        private final int biasRows;
        private final HeadNorm.State normState;
        private final Buffer ones;

        State(int rows) {
            biasRows = rows * width / biasWidth;
            normState = norm == null ? null : norm.new State(rows * width);
            ones = bias == null ? null : bias.ones(biasRows);
        }
    }

    void norm(Buffer mixed, State state) {
        if (norm != null) norm.forward(mixed, state.normState);
        if (factor != 1) backend.scale(mixed, factor);
    }

    void bias(Buffer mixed, State state) {
        if (bias != null) bias.forward(mixed, state.ones, state.biasRows);
    }

    /** @param dMixed not modified: the gradient passes on as it is */
    void biasBackward(Buffer dMixed, State state, Parameters gradients) {
        if (bias != null) bias.backward(dMixed, state.ones, gradients, state.biasRows);
    }

    void normBackward(Buffer dMixed, State state, Parameters gradients) {
        if (factor != 1) backend.scale(dMixed, factor);
        if (norm != null) norm.backward(dMixed, state.normState, gradients);
    }
}
