package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;

/** The way out: {@code logits = W_U norm(h)}, and the cross-entropy against the next token in nats. */
final class Unembedding {
    private final Backend backend;
    private final int width;
    private final int vocabulary;
    private final int weight;
    private final Matrix matrix;
    private final Norm norm;

    Unembedding(ModelSpec spec, int vocabulary, Parameters weights, Backend backend) {
        this.backend = backend;
        this.vocabulary = vocabulary;
        width = spec.width();
        weight = weights.layout().index("unembedding.weight");
        matrix = backend.matrix(weights.view(weight), vocabulary, width);
        norm = new Norm(spec, "final_norm", spec.normsInputs(), weights, backend);
    }

    Matrix matrix() {
        return matrix;
    }

    /** Activations of one slice: logits {@code [rows, vocabulary]}, losses {@code [rows]}. */
    final class State {
        final Norm.State norm;
        final Buffer logits;
        final Buffer losses;
        final Buffer dLogits;
        private final Buffer dNormed;

        State(int rows) {
            norm = Unembedding.this.norm.new State(rows);
            logits = backend.allocate(Math.multiplyExact(rows, vocabulary));
            losses = backend.allocate(rows);
            dLogits = backend.allocate(rows * vocabulary);
            dNormed = backend.allocate(rows * width);
        }
    }

    /**
     * @param h the last residual stream {@code [rows, width]}, not modified
     * @param targets {@code [rows]}, not modified
     * @param scale factor of the gradient of the summed losses
     */
    void forward(Buffer h, State state, int[] targets, double scale, int rows) {
        backend.linear(norm.forward(h, state.norm, rows), matrix, state.logits, rows, false);
        backend.crossEntropy(state.logits, targets, state.losses, state.dLogits, scale, rows, vocabulary);
    }

    /** Overwrites {@code dResidual}, the gradient of {@code h}. */
    void backward(Buffer h, State state, Buffer dResidual, Parameters gradients, int rows) {
        gradients.addProduct(weight, state.dLogits, norm.normed(h, state.norm), rows, vocabulary, width);
        backend.linearBackwardInput(state.dLogits, matrix, state.dNormed, rows, false);
        backend.fill(dResidual, 0);
        norm.backward(h, state.norm, state.dNormed, dResidual, gradients, rows);
    }
}
