package backcopy.model;

import backcopy.backend.TrainedRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Names, shapes and places of a network's weights in one flat buffer, in the order in which the paper's code draws
 * them, but for those that are not trained: they come last. Gradients and optimizer moments have the same layout. A weight of
 * a linear map is {@code [out, in]}.
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
    private final int vocabulary;
    private int size;
    private int trained;

    /**
     * The weights of {@code spec} for a vocabulary and a sequence length.
     *
     * @param vocabulary ids, or 0 where tokens are vectors, which need no table and no read-out
     */
    public ParameterLayout(ModelSpec spec, int vocabulary, int length) {
        this.vocabulary = vocabulary;
        if (spec.isSimple()) addSimple(spec, vocabulary);
        else addTransformer(spec, vocabulary, length);
    }

    /** Ids, or 0 where tokens are vectors. */
    int vocabulary() {
        return vocabulary;
    }

    private void addTransformer(ModelSpec spec, int vocabulary, int length) {
        int width = spec.width();
        if (vocabulary > 0) add("embedding.token", Start.EMBEDDING, vocabulary, width);
        Surroundings around = spec.surroundings();
        if (spec.position().equals(PositionCodes.LEARNED)) add("embedding.position", Start.EMBEDDING, length, width);
        if (spec.position().equals("t5"))
            add(DistanceBias.TABLE, Start.constant(0), spec.scoreMaps() * spec.heads(), PositionCodes.BUCKETS);
        if (around.sinkTokens() > 0) add("embedding.sink", Start.EMBEDDING, around.sinkTokens(), width);
        for (int n = 0; n < spec.layers(); n++) {
            if (!spec.attentionOff().contains(n)) {
                for (String part : List.of("query", "key", "value", "output"))
                    add("layers." + n + ".attention." + part + ".weight", Start.LINEAR, width, width);
                addAround(spec, "layers." + n + ".attention.");
                addNorms(spec, "layers." + n + ".attention");
            }
            if (!spec.mlpOff().contains(n)) {
                add("layers." + n + ".mlp.up.weight", Start.LINEAR, spec.mlpWidth(), width);
                if (spec.isMlpGated()) add("layers." + n + ".mlp.gate.weight", Start.LINEAR, spec.mlpWidth(), width);
                add("layers." + n + ".mlp.down.weight", Start.LINEAR, width, spec.mlpWidth());
                addNorms(spec, "layers." + n + ".mlp");
            }
        }
        if (spec.normsInputs() && vocabulary > 0) addNorm(spec, "final_norm");
        if (vocabulary > 0) add("unembedding.weight", Start.LINEAR, vocabulary, width);
        trained = size;
    }

    private void addSimple(ModelSpec spec, int vocabulary) {
        for (int n = 0; n < spec.layers(); n++)
            if (spec.hasPattern(n)) addCopyLayer(spec, n, vocabulary);
            else addMinimalLayer(spec, n, vocabulary);
        if (spec.hasReadOut()) {
            addNorm(spec, "final_norm");
            add("unembedding.weight", Start.LINEAR, vocabulary, vocabulary);
        }
        trained = size;
        if (spec.layers() > 1) add("layers.1.attention.direction", Start.normal(1.0 / vocabulary), vocabulary);
    }

    private void addCopyLayer(ModelSpec spec, int n, int vocabulary) {
        String attention = "layers." + n + ".attention.";
        add(attention + "bos", Start.EMBEDDING, vocabulary);
        add(attention + "values", Start.EMBEDDING, vocabulary);
        add(attention + "output.weight", Start.LINEAR, vocabulary, vocabulary);
        add(attention + "sink", Start.EMBEDDING, vocabulary);
        add(attention + "previous", Start.EMBEDDING, vocabulary);
        add("layers." + n + ".mlp.up.weight", Start.LINEAR, spec.mlpWidth(), vocabulary);
        add("layers." + n + ".mlp.down.weight", Start.LINEAR, vocabulary, spec.mlpWidth());
        addNorm(spec, "layers." + n + ".norm");
    }

    private void addMinimalLayer(ModelSpec spec, int n, int vocabulary) {
        if (!spec.attentionOff().contains(n)) {
            add("layers." + n + ".attention.value.weight", Start.LINEAR, vocabulary, vocabulary);
            add("layers." + n + ".attention.output.weight", Start.LINEAR, vocabulary, vocabulary);
            addNorm(spec, "layers." + n + ".attention.norm");
        }
        if (!spec.mlpOff().contains(n)) {
            add("layers." + n + ".mlp.up.weight", Start.LINEAR, vocabulary, vocabulary);
            add("layers." + n + ".mlp.down.weight", Start.LINEAR, vocabulary, vocabulary);
            addNorm(spec, "layers." + n + ".mlp.norm");
        }
    }

    /** All weights, in order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Numbers in all. */
    public int size() {
        return size;
    }

    /** Numbers that are trained: the first. */
    public int trained() {
        return trained;
    }

    /** The weights that are trained, in order. */
    public List<Entry> trainedEntries() {
        return entries.stream().filter(entry -> entry.offset() < trained).toList();
    }

    /** The place of a weight in {@link #entries()}. */
    int index(String name) {
        for (int i = 0; i < entries.size(); i++) if (entries.get(i).name().equals(name)) return i;
        throw new IllegalArgumentException("there is no weight " + name);
    }

    /** What a block has beside its four maps and its norm. */
    private void addAround(ModelSpec spec, String name) {
        Surroundings around = spec.surroundings();
        int width = spec.width(), headWidth = spec.headWidth(), scoreWidth = headWidth / spec.scoreMaps();
        if (spec.attention() instanceof TrainedRule rule)
            add(name + rule.trainedName(), Start.constant(rule.trained()), spec.scoreMaps() * spec.heads());
        if (around.queryKeyNorm().equals("rms-norm")) {
            add(name + "query_norm.gain", Start.constant(1), scoreWidth);
            add(name + "key_norm.gain", Start.constant(1), scoreWidth);
        }
        if (around.scores().equals("mlp")) {
            add(name + "kernel.up.weight", Start.LINEAR, headWidth, headWidth);
            add(name + "kernel.down.weight", Start.LINEAR, headWidth, headWidth);
        }
        if (around.isDifferential())
            for (String vector : Differential.VECTORS)
                add(name + "lambda." + vector, Start.normal(Differential.DEVIATION), scoreWidth);
        if (around.normsHeads()) add(name + "head_norm.gain", Start.constant(1), headWidth);
        if (!around.gate().equals("none")) {
            int groups = Gate.groups(around.gate(), width, spec.heads()), read = width;
            if (Gate.isPerHead(around.gate())) read = headWidth;
            if (Gate.isMlp(around.gate())) {
                int hidden = HeadLogits.hidden(headWidth);
                add(name + "gate.up.weight", Start.LINEAR, spec.heads() * hidden, headWidth);
                add(name + "gate.up.bias", Start.constant(0), spec.heads() * hidden);
                read = hidden;
            }
            add(name + "gate.weight", Start.LINEAR, groups, read);
            add(name + "gate.bias", Start.constant(around.gateBias()), groups);
        }
        if (!around.keyBias().equals("none")) {
            int size = around.keyBias().equals("shared") ? headWidth : width;
            add(name + "key_bias.key", Start.normal(KeyBias.DEVIATION), size);
            if (around.keyBiasValue().equals("learned"))
                add(name + "key_bias.value", Start.normal(KeyBias.DEVIATION), size);
        }
        if (!around.valueBias().equals("none"))
            add(
                    name + "value_bias",
                    Start.normal(KeyBias.DEVIATION),
                    around.valueBias().equals("shared") ? headWidth : width);
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
