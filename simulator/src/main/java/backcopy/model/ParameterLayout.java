package backcopy.model;

import backcopy.backend.TrainedRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Names, shapes and places of a transformer's weights in one flat buffer, in the order in which the paper's code draws
 * them. Gradients and optimizer moments have the same layout. A weight of a linear map is {@code [out, in]}.
 */
public final class ParameterLayout {
    /**
     * One weight: {@code size} numbers from {@code offset} on, row-major in {@code shape}.
     *
     * @param start how its numbers begin
     */
    public record Entry(String name, List<Integer> shape, int offset, int size, Start start) {
        /** A matrix of a linear map, in contrast to a table of embeddings, a gain or a bias. */
        boolean isLinear() {
            return name.endsWith(".weight");
        }
    }

    /** Of arXiv 2503.10622, where it is alpha_0. */
    private static final double DYT_ALPHA = 0.5;

    private final List<Entry> entries = new ArrayList<>();
    private int size;

    /** The weights of {@code spec} for a vocabulary and a sequence length. */
    public ParameterLayout(ModelSpec spec, int vocabulary, int length) {
        int width = spec.width();
        add("embedding.token", Start.EMBEDDING, vocabulary, width);
        add("embedding.position", Start.EMBEDDING, length, width);
        for (int n = 0; n < spec.layers(); n++) {
            if (!spec.attentionOff().contains(n)) {
                for (String part : List.of("query", "key", "value", "output"))
                    add("layers." + n + ".attention." + part + ".weight", Start.LINEAR, width, width);
                if (spec.attention() instanceof TrainedRule rule)
                    add(
                            "layers." + n + ".attention." + rule.trainedName(),
                            Start.constant(rule.trained()),
                            spec.heads());
                addNorms(spec, "layers." + n + ".attention");
            }
            if (!spec.mlpOff().contains(n)) {
                add("layers." + n + ".mlp.up.weight", Start.LINEAR, spec.mlpWidth(), width);
                if (spec.isMlpGated()) add("layers." + n + ".mlp.gate.weight", Start.LINEAR, spec.mlpWidth(), width);
                add("layers." + n + ".mlp.down.weight", Start.LINEAR, width, spec.mlpWidth());
                addNorms(spec, "layers." + n + ".mlp");
            }
        }
        if (spec.normsInputs()) addNorm(spec, "final_norm");
        add("unembedding.weight", Start.LINEAR, vocabulary, width);
    }

    /** All weights, in order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Numbers in all. */
    public int size() {
        return size;
    }

    /** The place of a weight in {@link #entries()}. */
    int index(String name) {
        for (int i = 0; i < entries.size(); i++) if (entries.get(i).name().equals(name)) return i;
        throw new IllegalArgumentException("there is no weight " + name);
    }

    /** Of a part of a layer: before it or on the sum after it, and behind it. */
    private void addNorms(ModelSpec spec, String part) {
        addNorm(spec, part + ".norm");
        if (spec.normPlacement().equals("sandwich")) addNorm(spec, part + ".output_norm");
    }

    private void addNorm(ModelSpec spec, String name) {
        for (String weight : NormKind.of(spec.norm()).weights())
            switch (weight) {
                case "alpha" -> add(name + ".alpha", Start.constant(DYT_ALPHA), 1);
                case "gain" -> add(name + ".gain", Start.constant(1), spec.width());
                default -> add(name + "." + weight, Start.constant(0), spec.width());
            }
    }

    private void add(String name, Start start, Integer... shape) {
        int count = 1;
        for (int axis : shape) count = Math.multiplyExact(count, axis);
        entries.add(new Entry(name, List.of(shape), size, count, start));
        size = Math.addExact(size, count);
    }
}
