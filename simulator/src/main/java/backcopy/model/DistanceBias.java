package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;

/**
 * What is added to each score by how far the key lies behind the query: {@code alibi} takes off a slope times the distance,
 * {@code t5} adds a learned number of the distance's bucket, one table for all layers, and {@code t5-index} adds the bucket's
 * index itself, as arXiv 2410.10781's code does under the name of relative positions.
 */
final class DistanceBias {
    static final String TABLE = "embedding.distance";

    private final Backend backend;
    private final Parameters weights;
    private final String position;
    private final int heads;
    private final int mapsPerHead;
    private final int table;

    /**
     * @param heads of the scores
     * @param mapsPerHead how many of them belong to one head
     */
    DistanceBias(String position, int heads, int mapsPerHead, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        this.position = position;
        this.heads = heads;
        this.mapsPerHead = mapsPerHead;
        table = position.equals("t5") ? weights.layout().index(TABLE) : -1;
    }

    /** Numbers by distance {@code [heads, length]}; where they are learned, their gradient and which bucket is whose. */
    final class State {
        private final Buffer bias;
        private final Buffer dBias;
        private final Matrix buckets;

        State(int length) {
            bias = backend.allocate(heads * length);
            dBias = table < 0 ? null : backend.allocate(heads * length);
            buckets = table < 0 ? null : buckets(length);
            if (table < 0) backend.write(fixed(length), bias);
        }
    }

    /** Adds to {@code scores}. */
    void forward(Buffer scores, State state, AttentionShape shape) {
        if (table >= 0) backend.linear(weights.view(table), state.buckets, state.bias, heads, false);
        backend.scoresByDistance(state.bias, scores, shape);
    }

    /** @param dScores not modified: the gradient passes on as it is */
    void backward(Buffer dScores, State state, Parameters gradients, AttentionShape shape) {
        if (table < 0) return;
        backend.scoresByDistanceBackward(dScores, state.dBias, shape);
        backend.linearBackwardInput(state.dBias, state.buckets, gradients.view(table), heads, true);
    }

    private double[] fixed(int length) {
        double[] values = new double[heads * length];
        for (int h = 0; h < heads; h++)
            for (int d = 0; d < length; d++)
                values[h * length + d] = position.equals("alibi")
                        ? -PositionCodes.slope(h / mapsPerHead, heads / mapsPerHead) * d
                        : PositionCodes.bucket(d);
        return values;
    }

    /** {@code [length, BUCKETS]}: 1 where a distance is in a bucket. */
    private Matrix buckets(int length) {
        double[] values = new double[length * PositionCodes.BUCKETS];
        for (int d = 0; d < length; d++) values[d * PositionCodes.BUCKETS + PositionCodes.bucket(d)] = 1;
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        return backend.matrix(buffer, length, PositionCodes.BUCKETS);
    }
}
