package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.task.VectorTask;

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
            vectors = new double[size];
            wanted = new double[size];
        }

        /** Takes what a sequence stands for into the slice. */
        void load(int slot, int[] tokens) {
            int numbers = tokens.length * width;
            if (numbers == vectors.length) {
                task.read(tokens, vectors, wanted);
                return;
            }
            double[] own = new double[numbers], ownWanted = new double[numbers];
            task.read(tokens, own, ownWanted);
            System.arraycopy(own, 0, vectors, slot * numbers, numbers);
            System.arraycopy(ownWanted, 0, wanted, slot * numbers, numbers);
        }
    }

    /**
     * @param positions {@code [length, width]} at least, not modified
     * @param h {@code [rows, width]}, overwritten
     */
    void embed(Buffer positions, Buffer h, State state, int sequences, int length) {
        int numbers = length * width;
        Buffer vectors = state.squares; // not yet needed
        backend.write(state.vectors, vectors);
        backend.write(state.wanted, state.targets);
        backend.copyEach(positions, 0, h, numbers, numbers, sequences);
        backend.add(vectors, h);
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
        Buffer target = dPositions.view(0, length * width);
        backend.addEach(dResidual, target.size(), target, sequences);
        if (fromLosses) backend.addEach(share, target.size(), target, sequences);
    }

    /** {@code difference = from - what}. */
    private void subtract(Buffer what, Buffer from, Buffer difference) {
        backend.copy(what, difference);
        backend.scale(difference, -1);
        backend.add(from, difference);
    }
}
