package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention with its norm and its place in the residual stream: {@code mid = in + W_O A v}, with
 * {@code q, k, v = W_Q n, W_K n, W_V n}, {@code n = norm(in)} and the pattern {@code A} by the row rule from the scores
 * {@code q . k / sqrt(headWidth)}.
 *
 * <p>{@link Surroundings} bring more, none of which need be there: what changes queries, keys and values is
 * {@link AttentionInputs}, what makes a pattern of them {@link AttentionMaps}, what changes the heads' outputs
 * {@link AttentionOutputs}.
 */
final class AttentionBlock {
    private static final int QUERY = 0, KEY = 1, VALUE = 2, OUTPUT = 3;

    private final Backend backend;
    private final int width;
    private final int heads;
    private final int firstWeight;
    private final Norm norm;
    private final Junction junction;
    private final AttentionInputs inputs;
    private final AttentionMaps maps;
    private final AttentionOutputs outputs;
    private final Gate gate;
    private final Matrix[] matrices = new Matrix[4];

    /** @param positions at most, sink tokens included */
    AttentionBlock(ModelSpec spec, int layer, int positions, Parameters weights, Backend backend) {
        this.backend = backend;
        width = spec.width();
        heads = spec.heads();
        String name = "layers." + layer + ".attention";
        firstWeight = weights.layout().index(name + ".query.weight");
        for (int m = QUERY; m <= OUTPUT; m++) matrices[m] = backend.matrix(weights.view(firstWeight + m), width, width);
        norm = new Norm(spec, name + ".norm", spec.normsInputs(), weights, backend);
        junction = new Junction(spec, name, weights, backend);
        inputs = new AttentionInputs(spec, name, positions, weights, backend);
        maps = new AttentionMaps(spec, layer, name, weights, backend);
        outputs = new AttentionOutputs(spec, layer, name, weights, backend);
        String kind = spec.surroundings().gate();
        gate = kind.equals("none") ? null : new Gate(kind, name + ".gate", width, heads, weights, backend);
    }

    List<Matrix> matrices() {
        List<Matrix> all = new ArrayList<>(List.of(matrices));
        all.addAll(inputs.matrices());
        all.addAll(outputs.matrices());
        if (gate != null) all.addAll(gate.matrices());
        return all;
    }

    /** Activations of one slice: linear parts {@code [rows, width]}, pairs {@code [sequences, heads, query, key]}. */
    final class State {
        final AttentionShape shape;
        final Norm.State norm;
        final Buffer query;
        final Buffer key;
        final Buffer value;
        final Buffer scores;
        final Buffer pattern;
        final Buffer mixed;
        final Buffer output;
        /** {@code W_O v}, all heads together, or null where it is not asked for. */
        final Buffer valueState;

        /** The gradient of the normed input {@code [rows, width]}, or null where it is not asked for. */
        Buffer dInput;

        private final Junction.State junction;
        final AttentionInputs.State inputs;
        private final AttentionMaps.State maps;
        private final AttentionOutputs.State outputs;
        private final Gate.State gate;

        /** @param positions of each sequence, sink tokens included */
        State(int sequences, int positions, boolean withValueState) {
            shape = new AttentionShape(sequences, heads, positions, width / heads);
            int size = shape.rows() * width;
            norm = AttentionBlock.this.norm.new State(shape.rows());
            query = backend.allocate(size);
            key = backend.allocate(size);
            value = backend.allocate(size);
            inputs = AttentionBlock.this.inputs.new State(sequences, positions);
            maps = AttentionBlock.this.maps.new State(shape, value, matrices[OUTPUT]);
            scores = maps.scores;
            pattern = maps.pattern;
            mixed = backend.allocate(size);
            outputs = AttentionBlock.this.outputs.new State(shape.rows());
            gate = AttentionBlock.this.gate == null ? null : AttentionBlock.this.gate.new State(shape.rows());
            output = backend.allocate(size);
            valueState = withValueState ? backend.allocate(size) : null;
            junction = AttentionBlock.this.junction.new State(shape.rows());
        }
    }

    /** Gradients on the way back, shared by the layers. */
    static final class Gradients {
        private final Buffer dMixed;
        private final Buffer dPattern;
        private final Buffer dQuery;
        private final Buffer dKey;
        private final Buffer dValue;
        private final Buffer dNormed;

        /** @param pairs numbers of a pattern, kept keys included */
        Gradients(Backend backend, AttentionShape shape, int pairs) {
            int size = shape.rows() * shape.width();
            dMixed = backend.allocate(size);
            dPattern = backend.allocate(pairs);
            dQuery = backend.allocate(size);
            dKey = backend.allocate(size);
            dValue = backend.allocate(size);
            dNormed = backend.allocate(size);
        }
    }

    /**
     * @param in residual stream {@code [rows, width]}, not modified
     * @param mid {@code [rows, width]}, overwritten
     * @param tokens {@code [sequences, length]}, not modified
     */
    void forward(Buffer in, Buffer mid, State state, int[] tokens, List<Intervention> interventions) {
        int rows = state.shape.rows();
        Buffer normed = norm.forward(in, state.norm, rows);
        backend.linear(normed, matrices[QUERY], state.query, rows, false);
        backend.linear(normed, matrices[KEY], state.key, rows, false);
        backend.linear(normed, matrices[VALUE], state.value, rows, false);
        inputs.forward(state.query, state.key, state.value, state.inputs);
        if (gate != null && !gate.isOnOutput()) gate.forward(gated(state, normed), state.value, state.gate);
        maps.forward(state.query, state.key, state.value, state.mixed, state.maps, tokens, interventions);
        outputs.norm(state.mixed, state.outputs);
        if (gate != null && gate.isOnOutput()) gate.forward(gated(state, normed), state.mixed, state.gate);
        outputs.bias(state.mixed, state.outputs);
        backend.linear(state.mixed, matrices[OUTPUT], state.output, rows, false);
        junction.forward(in, state.output, mid, state.junction, rows);
        if (state.valueState != null) backend.linear(state.value, matrices[OUTPUT], state.valueState, rows, false);
    }

    /**
     * @param in what {@link #forward} read, not modified
     * @param dResidual the gradient of {@code mid} on entry, of {@code in} on return
     */
    void backward(
            Buffer in,
            State state,
            Buffer dResidual,
            Gradients g,
            Parameters gradients,
            List<Intervention> interventions) {
        int rows = state.shape.rows();
        Buffer normed = norm.normed(in, state.norm);
        Buffer dOutput = junction.backward(state.output, state.junction, dResidual, gradients, rows);
        gradients.addProduct(firstWeight + OUTPUT, dOutput, state.mixed, rows, width, width);
        backend.linearBackwardInput(dOutput, matrices[OUTPUT], g.dMixed, rows, false);
        outputs.biasBackward(g.dMixed, state.outputs, gradients);
        if (gate != null && gate.isOnOutput()) gate.backward(gated(state, normed), g.dMixed, state.gate, gradients);
        outputs.normBackward(g.dMixed, state.outputs, gradients);
        maps.backward(
                state.query,
                state.key,
                state.value,
                g.dMixed,
                dOutput,
                g.dPattern,
                g.dQuery,
                g.dKey,
                g.dValue,
                gradients.view(firstWeight + OUTPUT),
                state.maps,
                gradients,
                interventions);
        if (gate != null && !gate.isOnOutput()) gate.backward(gated(state, normed), g.dValue, state.gate, gradients);
        if (gate != null && gate.isOfValue()) backend.add(state.gate.dSource, g.dValue);
        inputs.backward(state.query, state.key, g.dQuery, g.dKey, g.dValue, state.inputs, gradients);
        boolean gatesInput = gate != null && !gate.isOfValue();
        if (gatesInput) backend.copy(state.gate.dSource, g.dNormed);
        linearBackward(QUERY, g.dQuery, normed, g.dNormed, gradients, rows, gatesInput);
        linearBackward(KEY, g.dKey, normed, g.dNormed, gradients, rows, true);
        linearBackward(VALUE, g.dValue, normed, g.dNormed, gradients, rows, true);
        if (state.dInput != null) backend.copy(g.dNormed, state.dInput);
        norm.backward(in, state.norm, g.dNormed, dResidual, gradients, rows);
    }

    /** What a gate is a function of. */
    private Buffer gated(State state, Buffer normed) {
        return gate.isOfValue() ? state.value : normed;
    }

    private void linearBackward(int part, Buffer dY, Buffer x, Buffer dX, Parameters gradients, int rows, boolean add) {
        gradients.addProduct(firstWeight + part, dY, x, rows, width, width);
        backend.linearBackwardInput(dY, matrices[part], dX, rows, add);
    }
}
