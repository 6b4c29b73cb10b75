package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.List;

/**
 * What is done to queries, keys and values, in this order, where the spec says so: queries and keys are normed by head; values
 * take a share of the first layer's ({@code v = (1 - share) v + share v_first}, arXiv 2410.17897); queries and keys are turned by
 * their positions and mapped to a kernel's features. All in place.
 */
final class AttentionInputs {
    private final Backend backend;
    private final int width;
    private final int scoreHeads;
    private final double share;
    private final HeadNorm queryNorm;
    private final HeadNorm keyNorm;
    private final Rotation rotation;
    private final FeatureMap features;

    /** @param positions at most, sink tokens included */
    AttentionInputs(ModelSpec spec, String name, int positions, Parameters weights, Backend backend) {
        this.backend = backend;
        width = spec.width();
        scoreHeads = spec.scoreMaps() * spec.heads();
        Surroundings around = spec.surroundings();
        share = around.valueResidual();
        int scoreWidth = width / scoreHeads;
        boolean norms = around.queryKeyNorm().equals("rms-norm");
        double epsilon = spec.normEpsilon();
        queryNorm = norms ? new HeadNorm(name + ".query_norm", epsilon, scoreWidth, weights, backend) : null;
        keyNorm = norms ? new HeadNorm(name + ".key_norm", epsilon, scoreWidth, weights, backend) : null;
        rotation = spec.position().equals("rope") ? new Rotation(positions, scoreWidth, backend) : null;
        boolean isKernel = around.scores().equals("elu") || around.scores().equals("mlp");
        features = isKernel
                ? new FeatureMap(around.scores().equals("mlp"), name + ".kernel", spec.headWidth(), weights, backend)
                : null;
    }

    List<Matrix> matrices() {
        return features == null ? List.of() : features.matrices();
    }

    /** What the way back needs, and the first layer's values {@code [rows, width]} with their gradient. */
    final class State {
        private final AttentionShape shape;
        private final HeadNorm.State queryNormState;
        private final HeadNorm.State keyNormState;
        private final FeatureMap.State queryFeatures;
        private final FeatureMap.State keyFeatures;
        private final Buffer ownPart;
        private Buffer firstValue;
        private Buffer dFirstValue;
        private boolean isFirst = true;

        State(int sequences, int positions) {
            shape = new AttentionShape(sequences, scoreHeads, positions, width / scoreHeads);
            int size = shape.rows() * width;
            queryNormState = queryNorm == null ? null : queryNorm.new State(size);
            keyNormState = keyNorm == null ? null : keyNorm.new State(size);
            queryFeatures = features == null ? null : features.new State(size);
            keyFeatures = features == null ? null : features.new State(size);
            ownPart = share > 0 ? backend.allocate(size) : null;
            firstValue = share > 0 ? backend.allocate(size) : null;
            dFirstValue = share > 0 ? backend.allocate(size) : null;
        }

        /** Takes the values of an earlier layer for the first. */
        void follow(State first) {
            isFirst = false;
            firstValue = first.firstValue;
            dFirstValue = first.dFirstValue;
        }

        /** Before a way back through all layers. */
        void forgetGradient() {
            if (share > 0 && isFirst) backend.fill(dFirstValue, 0);
        }
    }

    void forward(Buffer query, Buffer key, Buffer value, State state) {
        if (queryNorm != null) {
            queryNorm.forward(query, state.queryNormState);
            keyNorm.forward(key, state.keyNormState);
        }
        if (share > 0 && state.isFirst) backend.copy(value, state.firstValue);
        else if (share > 0) {
            backend.scale(value, 1 - share);
            backend.copy(state.firstValue, state.ownPart);
            backend.scale(state.ownPart, share);
            backend.add(state.ownPart, value);
        }
        if (rotation != null) {
            rotation.forward(query, state.shape);
            rotation.forward(key, state.shape);
        }
        if (features != null) {
            features.forward(query, state.queryFeatures);
            features.forward(key, state.keyFeatures);
        }
    }

    /**
     * @param query and {@code key}: what {@link #forward} left, not modified
     * @param dQuery and {@code dKey}, {@code dValue}: in place
     */
    void backward(
            Buffer query, Buffer key, Buffer dQuery, Buffer dKey, Buffer dValue, State state, Parameters gradients) {
        if (features != null) {
            features.backward(query, dQuery, state.queryFeatures, gradients);
            features.backward(key, dKey, state.keyFeatures, gradients);
        }
        if (rotation != null) {
            rotation.backward(dQuery, state.shape);
            rotation.backward(dKey, state.shape);
        }
        if (share > 0 && state.isFirst) backend.add(state.dFirstValue, dValue);
        else if (share > 0) {
            backend.copy(dValue, state.ownPart);
            backend.scale(state.ownPart, share);
            backend.add(state.ownPart, state.dFirstValue);
            backend.scale(dValue, 1 - share);
        }
        if (queryNorm != null) {
            queryNorm.backward(dQuery, state.queryNormState, gradients);
            keyNorm.backward(dKey, state.keyNormState, gradients);
        }
    }
}
