package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.task.VectorTask;
import java.util.Arrays;

/**
 * The ends of a transformer whose tokens are vectors, in the place of embedding and unembedding. The residual stream is as wide
 * as the vectors and begins as vector and position, {@code h_0 = x + P}; what the layers add is the prediction,
 * {@code h_L - h_0}. Its loss is the mean over the width of the square of prediction minus target. Without norms, MLPs and
 * positions this is the network of arXiv 2603.11487.
 */
final class VectorEnds {
    private final VectorTask task;
    private final int width;
    private final Backend backend;
    /** {@code [1, width]}: the mean of a row. */
    private final Matrix mean;

    VectorEnds(VectorTask task, int width, Backend backend) {
        if (width < task.leastWidth())
            throw new IllegalArgumentException("model.width = " + width + " is below " + task.leastWidth()
                    + ", the least width of the vectors of task.name = " + task.name());
        this.task = task;
        this.width = width;
        this.backend = backend;
        Buffer weight = backend.allocate(width);
        backend.fill(weight, 1.0 / width);
        mean = backend.matrix(weight, 1, width);
    }

    /** Of one slice: rows {@code [rows, width]}, losses {@code [rows]}. */
    final class State {
        final Buffer prediction;
        /** Prediction minus target. */
        final Buffer error;

        final Buffer losses;
        private final Buffer targets;
        private final Buffer squares;
        private final Buffer dPrediction;
        private final double[] vectors;
        private final double[] wanted;

        State(int sequences, int length) {
            int size = Math.multiplyExact(sequences * length, width);
            prediction = backend.allocate(size);
            error = backend.allocate(size);
            losses = backend.allocate(sequences * length);
            targets = backend.allocate(size);
            squares = backend.allocate(size);
            dPrediction = backend.allocate(size);
            vectors = new double[length * width];
            wanted = new double[length * width];
        }
    }

    /**
     * @param tokens {@code [sequences, length]}, not modified
     * @param positions {@code [length, width]} at least, not modified
     * @param h {@code [rows, width]}, overwritten
     */
    void embed(int[] tokens, Buffer positions, Buffer h, State state, int sequences, int length) {
        for (int s = 0; s < sequences; s++) {
            task.read(Arrays.copyOfRange(tokens, s * length, (s + 1) * length), state.vectors, state.wanted);
            backend.write(state.vectors, sequence(h, s, length));
            backend.write(state.wanted, sequence(state.targets, s, length));
            backend.add(positions.view(0, length * width), sequence(h, s, length));
        }
    }

    /**
     * @param embedding what {@link #embed} wrote, not modified
     * @param h the last residual stream, not modified
     * @param scale factor of the gradient of the summed losses
     */
    void forward(Buffer embedding, Buffer h, State state, double scale) {
        subtract(embedding, h, state.prediction);
        subtract(state.targets, state.prediction, state.error);
        backend.multiply(state.error, state.error, state.squares);
        backend.linear(state.squares, mean, state.losses, state.losses.size(), false);
        backend.copy(state.error, state.dPrediction);
        backend.scale(state.dPrediction, 2 * scale / width);
    }

    /** Overwrites {@code dResidual}, the gradient of the last residual stream. */
    void backward(State state, Buffer dResidual) {
        backend.copy(state.dPrediction, dResidual);
    }

    /**
     * The gradient of the positions, added to, from that of the residual stream that the layers read. What
     * {@link #forward} subtracts has its own share, where the way back began at the losses.
     */
    void embedBackward(
            Buffer dResidual, Buffer dPositions, State state, int sequences, int length, boolean fromLosses) {
        Buffer share = state.squares; // no longer needed
        backend.copy(state.dPrediction, share);
        backend.scale(share, -1);
        for (int s = 0; s < sequences; s++) {
            Buffer target = dPositions.view(0, length * width);
            backend.add(sequence(dResidual, s, length), target);
            if (fromLosses) backend.add(sequence(share, s, length), target);
        }
    }

    private Buffer sequence(Buffer rows, int sequence, int length) {
        return rows.view(sequence * length * width, length * width);
    }

    /** {@code difference = from - what}. */
    private void subtract(Buffer what, Buffer from, Buffer difference) {
        backend.copy(what, difference);
        backend.scale(difference, -1);
        backend.add(from, difference);
    }
}
