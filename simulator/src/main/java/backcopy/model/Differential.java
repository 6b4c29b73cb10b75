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
    private final int offset;
    private final double start;

    /** @param name of the layer's vectors, {@code name.query1} and so on */
    Differential(int layer, String name, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        firstVector = weights.layout().index(name + "." + VECTORS.get(0));
        offset = weights.layout().entries().get(firstVector).offset();
        start = start(layer);
    }

    static double start(int layer) {
        return 0.8 - 0.6 * Math.exp(-0.3 * layer);
    }

    /**
     * @param patterns {@code [sequences, 2 * heads, query, key]}, not modified
     * @param pattern {@code [sequences, heads, query, key]}, overwritten
     */
    void forward(Buffer patterns, Buffer pattern, AttentionShape maps) {
        backend.difference(vectors(weights), start, patterns, pattern, maps);
    }

    /** @param dPatterns {@code [sequences, 2 * heads, query, key]}, overwritten */
    void backward(Buffer patterns, Buffer dPattern, Buffer dPatterns, AttentionShape maps, Parameters gradients) {
        backend.differenceBackward(vectors(weights), start, patterns, dPattern, dPatterns, vectors(gradients), maps);
    }

    /** Copies the first scores of each head. */
    void first(Buffer scores, Buffer firstScores, AttentionShape maps) {
        int square = maps.length() * maps.length();
        backend.copyEach(scores, 2 * square, firstScores, square, square, maps.sequences() * maps.heads() / 2);
    }

    /** The four, which lie side by side. */
    private Buffer vectors(Parameters parameters) {
        int numbers = parameters.view(firstVector).size();
        return parameters.flat().view(offset, VECTORS.size() * numbers);
    }
}
