package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/**
 * A learned key in front of every sequence, with a value that is learned or fixed (arXiv 2402.17762, 2410.10781): queries, keys and
 * values are copied behind a row of it. Its own query is zero and its output is dropped; it has no position. A fixed value
 * has its norm in the first number of each head.
 */
final class KeyBias {
    /** Of the initial numbers (arXiv 2410.10781's code). */
    static final double DEVIATION = 0.02;

    private final Backend backend;
    private final Parameters weights;
    private final int width;
    private final int headWidth;
    private final int key;
    private final int value;
    private final double norm;

    /** @param name of the weights: {@code name.key} and, where it is learned, {@code name.value} */
    KeyBias(Surroundings spec, String name, int width, int headWidth, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        this.width = width;
        this.headWidth = headWidth;
        key = weights.layout().index(name + ".key");
        boolean isLearned = spec.keyBiasValue().equals("learned");
        value = isLearned ? weights.layout().index(name + ".value") : -1;
        norm = isLearned ? 0 : spec.keyBiasNorm();
    }

    /** Queries, keys, values and outputs with the row in front, {@code [sequences, 1 + length, width]}, and gradients. */
    final class State {
        final Buffer query;
        final Buffer key;
        final Buffer value;
        final Buffer mixed;
        final Buffer dQuery;
        final Buffer dKey;
        final Buffer dValue;
        private final int sequences;
        private final int length;

        /** @param shape without the row */
        State(AttentionShape shape) {
            sequences = shape.sequences();
            length = shape.length();
            int size = sequences * (1 + length) * width;
            query = backend.allocate(size);
            key = backend.allocate(size);
            value = backend.allocate(size);
            mixed = backend.allocate(size);
            dQuery = backend.allocate(size);
            dKey = backend.allocate(size);
            dValue = backend.allocate(size);
            double[] fixed = new double[width];
            for (int c = 0; c < width; c += headWidth) fixed[c] = norm;
            Buffer row = backend.allocate(width);
            backend.write(fixed, row);
            backend.copyEach(row, 0, value, (1 + length) * width, width, sequences);
        }

        private Buffer behind(Buffer extended) {
            return from(extended, width);
        }

        /** From {@code [sequences, length, width]} behind the row. */
        void extend(Buffer plain, Buffer extended) {
            backend.copyEach(plain, length * width, behind(extended), (1 + length) * width, length * width, sequences);
        }

        /** A gradient of outputs behind a row of zeros, in the place of the outputs. */
        Buffer extendGradient(Buffer dMixed) {
            backend.fill(mixed, 0);
            extend(dMixed, mixed);
            return mixed;
        }

        /** Back, without the row. */
        void cut(Buffer extended, Buffer plain) {
            backend.copyEach(behind(extended), (1 + length) * width, plain, length * width, length * width, sequences);
        }
    }

    /** Fills the state's query, key and value; the arguments are not modified. */
    void forward(Buffer query, Buffer key, Buffer value, State state) {
        state.extend(query, state.query);
        state.extend(key, state.key);
        state.extend(value, state.value);
        place(this.key, state.key, state);
        if (this.value >= 0) place(this.value, state.value, state);
    }

    /** From the state's gradients to those of what {@link #forward} read, overwritten, and to the row's own. */
    void backward(Buffer dQuery, Buffer dKey, Buffer dValue, State state, Parameters gradients) {
        state.cut(state.dQuery, dQuery);
        state.cut(state.dKey, dKey);
        state.cut(state.dValue, dValue);
        collect(state.dKey, gradients.view(key), state);
        if (value >= 0) collect(state.dValue, gradients.view(value), state);
    }

    private void place(int weight, Buffer extended, State state) {
        Buffer row = weights.view(weight);
        for (int c = 0; c < width; c += row.size())
            backend.copyEach(row, 0, from(extended, c), (1 + state.length) * width, row.size(), state.sequences);
    }

    private void collect(Buffer dExtended, Buffer gradient, State state) {
        for (int c = 0; c < width; c += gradient.size())
            backend.addEach(from(dExtended, c), (1 + state.length) * width, gradient, state.sequences);
    }

    private static Buffer from(Buffer extended, int number) {
        return extended.view(number, extended.size() - number);
    }
}
