package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.List;

/**
 * The feature map of a kernel, applied to each head's queries and keys before their dot product (arXiv 2410.10781):
 * {@code elu}: {@code phi(x) = elu(x) + 1}; {@code mlp}: {@code phi(x) = W_2 relu(W_1 x)}, one for all heads of a layer, for
 * queries and keys alike.
 */
final class FeatureMap {
    private final Backend backend;
    private final int headWidth;
    private final int upWeight;
    private final int downWeight;
    private final Matrix up;
    private final Matrix down;

    /** @param name of the map's weights, where it has some: {@code name.up.weight}, {@code name.down.weight} */
    FeatureMap(boolean isMlp, String name, int headWidth, Parameters weights, Backend backend) {
        this.backend = backend;
        this.headWidth = headWidth;
        upWeight = isMlp ? weights.layout().index(name + ".up.weight") : -1;
        downWeight = isMlp ? weights.layout().index(name + ".down.weight") : -1;
        up = isMlp ? backend.matrix(weights.view(upWeight), headWidth, headWidth) : null;
        down = isMlp ? backend.matrix(weights.view(downWeight), headWidth, headWidth) : null;
    }

    List<Matrix> matrices() {
        return up == null ? List.of() : List.of(up, down);
    }

    /** What the way back needs of queries or of keys: the MLP's x and hidden units; the features themselves of elu. */
    final class State {
        private final int rows;
        private final Buffer x;
        private final Buffer hidden;
        private final Buffer dHidden;

        /** @param size numbers of x, a multiple of the head's width */
        State(int size) {
            rows = size / headWidth;
            x = up == null ? null : backend.allocate(size);
            hidden = up == null ? null : backend.allocate(size);
            dHidden = up == null ? null : backend.allocate(size);
        }
    }

    /** Maps {@code x [rows, heads * headWidth]} in place. */
    void forward(Buffer x, State state) {
        if (up == null) {
            backend.elu(x, x);
            return;
        }
        backend.copy(x, state.x);
        backend.linear(x, up, state.hidden, state.rows, false);
        backend.relu(state.hidden, state.hidden);
        backend.linear(state.hidden, down, x, state.rows, false);
    }

    /**
     * @param features what {@link #forward} left, not modified
     * @param dX of the features on entry, of x on return
     */
    void backward(Buffer features, Buffer dX, State state, Parameters gradients) {
        if (up == null) {
            backend.eluBackward(features, dX, dX);
            return;
        }
        gradients.addProduct(downWeight, dX, state.hidden, state.rows, headWidth, headWidth);
        backend.linearBackwardInput(dX, down, state.dHidden, state.rows, false);
        backend.reluBackward(state.hidden, state.dHidden, state.dHidden);
        gradients.addProduct(upWeight, state.dHidden, state.x, state.rows, headWidth, headWidth);
        backend.linearBackwardInput(state.dHidden, up, dX, state.rows, false);
    }
}
