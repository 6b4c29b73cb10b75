package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.List;

/**
 * Differential attention (arXiv 2410.05258): a head's pattern is {@code A_1 - lambda A_2}, of the scores of the first and the second
 * half of its queries and keys, with {@code lambda = exp(q_1 . k_1) - exp(q_2 . k_2) + start} of four learned vectors of a
 * layer and {@code start = 0.8 - 0.6 exp(-0.3 layer)}. The outputs are normed by head and multiplied by {@code 1 - start},
 * which is {@link AttentionBlock}'s to do.
 */
final class Differential {
    /** The vectors, first those that add. */
    static final List<String> VECTORS = List.of("query1", "key1", "query2", "key2");

    /** Of the vectors' initial numbers (the paper's code). */
    static final double DEVIATION = 0.1;

    private final Backend backend;
    private final Parameters weights;
    private final int firstVector;
    private final double start;

    /** @param name of the layer's vectors, {@code name.query1} and so on */
    Differential(int layer, String name, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        firstVector = weights.layout().index(name + "." + VECTORS.get(0));
        start = start(layer);
    }

    static double start(int layer) {
        return 0.8 - 0.6 * Math.exp(-0.3 * layer);
    }

    /** lambda, and what is needed of the pair of patterns. */
    final class State {
        private final AttentionShape maps;
        private final Buffer dLambda = backend.allocate(1);
        private final double[] dLambdaRead = new double[1];
        private double lambda;

        /** @param maps with two heads for each head */
        State(AttentionShape maps) {
            this.maps = maps;
        }

        /** Copies the first scores of each head. */
        void first(Buffer scores, Buffer firstScores) {
            for (int h = 0; h < heads(); h++) backend.copy(map(scores, h, 0), head(firstScores, h));
        }

        private Buffer map(Buffer pairs, int head, int which) {
            int square = maps.length() * maps.length();
            return pairs.view((2 * head + which) * square, square);
        }

        private Buffer head(Buffer pairs, int head) {
            int square = maps.length() * maps.length();
            return pairs.view(head * square, square);
        }

        private int heads() {
            return maps.sequences() * maps.heads() / 2;
        }
    }

    /**
     * @param patterns {@code [sequences, 2 * heads, query, key]}, not modified
     * @param pattern {@code [sequences, heads, query, key]}, overwritten
     */
    void forward(Buffer patterns, Buffer pattern, State state) {
        state.lambda = exponential(0) - exponential(2) + start;
        for (int h = 0; h < state.heads(); h++) {
            Buffer difference = state.head(pattern, h);
            backend.copy(state.map(patterns, h, 1), difference);
            backend.scale(difference, -state.lambda);
            backend.add(state.map(patterns, h, 0), difference);
        }
    }

    /** @param dPatterns {@code [sequences, 2 * heads, query, key]}, overwritten */
    void backward(Buffer patterns, Buffer dPattern, Buffer dPatterns, State state, Parameters gradients) {
        backend.fill(state.dLambda, 0);
        int square = state.maps.length() * state.maps.length();
        for (int h = 0; h < state.heads(); h++) {
            Buffer dDifference = state.head(dPattern, h), second = state.map(dPatterns, h, 1);
            backend.copy(dDifference, state.map(dPatterns, h, 0));
            backend.copy(dDifference, second);
            backend.scale(second, -state.lambda);
            backend.linearBackwardWeight(dDifference, state.map(patterns, h, 1), state.dLambda, square, 1, 1);
        }
        backend.read(state.dLambda, state.dLambdaRead);
        double dLambda = -state.dLambdaRead[0];
        vectorsBackward(0, dLambda, gradients);
        vectorsBackward(2, -dLambda, gradients);
    }

    private double exponential(int pair) {
        double[] query = vector(pair, weights), key = vector(pair + 1, weights);
        double dot = 0;
        for (int c = 0; c < query.length; c++) dot += query[c] * key[c];
        return Math.exp(dot);
    }

    private void vectorsBackward(int pair, double dExponential, Parameters gradients) {
        double dDot = dExponential * exponential(pair);
        add(dDot, vector(pair + 1, weights), pair, gradients);
        add(dDot, vector(pair, weights), pair + 1, gradients);
    }

    private void add(double factor, double[] vector, int which, Parameters gradients) {
        double[] gradient = vector(which, gradients);
        for (int c = 0; c < vector.length; c++) gradient[c] += factor * vector[c];
        backend.write(gradient, gradients.view(firstVector + which));
    }

    private double[] vector(int which, Parameters parameters) {
        Buffer view = parameters.view(firstVector + which);
        double[] values = new double[view.size()];
        backend.read(view, values);
        return values;
    }
}
