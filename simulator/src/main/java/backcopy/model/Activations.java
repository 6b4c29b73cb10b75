package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything a network holds of one slice of sequences between forward and backward, and what of it has a name. Owned by
 * one thread.
 */
public final class Activations {
    /**
     * A named activation.
     *
     * @param axes in words, outermost first
     * @param shape sizes of the axes
     * @param hidden so many positions, queries and keys stand before those that are named: sink tokens and key biases
     */
    public record Named(List<String> axes, List<Integer> shape, Buffer buffer, int hidden) {
        /** Sizes of the axes in the buffer. */
        private int[] stored() {
            int[] sizes = new int[axes.size()];
            for (int i = 0; i < sizes.length; i++) sizes[i] = shape.get(i) + hiddenOn(i);
            return sizes;
        }

        private int hiddenOn(int axis) {
            return POSITIONAL.contains(axes.get(axis)) ? hidden : 0;
        }
    }

    private static final Set<String> POSITIONAL = Set.of("position", "query", "key");

    private final Backend backend;
    private final int sequences;
    private final int length;
    private final int sinkTokens;
    private final Map<String, Named> named = new LinkedHashMap<>();
    private final double[] hostLosses;

    private final Buffer losses;

    final int[] inputs;
    final int[] targets;
    final Buffer embedding;
    /** The tokens' part of it or of its gradient, {@code [sequences, length, width]}, where sink tokens stand between. */
    final Buffer withoutSinks;

    final Buffer[] out;
    final Buffer dResidual;
    /** Factor of the gradient of the summed losses, of the last forward pass. */
    double scale;

    private AuxiliaryLosses auxiliary = AuxiliaryLosses.NONE;

    /** The parts of a transformer, null in the activations of a simple model. */
    final Buffer[] mid;

    final AttentionBlock.State[] attention;
    final MlpBlock.State[] mlp;
    /** Of tokens; null where they are vectors. */
    final Unembedding.State unembedding;
    /** Of vectors; null where tokens are tokens. */
    final VectorEnds.State ends;
    /** Where the gradient of a position table goes that is not learned. */
    final Buffer dPositions;

    final AttentionBlock.Gradients attentionGradients;
    final MlpBlock.Gradients mlpGradients;

    /** The parts of a simple model, null in the activations of a transformer. */
    final SimpleModel.State simple;

    Activations(Transformer transformer, int sequences, int length, boolean probed) {
        this.sequences = sequences;
        this.length = length;
        backend = transformer.backend();
        ModelSpec spec = transformer.spec();
        sinkTokens = spec.surroundings().sinkTokens();
        int positions = length + sinkTokens, rows = Math.multiplyExact(sequences, positions);
        int size = Math.multiplyExact(rows, spec.width());
        inputs = new int[sequences * length];
        targets = new int[rows];
        Arrays.fill(targets, -1);
        hostLosses = new double[rows];
        embedding = backend.allocate(size);
        withoutSinks = sinkTokens == 0 ? null : backend.allocate(sequences * length * spec.width());
        mid = new Buffer[spec.layers()];
        out = new Buffer[spec.layers()];
        attention = new AttentionBlock.State[spec.layers()];
        mlp = new MlpBlock.State[spec.layers()];
        AttentionBlock.State first = null;
        for (int n = 0; n < spec.layers(); n++) {
            mid[n] = backend.allocate(size);
            out[n] = backend.allocate(size);
            if (transformer.attention(n) != null) {
                attention[n] = transformer.attention(n).new State(sequences, positions, probed);
                if (first == null) first = attention[n];
                else attention[n].inputs.follow(first.inputs);
            }
            if (transformer.mlp(n) != null) mlp[n] = transformer.mlp(n).new State(rows);
        }
        ends = transformer.ends() == null ? null : transformer.ends().new State(sequences, length);
        unembedding = ends == null ? transformer.unembedding().new State(rows) : null;
        losses = ends == null ? unembedding.losses : ends.losses;
        simple = null;
        dResidual = backend.allocate(size);
        dPositions = backend.allocate(length * spec.width());
        AttentionShape shape = new AttentionShape(sequences, spec.heads(), positions, spec.headWidth());
        attentionGradients = new AttentionBlock.Gradients(backend, shape, first == null ? 0 : first.pattern.size());
        mlpGradients = new MlpBlock.Gradients(backend, rows, spec);
        nameAll(spec, transformer.vocabulary());
    }

    Activations(SimpleModel model, int sequences, int length) {
        this.sequences = sequences;
        this.length = length;
        backend = model.backend();
        int rows = sequences * length, width = model.vocabulary();
        inputs = new int[rows];
        targets = new int[rows];
        hostLosses = new double[rows];
        embedding = backend.allocate(rows * width);
        withoutSinks = null;
        out = new Buffer[model.spec().layers()];
        for (int n = 0; n < out.length; n++) out[n] = backend.allocate(rows * width);
        dResidual = backend.allocate(rows * width);
        mid = null;
        attention = null;
        mlp = null;
        unembedding = null;
        ends = null;
        dPositions = null;
        sinkTokens = 0;
        attentionGradients = null;
        mlpGradients = null;
        simple = model.new State(sequences, length);
        losses = simple.losses;
        nameAll(model);
    }

    public int sequences() {
        return sequences;
    }

    /** Positions of each sequence. */
    public int length() {
        return length;
    }

    /**
     * Takes a sequence into the slice.
     *
     * @param slot where in the slice, below {@link #sequences()}
     * @param tokens {@code [length + 1]} from {@code from} on, not modified; the last is only a target
     */
    public void load(int slot, int[] tokens, int from) {
        System.arraycopy(tokens, from, inputs, slot * length, length);
        System.arraycopy(tokens, from + 1, targets, firstTarget(slot), length);
        if (ends != null) ends.load(slot, Arrays.copyOfRange(tokens, from, from + length));
    }

    /** Takes the predictions at the first {@code positions} positions of a loaded sequence out of the loss. */
    public void leaveOut(int slot, int positions) {
        Arrays.fill(targets, firstTarget(slot), firstTarget(slot) + positions, -1);
    }

    /** The token at a position of a sequence of the slice; the position after the last is the last target. */
    public int token(int slot, int position) {
        return position < length ? inputs[slot * length + position] : targets[firstTarget(slot) + position - 1];
    }

    /** Behind the sink tokens of a sequence, which predict nothing. */
    private int firstTarget(int slot) {
        return slot * (length + sinkTokens) + sinkTokens;
    }

    /** Names {@code layers.N.attention.input.gradient} too, which a backward pass fills. */
    public Activations withInputGradients() {
        for (int n = 0; n < attention.length; n++)
            if (attention[n] != null && attention[n].dInput == null) {
                attention[n].dInput = backend.allocate(dResidual.size());
                residual("layers." + n + ".attention.input.gradient", attention[n].dInput, width());
            }
        return this;
    }

    /** What the backward pass minimizes besides the cross-entropy. */
    public void add(AuxiliaryLosses losses) {
        auxiliary = losses;
    }

    /** Of the residual stream. */
    private int width() {
        return dResidual.size() / (sequences * (length + sinkTokens));
    }

    AuxiliaryLosses auxiliary() {
        return auxiliary;
    }

    /** Adds the gradient of a block's output that decorrelation has; {@code layers} blocks have one. */
    void decorrelate(int layer, int layers) {
        if (auxiliary.decorrelation() == 0 || layer >= layers) return;
        int counted = 0;
        for (int target : targets) if (target >= 0) counted++;
        double ofSequence = scale * counted / sequences / layers / (length - 1);
        double weight = auxiliary.decorrelation() * ofSequence;
        backend.decorrelate(out[layer], dResidual, weight, sequences, sinkTokens, length, width());
    }

    /** The sum over all positions of the slice of the losses, in nats. */
    public double summedLoss() {
        backend.read(losses, hostLosses);
        double sum = 0;
        for (double loss : hostLosses) sum += loss;
        return sum;
    }

    /** The loss of every prediction, {@code [sequences, length]}; shared. */
    public Buffer losses() {
        return losses;
    }

    /** The activations that have a name, in the order of the forward pass. */
    public Map<String, Named> named() {
        return named;
    }

    /** A host copy of a named activation, row-major. */
    public double[] read(String name) {
        double[] values = new double[size(name)];
        read(name, values);
        return values;
    }

    /** {@link #read(String)} into {@code values}, of {@link #size} numbers. */
    public void read(String name, double[] values) {
        Named activation = require(name);
        if (activation.hidden() == 0) {
            backend.read(activation.buffer(), values);
            return;
        }
        double[] stored = new double[activation.buffer().size()];
        backend.read(activation.buffer(), stored);
        cut(activation, activation.stored(), 0, stored, 0, values, 0);
    }

    /** Copies the named part of the axes from {@code axis} on. */
    private static void cut(Named named, int[] sizes, int axis, double[] stored, int from, double[] values, int to) {
        int hidden = named.hiddenOn(axis), count = named.shape().get(axis), source = 1, target = 1;
        for (int i = axis + 1; i < sizes.length; i++) {
            source *= sizes[i];
            target *= named.shape().get(i);
        }
        if (axis == sizes.length - 1) System.arraycopy(stored, from + hidden, values, to, count);
        else
            for (int i = 0; i < count; i++)
                cut(named, sizes, axis + 1, stored, from + (hidden + i) * source, values, to + i * target);
    }

    /** How many numbers a named activation has. */
    public int size(String name) {
        return require(name).shape().stream().reduce(1, Math::multiplyExact);
    }

    private Named require(String name) {
        Named activation = named.get(name);
        if (activation == null)
            throw new IllegalArgumentException("there is no activation " + name + "; there are " + named.keySet());
        return activation;
    }

    /** The first named activation that holds an infinite number or none at all, or null. */
    public String firstNonFinite() {
        for (Map.Entry<String, Named> entry : named.entrySet())
            if (backend.firstNonFinite(entry.getValue().buffer()) >= 0) return entry.getKey();
        return null;
    }

    /** Overwrites {@code dResidual} by the gradient of the sum of a layer's residual norms: {@code d|h| = h / |h|}. */
    void startFromNorms(int layer, int width) {
        double[] h = new double[out[layer].size()];
        backend.read(out[layer], h);
        for (int row = 0; row < h.length; row += width) {
            double squares = 0;
            for (int i = row; i < row + width; i++) squares += h[i] * h[i];
            for (int i = row; i < row + width; i++) h[i] /= Math.sqrt(squares);
        }
        backend.write(h, dResidual);
    }

    /** The residual stream that enters a layer, or the unembedding. */
    Buffer residualInto(int layer) {
        return layer == 0 ? embedding : out[layer - 1];
    }

    private void nameAll(ModelSpec spec, int vocabulary) {
        residual("embedding", embedding, spec.width());
        for (int n = 0; n < spec.layers(); n++) {
            String layer = "layers." + n;
            AttentionBlock.State state = attention[n];
            if (state != null) {
                residual(layer + ".attention.query", state.query, spec.width());
                residual(layer + ".attention.key", state.key, spec.width());
                residual(layer + ".attention.value", state.value, spec.width());
                if (state.valueState != null) residual(layer + ".attention.valueState", state.valueState, spec.width());
                pairs(
                        layer + ".attention.scores",
                        state.scores,
                        spec.heads(),
                        spec.surroundings().keptKeys());
                pairs(
                        layer + ".attention.pattern",
                        state.pattern,
                        spec.heads(),
                        spec.surroundings().keptKeys());
                residual(layer + ".attention.mixed", state.mixed, spec.width());
                residual(layer + ".attention.output", state.output, spec.width());
            }
            residual(layer + ".residual.mid", mid[n], spec.width());
            residual(layer + ".residual.out", out[n], spec.width());
        }
        if (ends == null) outcome(unembedding.logits, vocabulary);
        else {
            residual("prediction", ends.prediction, spec.width());
            residual("error", ends.error, spec.width());
            nameLosses();
        }
    }

    private void nameAll(SimpleModel model) {
        int width = model.vocabulary();
        residual("embedding", embedding, width);
        for (int n = 0; n < out.length; n++) {
            String layer = "layers." + n;
            if (model.spec().hasPattern(n)) {
                CopyLayer.State copy = simple.copy;
                residual(layer + ".attention.value", copy.value, width);
                residual(layer + ".attention.valueState", copy.valueState, width);
                pairs(layer + ".attention.scores", copy.scores, 1, 0);
                pairs(layer + ".attention.pattern", copy.pattern, 1, 0);
                residual(layer + ".attention.output", copy.mixed, width);
            }
            residual(layer + ".residual.out", out[n], width);
        }
        outcome(simple.logits, width);
    }

    private void outcome(Buffer logits, int vocabulary) {
        put(
                "logits",
                List.of("sequence", "position", "token"),
                List.of(sequences, length, vocabulary),
                logits,
                sinkTokens);
        nameLosses();
    }

    private void nameLosses() {
        put("losses", List.of("sequence", "position"), List.of(sequences, length), losses, sinkTokens);
    }

    private void residual(String name, Buffer buffer, int width) {
        put(name, List.of("sequence", "position", "width"), List.of(sequences, length, width), buffer, sinkTokens);
    }

    private void pairs(String name, Buffer buffer, int heads, int keptKeys) {
        List<Integer> shape = List.of(sequences, heads, length, length);
        put(name, List.of("sequence", "head", "query", "key"), shape, buffer, keptKeys);
    }

    private void put(String name, List<String> axes, List<Integer> shape, Buffer buffer, int hidden) {
        named.put(name, new Named(axes, shape, buffer, hidden));
    }
}
