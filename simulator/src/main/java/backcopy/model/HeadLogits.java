package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * One number for each head of the head's own slice of x (arXiv 2306.12929): {@code w_h x_h + b_h}, or of an MLP
 * {@code w_h relu(U_h x_h + c_h) + b_h} with a quarter of the head's width as hidden units. No head sees another's slice.
 */
final class HeadLogits {
    private final Backend backend;
    private final int heads;
    private final int hidden;
    private final Maps up;
    private final Maps down;

    /** @param name of the weights: {@code name.weight}, {@code name.bias}, and {@code name.up.*} of an MLP */
    HeadLogits(boolean isMlp, String name, int heads, int headWidth, Parameters weights, Backend backend) {
        this.backend = backend;
        this.heads = heads;
        hidden = hidden(headWidth);
        up = isMlp ? new Maps(name + ".up", headWidth, hidden, weights) : null;
        down = new Maps(name, isMlp ? hidden : headWidth, 1, weights);
    }

    /** Hidden units of a head's MLP. */
    static int hidden(int headWidth) {
        return headWidth / 4;
    }

    List<Matrix> matrices() {
        List<Matrix> matrices = new ArrayList<>(List.of(down.bias.matrix()));
        if (up != null) matrices.add(up.bias.matrix());
        return matrices;
    }

    /** The MLP's hidden units {@code [rows, heads * hidden]}, and what its maps need. */
    final class State {
        private final Maps.State upState;
        private final Maps.State downState;
        private final Buffer units;
        private final Buffer dUnits;

        State(int rows) {
            upState = up == null ? null : up.new State(rows);
            downState = down.new State(rows);
            units = up == null ? null : backend.allocate(rows * heads * hidden);
            dUnits = up == null ? null : backend.allocate(rows * heads * hidden);
        }
    }

    /**
     * @param x {@code [rows, heads * headWidth]}, not modified
     * @param logits {@code [rows, heads]}, overwritten
     */
    void forward(Buffer x, Buffer logits, State state) {
        if (up == null) {
            down.forward(x, logits, state.downState);
            return;
        }
        up.forward(x, state.units, state.upState);
        backend.relu(state.units, state.units);
        down.forward(state.units, logits, state.downState);
    }

    /** @param dX overwritten */
    void backward(Buffer x, Buffer dLogits, Buffer dX, State state, Parameters gradients) {
        if (up == null) {
            down.backward(x, dLogits, dX, state.downState, gradients);
            return;
        }
        down.backward(state.units, dLogits, state.dUnits, state.downState, gradients);
        backend.reluBackward(state.units, state.dUnits, state.dUnits);
        up.backward(x, state.dUnits, dX, state.upState, gradients);
    }

    /**
     * {@code y[r, h] = W_h x[r, h] + b_h}, one map for each head, multiplied as one matrix {@code D} of all heads that is zero off its
     * diagonal of blocks: {@code D = mask * (W S)} with W the heads' matrices one below the other and S as many identities side by
     * side. So {@code dW = (mask * dD) Sᵀ}.
     */
    private final class Maps {
        private final int in;
        private final int out;
        private final int weight;
        private final Buffer weights;
        private final Buffer mask;
        private final Matrix spread;
        private final Shift bias;

        Maps(String name, int in, int out, Parameters parameters) {
            this.in = in;
            this.out = out;
            weight = parameters.layout().index(name + ".weight");
            weights = parameters.view(weight);
            bias = new Shift(name + ".bias", heads * out, parameters, backend);
            int columns = heads * in;
            double[] blocks = new double[heads * out * columns], identities = new double[columns * in];
            for (int row = 0; row < heads * out; row++)
                for (int c = 0; c < in; c++) blocks[row * columns + row / out * in + c] = 1;
            for (int column = 0; column < columns; column++) identities[column * in + column % in] = 1;
            mask = constant(blocks);
            spread = backend.matrix(constant(identities), columns, in);
        }

        private Buffer constant(double... values) {
            Buffer buffer = backend.allocate(values.length);
            backend.write(values, buffer);
            return buffer;
        }

        /** The one matrix, which is each slice's own, as slices are computed at the same time; and its gradient. */
        private final class State {
            private final int rows;
            private final Buffer blocks = backend.allocate(mask.size());
            private final Buffer dBlocks = backend.allocate(mask.size());
            private final Matrix matrix = backend.matrix(blocks, heads * out, heads * in);
            private final Buffer ones;

            private State(int rows) {
                this.rows = rows;
                ones = bias.ones(rows);
            }
        }

        private void forward(Buffer x, Buffer y, State state) {
            backend.linear(weights, spread, state.blocks, heads * out, false);
            backend.multiply(state.blocks, mask, state.blocks);
            backend.pack(state.matrix);
            backend.linear(x, state.matrix, y, state.rows, false);
            bias.forward(y, state.ones, state.rows);
        }

        private void backward(Buffer x, Buffer dY, Buffer dX, State state, Parameters gradients) {
            backend.linearBackwardWeight(dY, x, state.dBlocks, state.rows, heads * out, heads * in, false);
            backend.multiply(state.dBlocks, mask, state.dBlocks);
            backend.linearBackwardInput(state.dBlocks, spread, gradients.view(weight), heads * out, true);
            bias.backward(dY, state.ones, gradients, state.rows);
            backend.linearBackwardInput(dY, state.matrix, dX, state.rows, false);
        }
    }
}
