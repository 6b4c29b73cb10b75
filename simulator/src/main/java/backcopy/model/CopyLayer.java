package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.backend.RowRule;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The layer of the simple model that copies and sinks (the authors' {@code CopyLayer}), on residual streams as wide as the
 * vocabulary: {@code out_t = sum_j A_tj v_j + W_2 relu(W_1 x_t)}.
 *
 * <p>It is told which tokens are triggers. A trigger has one score, {@code previous[token]} on the position before it; any
 * other token has one, {@code sink[token] phi} on position 0; every other score is 0, and the row rule does the rest. Value
 * states are {@code v_0 = W_O bos}, and {@code values[token] e_token} elsewhere. {@code x} is the input, normed at position
 * 0 alone where the spec has a norm, and {@code phi = <direction, x_0>}; the direction is not trained, and is all ones where
 * this is the only layer, so that {@code phi = 1}.
 */
final class CopyLayer {
    private final Backend backend;
    private final RowRule rule;
    private final IntPredicate isTrigger;
    private final int width;
    private final int mlpWidth;
    private final Parameters weights;
    private final int bos;
    private final int values;
    private final int outputWeight;
    private final int sink;
    private final int previous;
    private final int upWeight;
    private final int downWeight;
    private final int direction;
    private final Matrix output;
    private final Matrix up;
    private final Matrix down;
    private final Norm norm;

    CopyLayer(ModelSpec spec, int layer, IntPredicate isTrigger, Parameters weights, Backend backend) {
        this.backend = backend;
        this.isTrigger = isTrigger;
        this.weights = weights;
        rule = spec.attention();
        width = spec.width();
        mlpWidth = spec.mlpWidth();
        String name = "layers." + layer + ".";
        ParameterLayout layout = weights.layout();
        bos = layout.index(name + "attention.bos");
        values = layout.index(name + "attention.values");
        outputWeight = layout.index(name + "attention.output.weight");
        sink = layout.index(name + "attention.sink");
        previous = layout.index(name + "attention.previous");
        upWeight = layout.index(name + "mlp.up.weight");
        downWeight = layout.index(name + "mlp.down.weight");
        direction = spec.layers() == 1 ? -1 : layout.index(name + "attention.direction");
        output = backend.matrix(weights.view(outputWeight), width, width);
        up = backend.matrix(weights.view(upWeight), mlpWidth, width);
        down = backend.matrix(weights.view(downWeight), width, mlpWidth);
        norm = new Norm(spec, name + "norm", true, weights, backend);
    }

    List<Matrix> matrices() {
        return List.of(output, up, down);
    }

    /** Activations of one slice: rows {@code [sequences, position, width]}, pairs {@code [sequences, query, key]}. */
    final class State {
        final AttentionShape shape;
        final Buffer scores;
        final Buffer pattern;
        /** Without {@code W_O}. */
        final Buffer value;

        final Buffer valueState;
        final Buffer mixed;

        private final Norm.State norm;
        private final Buffer x;
        private final Buffer first;
        private final Buffer hidden;
        private final Buffer dHidden;
        private final Buffer dPairs;
        private final Buffer dValue;
        private final Buffer dVector;
        private final Buffer dNormed;
        private final double[] pairs;
        private final double[] rows;
        private final double[] phi;
        private final double[] bos = new double[width];
        private final double[] values = new double[width];
        private final double[] sink = new double[width];
        private final double[] previous = new double[width];
        private final double[] direction = new double[width];
        private final double[] dValues = new double[width];
        private final double[] dSink = new double[width];
        private final double[] dPrevious = new double[width];
        private final double[] dPhi;
        private final double[] firsts;

        State(int sequences, int length) {
            shape = new AttentionShape(sequences, 1, length, width);
            int size = shape.rows() * width;
            scores = backend.allocate(shape.pairs());
            pattern = backend.allocate(shape.pairs());
            value = backend.allocate(size);
            valueState = backend.allocate(size);
            mixed = backend.allocate(size);
            norm = CopyLayer.this.norm.new State(sequences);
            x = backend.allocate(size);
            first = backend.allocate(sequences * width);
            hidden = backend.allocate(shape.rows() * mlpWidth);
            dHidden = backend.allocate(shape.rows() * mlpWidth);
            dPairs = backend.allocate(shape.pairs());
            dValue = backend.allocate(size);
            dVector = backend.allocate(width);
            dNormed = backend.allocate(sequences * width);
            pairs = new double[shape.pairs()];
            rows = new double[size];
            phi = new double[sequences];
            dPhi = new double[sequences];
            firsts = new double[sequences * width];
            Arrays.fill(direction, 1);
        }

        /** Position 0 of a sequence. */
        private Buffer firstRow(Buffer rows, int sequence) {
            return rows.view(sequence * shape.length() * width, width);
        }
    }

    /**
     * @param in {@code [rows, width]}: at position 0 anything, elsewhere the token's unit vector; not modified
     * @param out {@code [rows, width]}, overwritten
     * @param tokens {@code [rows]}, not modified
     */
    void forward(Buffer in, Buffer out, State state, int[] tokens) {
        readVectors(state);
        normFirst(in, state);
        writeScores(state, tokens);
        backend.pattern(rule, state.scores, state.pattern, state.shape);
        writeValues(state, tokens);
        backend.mix(state.pattern, state.valueState, state.mixed, state.shape);
        backend.copy(state.mixed, out);
        int rows = state.shape.rows();
        backend.linear(state.x, up, state.hidden, rows, false);
        backend.relu(state.hidden, state.hidden);
        backend.linear(state.hidden, down, out, rows, true);
    }

    /**
     * The way back of {@code s = sink[token] phi} and of {@code v_j = values[token] e_token} is a sum over the places of a
     * token; it is done on the host, as the scores are.
     *
     * @param tokens what {@link #forward} read, not modified
     * @param dOut {@code [rows, width]}, not modified
     * @param dFirst {@code [sequences, width]}, the gradient of the input at position 0, overwritten
     */
    void backward(State state, int[] tokens, Buffer dOut, Buffer dFirst, Parameters gradients) {
        int rows = state.shape.rows();
        gradients.addProduct(downWeight, dOut, state.hidden, rows, width, mlpWidth);
        backend.linearBackwardInput(dOut, down, state.dHidden, rows, false);
        backend.reluBackward(state.hidden, state.dHidden, state.dHidden);
        gradients.addProduct(upWeight, state.dHidden, state.x, rows, mlpWidth, width);
        backend.mixBackward(dOut, state.pattern, state.valueState, state.dPairs, state.dValue, state.shape);
        backend.patternBackward(rule, state.scores, state.pattern, state.dPairs, state.dPairs, state.shape);
        valuesBackward(state, tokens, gradients);
        scoresBackward(state, tokens, gradients);
        firstBackward(state, dFirst, gradients);
    }

    private void readVectors(State state) {
        backend.read(weights.view(bos), state.bos);
        backend.read(weights.view(values), state.values);
        backend.read(weights.view(sink), state.sink);
        backend.read(weights.view(previous), state.previous);
        if (direction >= 0) backend.read(weights.view(direction), state.direction);
    }

    private void normFirst(Buffer in, State state) {
        int sequences = state.shape.sequences();
        backend.copy(in, state.x);
        for (int s = 0; s < sequences; s++) backend.copy(state.firstRow(in, s), state.first.view(s * width, width));
        Buffer first = norm.forward(state.first, state.norm, sequences);
        for (int s = 0; s < sequences; s++) backend.copy(first.view(s * width, width), state.firstRow(state.x, s));
        backend.read(first, state.firsts);
        for (int s = 0; s < sequences; s++) {
            state.phi[s] = 0;
            for (int i = 0; i < width; i++) state.phi[s] += state.direction[i] * state.firsts[s * width + i];
        }
    }

    private void writeScores(State state, int[] tokens) {
        int length = state.shape.length();
        Arrays.fill(state.pairs, 0);
        for (int row = 0; row < tokens.length; row++) {
            int t = row % length, token = tokens[row];
            if (!isTrigger.test(token)) state.pairs[row * length] = state.sink[token] * state.phi[row / length];
            else if (t > 0) state.pairs[row * length + t - 1] = state.previous[token];
        }
        backend.write(state.pairs, state.scores);
    }

    private void writeValues(State state, int[] tokens) {
        int length = state.shape.length();
        Arrays.fill(state.rows, 0);
        for (int row = 0; row < tokens.length; row++)
            if (row % length == 0) System.arraycopy(state.bos, 0, state.rows, row * width, width);
            else state.rows[row * width + tokens[row]] = state.values[tokens[row]];
        backend.write(state.rows, state.value);
        backend.copy(state.value, state.valueState);
        for (int s = 0; s < state.shape.sequences(); s++)
            backend.linear(weights.view(bos), output, state.firstRow(state.valueState, s), 1, false);
    }

    private void valuesBackward(State state, int[] tokens, Parameters gradients) {
        for (int s = 0; s < state.shape.sequences(); s++) {
            Buffer dFirst = state.firstRow(state.dValue, s);
            gradients.addProduct(outputWeight, dFirst, weights.view(bos), 1, width, width);
            backend.linearBackwardInput(dFirst, output, gradients.view(bos), 1, true);
        }
        backend.read(state.dValue, state.rows);
        Arrays.fill(state.dValues, 0);
        for (int row = 0; row < tokens.length; row++)
            if (row % state.shape.length() > 0) state.dValues[tokens[row]] += state.rows[row * width + tokens[row]];
        add(state.dValues, state, gradients.view(values));
    }

    private void scoresBackward(State state, int[] tokens, Parameters gradients) {
        int length = state.shape.length();
        backend.read(state.dPairs, state.pairs);
        Arrays.fill(state.dSink, 0);
        Arrays.fill(state.dPrevious, 0);
        Arrays.fill(state.dPhi, 0);
        for (int row = 0; row < tokens.length; row++) {
            int s = row / length, t = row % length, token = tokens[row];
            double onFirst = state.pairs[row * length];
            if (!isTrigger.test(token)) {
                state.dSink[token] += onFirst * state.phi[s];
                state.dPhi[s] += onFirst * state.sink[token];
            } else if (t > 0) state.dPrevious[token] += state.pairs[row * length + t - 1];
        }
        add(state.dSink, state, gradients.view(sink));
        add(state.dPrevious, state, gradients.view(previous));
    }

    /** {@code dx_0 = W_1^T dHidden_0 + direction dphi}, and through the norm. */
    private void firstBackward(State state, Buffer dFirst, Parameters gradients) {
        int sequences = state.shape.sequences();
        for (int s = 0; s < sequences; s++)
            for (int i = 0; i < width; i++) state.firsts[s * width + i] = state.direction[i] * state.dPhi[s];
        Buffer dNormed = norm.isPresent() ? state.dNormed : dFirst;
        backend.write(state.firsts, dNormed);
        for (int s = 0; s < sequences; s++) {
            Buffer dHidden = state.dHidden.view(s * state.shape.length() * mlpWidth, mlpWidth);
            backend.linearBackwardInput(dHidden, up, dNormed.view(s * width, width), 1, true);
        }
        if (!norm.isPresent()) return;
        backend.fill(dFirst, 0);
        norm.backward(state.first, state.norm, dNormed, dFirst, gradients, sequences);
    }

    private void add(double[] gradient, State state, Buffer target) {
        backend.write(gradient, state.dVector);
        backend.add(state.dVector, target);
    }
}
