package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.List;
import java.util.stream.IntStream;

/** The layers a probe looks at, and how their activations and numbers are called. */
final class Layers {
    private Layers() {}

    static List<Integer> all(ModelSpec model) {
        return IntStream.range(0, model.layers()).boxed().toList();
    }

    static List<Integer> withAttention(ModelSpec model) {
        return IntStream.range(0, model.layers())
                .filter(model::hasPattern)
                .boxed()
                .toList();
    }

    /** {@code layers.N.part} of each of them. */
    static List<String> activations(List<Integer> layers, String part) {
        return layers.stream().map(layer -> name(layer, part)).toList();
    }

    /** The residual stream that enters a layer. */
    static String into(int layer) {
        return layer == 0 ? "embedding" : name(layer - 1, "residual.out");
    }

    /** {@code layers.N.part}. */
    static String name(int layer, String part) {
        return "layers." + layer + "." + part;
    }

    /** {@code layers.N.heads.H.part}. */
    static String name(int layer, int head, String part) {
        return "layers." + layer + ".heads." + head + "." + part;
    }
}
