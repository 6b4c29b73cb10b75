package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/** RMSNorm of each head by itself, {@code y = gain x / sqrt(mean(x^2) + epsilon)}, with one gain for all heads of a layer. */
final class HeadNorm {
    private final Backend backend;
    private final Parameters weights;
    private final double epsilon;
    private final int headWidth;
    private final int gain;

    /** @param name of the norm: its weight is {@code name.gain [headWidth]} */
    HeadNorm(String name, double epsilon, int headWidth, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        this.epsilon = epsilon;
        this.headWidth = headWidth;
        gain = weights.layout().index(name + ".gain");
    }

    /** What the way back needs: x before the norm and the inverse root of each head. */
    final class State {
        private final int rows;
        private final Buffer x;
        private final Buffer inverse;
        private final Buffer dX;

        /** @param size numbers of x, a multiple of the head's width */
        State(int size) {
            rows = size / headWidth;
            x = backend.allocate(size);
            inverse = backend.allocate(rows);
            dX = backend.allocate(size);
        }
    }

    /** Norms {@code x [rows, heads * headWidth]} in place. */
    void forward(Buffer x, State state) {
        backend.copy(x, state.x);
        backend.rmsNorm(state.x, weights.view(gain), epsilon, x, state.inverse, state.rows, headWidth);
    }

    /** @param dX of the normed x on entry, of x on return */
    void backward(Buffer dX, State state, Parameters gradients) {
        backend.fill(state.dX, 0);
        backend.rmsNormBackward(
                state.x, weights.view(gain), state.inverse, dX, state.dX, gradients.view(gain), state.rows, headWidth);
        backend.copy(state.dX, dX);
    }
}
