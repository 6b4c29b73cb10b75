package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer of the simple model that acts on position 0 alone (the authors' {@code MinimalLayer}): of {@code r} it makes
 * {@code a + m}, with {@code a = W_O W_V LN(r)}, since position 0 sees only itself, and {@code m = W_2 relu(W_1 LN(r + a))}.
 */
final class MinimalLayer {
    private final Backend backend;
    private final int width;
    private final boolean attends;
    private final boolean hasMlp;
    private final int valueWeight;
    private final int outputWeight;
    private final int upWeight;
    private final int downWeight;
    private final List<Matrix> matrices = new ArrayList<>();
    private final Matrix value;
    private final Matrix output;
    private final Matrix up;
    private final Matrix down;
    private final Norm attentionNorm;
    private final Norm mlpNorm;

    MinimalLayer(ModelSpec spec, int layer, Parameters weights, Backend backend) {
        this.backend = backend;
        width = spec.width();
        attends = !spec.attentionOff().contains(layer);
        hasMlp = !spec.mlpOff().contains(layer);
        String attention = "layers." + layer + ".attention.", mlp = "layers." + layer + ".mlp.";
        valueWeight = attends ? weights.layout().index(attention + "value.weight") : -1;
        outputWeight = attends ? weights.layout().index(attention + "output.weight") : -1;
        upWeight = hasMlp ? weights.layout().index(mlp + "up.weight") : -1;
        downWeight = hasMlp ? weights.layout().index(mlp + "down.weight") : -1;
        value = matrix(weights, valueWeight);
        output = matrix(weights, outputWeight);
        up = matrix(weights, upWeight);
        down = matrix(weights, downWeight);
        attentionNorm = attends ? new Norm(spec, attention + "norm", true, weights, backend) : null;
        mlpNorm = hasMlp ? new Norm(spec, mlp + "norm", true, weights, backend) : null;
    }

    private Matrix matrix(Parameters weights, int weight) {
        if (weight < 0) return null;
        Matrix matrix = backend.matrix(weights.view(weight), width, width);
        matrices.add(matrix);
        return matrix;
    }

    boolean attends() {
        return attends;
    }

    List<Matrix> matrices() {
        return matrices;
    }

    /** All {@code [sequences, width]}: position 0 of each sequence of the slice. */
    final class State {
        final Buffer value;
        /** {@code a}. */
        final Buffer valueState;
        /** {@code a + m}. */
        final Buffer written;

        private final Norm.State attentionNorm;
        private final Norm.State mlpNorm;
        private final Buffer mid;
        private final Buffer hidden;
        private final Buffer dHidden;
        private final Buffer dNormed;
        private final Buffer dMid;

        State(int sequences) {
            int size = sequences * width;
            value = backend.allocate(size);
            valueState = backend.allocate(size);
            written = backend.allocate(size);
            attentionNorm = attends ? MinimalLayer.this.attentionNorm.new State(sequences) : null;
            mlpNorm = hasMlp ? MinimalLayer.this.mlpNorm.new State(sequences) : null;
            mid = backend.allocate(size);
            hidden = backend.allocate(size);
            dHidden = backend.allocate(size);
            dNormed = backend.allocate(size);
            dMid = backend.allocate(size);
        }
    }

    /** @param r {@code [sequences, width]}, not modified */
    void forward(Buffer r, State state, int sequences) {
        backend.copy(r, state.mid);
        backend.fill(state.written, 0);
        if (attends) {
            Buffer normed = attentionNorm.forward(r, state.attentionNorm, sequences);
            backend.linear(normed, value, state.value, sequences, false);
            backend.linear(state.value, output, state.valueState, sequences, false);
            backend.add(state.valueState, state.mid);
            backend.add(state.valueState, state.written);
        }
        if (hasMlp) {
            Buffer normed = mlpNorm.forward(state.mid, state.mlpNorm, sequences);
            backend.linear(normed, up, state.hidden, sequences, false);
            backend.relu(state.hidden, state.hidden);
            backend.linear(state.hidden, down, state.written, sequences, true);
        }
    }

    /**
     * @param r what {@link #forward} read, not modified
     * @param dWritten not modified
     * @param dR added to
     */
    void backward(Buffer r, State state, Buffer dWritten, Buffer dR, Parameters gradients, int sequences) {
        backend.fill(state.dMid, 0);
        if (hasMlp) {
            linearBackward(downWeight, down, dWritten, state.hidden, state.dHidden, gradients, sequences);
            backend.reluBackward(state.hidden, state.dHidden, state.dHidden);
            Buffer normed = mlpNorm.normed(state.mid, state.mlpNorm);
            linearBackward(upWeight, up, state.dHidden, normed, state.dNormed, gradients, sequences);
            mlpNorm.backward(state.mid, state.mlpNorm, state.dNormed, state.dMid, gradients, sequences);
            backend.add(state.dMid, dR);
        }
        if (attends) {
            backend.add(dWritten, state.dMid); // now the gradient of a
            linearBackward(outputWeight, output, state.dMid, state.value, state.dHidden, gradients, sequences);
            Buffer normed = attentionNorm.normed(r, state.attentionNorm);
            linearBackward(valueWeight, value, state.dHidden, normed, state.dNormed, gradients, sequences);
            attentionNorm.backward(r, state.attentionNorm, state.dNormed, dR, gradients, sequences);
        }
    }

    private void linearBackward(
            int weight, Matrix matrix, Buffer dY, Buffer x, Buffer dX, Parameters gradients, int sequences) {
        gradients.addProduct(weight, dY, x, sequences, width, width);
        backend.linearBackwardInput(dY, matrix, dX, sequences, false);
    }
}
