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
    private final boolean isShared;
    private final int key;
    private final int value;
    private final double norm;

    /** @param name of the weights: {@code name.key} and, where it is learned, {@code name.value} */
    KeyBias(Surroundings spec, String name, int width, int headWidth, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        this.width = width;
        this.headWidth = headWidth;
        isShared = spec.keyBias().equals("shared");
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
            for (int s = 0; s < sequences; s++) backend.write(fixed, row(value, s));
        }

        private Buffer row(Buffer extended, int sequence) {
            return extended.view(sequence * (1 + length) * width, width);
        }

        private Buffer rest(Buffer extended, int sequence) {
            return extended.view((sequence * (1 + length) + 1) * width, length * width);
        }

        private Buffer own(Buffer plain, int sequence) {
            return plain.view(sequence * length * width, length * width);
        }

        /** From {@code [sequences, length, width]} behind the row. */
        void extend(Buffer plain, Buffer extended) {
            for (int s = 0; s < sequences; s++) backend.copy(own(plain, s), rest(extended, s));
        }

        /** A gradient of outputs behind a row of zeros, in the place of the outputs. */
        Buffer extendGradient(Buffer dMixed) {
            extend(dMixed, mixed);
            for (int s = 0; s < sequences; s++) backend.fill(row(mixed, s), 0);
            return mixed;
        }

        /** Back, without the row. */
        void cut(Buffer extended, Buffer plain) {
            for (int s = 0; s < sequences; s++) backend.copy(rest(extended, s), own(plain, s));
        }
    }

    /** Fills the state's query, key and value; the arguments are not modified. */
    void forward(Buffer query, Buffer key, Buffer value, State state) {
        state.extend(query, state.query);
        state.extend(key, state.key);
        state.extend(value, state.value);
        for (int s = 0; s < state.sequences; s++) {
            place(this.key, state.row(state.key, s));
            if (this.value >= 0) place(this.value, state.row(state.value, s));
        }
    }

    /** From the state's gradients to those of what {@link #forward} read, overwritten, and to the row's own. */
    void backward(Buffer dQuery, Buffer dKey, Buffer dValue, State state, Parameters gradients) {
        state.cut(state.dQuery, dQuery);
        state.cut(state.dKey, dKey);
        state.cut(state.dValue, dValue);
        for (int s = 0; s < state.sequences; s++) {
            collect(state.row(state.dKey, s), gradients.view(key));
            if (value >= 0) collect(state.row(state.dValue, s), gradients.view(value));
        }
    }

    private void place(int weight, Buffer row) {
        if (!isShared) backend.copy(weights.view(weight), row);
        else for (int c = 0; c < width; c += headWidth) backend.copy(weights.view(weight), row.view(c, headWidth));
    }

    private void collect(Buffer dRow, Buffer gradient) {
        if (!isShared) backend.add(dRow, gradient);
        else for (int c = 0; c < width; c += headWidth) backend.add(dRow.view(c, headWidth), gradient);
    }
}
