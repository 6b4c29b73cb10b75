package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import backcopy.model.Intervention.ForcePattern;
import java.util.Arrays;
import java.util.List;

/**
 * Attention with its norm and its place in the residual stream: {@code mid = in + W_O A v}, with
 * {@code q, k, v = W_Q n, W_K n, W_V n}, {@code n = norm(in)} and the pattern {@code A} by the row rule from the scores
 * {@code q . k / sqrt(headWidth)}.
 */
final class AttentionBlock {
    private static final int QUERY = 0, KEY = 1, VALUE = 2, OUTPUT = 3;

    private final Backend backend;
    private final RowRule rule;
    private final int layer;
    private final int width;
    private final int heads;
    private final int firstWeight;
    private final Parameters weights;
    private final int trained;
    private final Norm norm;
    private final Junction junction;
    private final Matrix[] matrices = new Matrix[4];

    AttentionBlock(ModelSpec spec, int layer, Parameters weights, Backend backend) {
        this.backend = backend;
        this.layer = layer;
        rule = spec.attention();
        this.weights = weights;
        width = spec.width();
        heads = spec.heads();
        String name = "layers." + layer + ".attention";
        firstWeight = weights.layout().index(name + ".query.weight");
        for (int m = QUERY; m <= OUTPUT; m++) matrices[m] = backend.matrix(weights.view(firstWeight + m), width, width);
        trained = rule instanceof TrainedRule own ? weights.layout().index(name + "." + own.trainedName()) : -1;
        norm = new Norm(spec, name + ".norm", spec.normsInputs(), weights, backend);
        junction = new Junction(spec, name, weights, backend);
    }

    List<Matrix> matrices() {
        return List.of(matrices);
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
        private final SinkPosition sink;
        private final double[] forced;

        State(int sequences, int length, boolean withValueState) {
            shape = new AttentionShape(sequences, heads, length, width / heads);
            int size = shape.rows() * width;
            norm = AttentionBlock.this.norm.new State(shape.rows());
            query = backend.allocate(size);
            key = backend.allocate(size);
            value = backend.allocate(size);
            scores = backend.allocate(shape.pairs());
            pattern = backend.allocate(shape.pairs());
            mixed = backend.allocate(size);
            output = backend.allocate(size);
            valueState = withValueState ? backend.allocate(size) : null;
            junction = AttentionBlock.this.junction.new State(shape.rows());
            sink = new SinkPosition(backend, layer, matrices[OUTPUT], shape, value, scores, pattern);
            forced = new double[length * length];
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

        Gradients(Backend backend, AttentionShape shape) {
            int size = shape.rows() * shape.width();
            dMixed = backend.allocate(size);
            dPattern = backend.allocate(shape.pairs());
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
        backend.scores(state.query, state.key, state.scores, state.shape);
        state.sink.forward(interventions, tokens);
        pattern(state);
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof ForcePattern force && force.layer() == layer)
                force(force, state, tokens);
        backend.mix(state.pattern, state.value, state.mixed, state.shape);
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
        Buffer dOutput = junction.backward(state.output, state.junction, dResidual, gradients, rows);
        backend.linearBackwardWeight(dOutput, state.mixed, gradients.view(firstWeight + OUTPUT), rows, width, width);
        backend.linearBackwardInput(dOutput, matrices[OUTPUT], g.dMixed, rows, false);
        backend.mixBackward(g.dMixed, state.pattern, state.value, g.dPattern, g.dValue, state.shape);
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof ForcePattern force && force.layer() == layer)
                stopGradient(force, state, g.dPattern);
        patternBackward(state, g.dPattern, gradients);
        state.sink.backward(interventions, dOutput, g.dPattern, g.dValue, gradients.view(firstWeight + OUTPUT));
        backend.scoresBackward(g.dPattern, state.query, state.key, g.dQuery, g.dKey, state.shape);
        Buffer normed = norm.normed(in, state.norm);
        linearBackward(QUERY, g.dQuery, normed, g.dNormed, gradients, rows, false);
        linearBackward(KEY, g.dKey, normed, g.dNormed, gradients, rows, true);
        linearBackward(VALUE, g.dValue, normed, g.dNormed, gradients, rows, true);
        if (state.dInput != null) backend.copy(g.dNormed, state.dInput);
        norm.backward(in, state.norm, g.dNormed, dResidual, gradients, rows);
    }

    private void pattern(State state) {
        if (rule instanceof TrainedRule own)
            backend.pattern(own, weights.view(trained), state.scores, state.pattern, state.shape);
        else backend.pattern(rule, state.scores, state.pattern, state.shape);
    }

    /** From the gradient of the pattern to that of the scores, in place. */
    private void patternBackward(State state, Buffer dPattern, Parameters gradients) {
        if (rule instanceof TrainedRule own)
            backend.patternBackward(
                    own,
                    weights.view(trained),
                    state.scores,
                    state.pattern,
                    dPattern,
                    dPattern,
                    gradients.view(trained),
                    state.shape);
        else backend.patternBackward(rule, state.scores, state.pattern, dPattern, dPattern, state.shape);
    }

    private void linearBackward(int part, Buffer dY, Buffer x, Buffer dX, Parameters gradients, int rows, boolean add) {
        backend.linearBackwardWeight(dY, x, gradients.view(firstWeight + part), rows, width, width);
        backend.linearBackwardInput(dY, matrices[part], dX, rows, add);
    }

    private void force(ForcePattern force, State state, int[] tokens) {
        int length = state.shape.length();
        for (int s = 0; s < state.shape.sequences(); s++) {
            Arrays.fill(state.forced, 0);
            force.forced().fill(Arrays.copyOfRange(tokens, s * length, (s + 1) * length), state.forced);
            for (int h = 0; h < heads; h++)
                if (force.actsOn(h)) backend.write(state.forced, headView(state.pattern, state.shape, s, h));
        }
    }

    private void stopGradient(ForcePattern force, State state, Buffer dPattern) {
        for (int s = 0; s < state.shape.sequences(); s++)
            for (int h = 0; h < heads; h++) if (force.actsOn(h)) backend.fill(headView(dPattern, state.shape, s, h), 0);
    }

    private static Buffer headView(Buffer pairs, AttentionShape shape, int sequence, int head) {
        int size = shape.length() * shape.length();
        return pairs.view((sequence * shape.heads() + head) * size, size);
    }
}
