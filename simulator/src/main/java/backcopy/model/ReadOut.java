package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;

/** The simple model's read-out at position 0: what the layers left there, {@code x}, becomes {@code W LN(x)}. */
final class ReadOut {
    private final Backend backend;
    private final int width;
    private final int weight;
    private final Matrix matrix;
    private final Norm norm;

    ReadOut(ModelSpec spec, Parameters weights, Backend backend) {
        this.backend = backend;
        width = spec.width();
        weight = weights.layout().index("unembedding.weight");
        matrix = backend.matrix(weights.view(weight), width, width);
        norm = new Norm(spec, "final_norm", true, weights, backend);
    }

    Matrix matrix() {
        return matrix;
    }

    /** {@code [sequences, width]}: position 0 of each sequence of the slice. */
    final class State {
        final Buffer in;
        final Buffer out;
        private final Norm.State norm;
        private final Buffer dNormed;

        State(int sequences) {
            in = backend.allocate(sequences * width);
            out = backend.allocate(sequences * width);
            norm = ReadOut.this.norm.new State(sequences);
            dNormed = backend.allocate(sequences * width);
        }
    }

    /** From {@code state.in} to {@code state.out}. */
    void forward(State state, int sequences) {
        backend.linear(norm.forward(state.in, state.norm, sequences), matrix, state.out, sequences, false);
    }

    /**
     * @param dOut not modified
     * @param dIn added to
     */
    void backward(State state, Buffer dOut, Buffer dIn, Parameters gradients, int sequences) {
        Buffer normed = norm.normed(state.in, state.norm);
        gradients.addProduct(weight, dOut, normed, sequences, width, width);
        backend.linearBackwardInput(dOut, matrix, state.dNormed, sequences, false);
        norm.backward(state.in, state.norm, state.dNormed, dIn, gradients, sequences);
    }
}
