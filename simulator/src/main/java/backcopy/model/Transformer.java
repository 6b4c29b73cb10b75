package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.task.VectorTask;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder of the paper (arXiv 2410.13835; protocol: pre-norm, learned positions, untied unembedding, no biases in linear
 * maps): {@code h = E[token] + P[position]}, then for each layer {@code mid = h + attention(h)} and
 * {@code h = mid + mlp(mid)}, then {@code logits = W_U norm(h)}. One forward and one backward pass serve training, probes and
 * interventions; both may run on several threads, each with its own {@link Activations}.
 */
public final class Transformer implements Network {
    private final ModelSpec spec;
    private final int vocabulary;
    private final int length;
    private final Backend backend;
    private final Parameters weights;
    private final AttentionBlock[] attention;
    private final MlpBlock[] mlp;
    /** Of tokens; null where they are vectors. */
    private final Unembedding unembedding;
    /** Of vectors; null where tokens are tokens. */
    private final VectorEnds ends;

    private final int tokenTable;
    private final int positionTable;
    private final int sinkTable;
    /** What is added by position where that is not learned. */
    private final Buffer fixedPositions;

    /**
     * A transformer of zeros.
     *
     * @param vocabulary ids
     * @param length positions at most
     */
    public Transformer(ModelSpec spec, int vocabulary, int length, Backend backend) {
        this(spec, vocabulary, length, null, backend);
    }

    /** A transformer of zeros whose tokens are vectors, so that it has no vocabulary. */
    public Transformer(ModelSpec spec, VectorTask task, Backend backend) {
        this(spec, 0, task.sequenceLength(), new VectorEnds(task, spec.width(), backend), backend);
    }

    private Transformer(ModelSpec spec, int vocabulary, int length, VectorEnds ends, Backend backend) {
        this.spec = spec;
        this.vocabulary = vocabulary;
        this.length = length;
        this.backend = backend;
        int positions = length + spec.surroundings().sinkTokens();
        weights = new Parameters(new ParameterLayout(spec, vocabulary, length), backend);
        attention = new AttentionBlock[spec.layers()];
        mlp = new MlpBlock[spec.layers()];
        for (int n = 0; n < spec.layers(); n++) {
            if (!spec.attentionOff().contains(n))
                attention[n] = new AttentionBlock(spec, n, positions, weights, backend);
            if (!spec.mlpOff().contains(n)) mlp[n] = new MlpBlock(spec, n, weights, backend);
        }
        this.ends = ends;
        unembedding = ends == null ? new Unembedding(spec, vocabulary, weights, backend) : null;
        tokenTable = ends == null ? weights.layout().index("embedding.token") : -1;
        boolean isLearned = spec.position().equals(PositionCodes.LEARNED);
        positionTable = isLearned ? weights.layout().index("embedding.position") : -1;
        fixedPositions = isLearned ? null : backend.allocate(length * spec.width());
        if (spec.position().equals("sinusoidal"))
            backend.write(PositionCodes.sinusoids(length, spec.width()), fixedPositions);
        sinkTable = spec.surroundings().sinkTokens() > 0 ? weights.layout().index("embedding.sink") : -1;
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public int vocabulary() {
        return vocabulary;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public Parameters weights() {
        return weights;
    }

    @Override
    public List<Matrix> matrices() {
        List<Matrix> all = new ArrayList<>();
        for (int n = 0; n < spec.layers(); n++) {
            if (attention[n] != null) all.addAll(attention[n].matrices());
            if (mlp[n] != null) all.addAll(mlp[n].matrices());
        }
        if (unembedding != null) all.add(unembedding.matrix());
        return all;
    }

    @Override
    public Activations trainingActivations(int sequences, int positions) {
        return activations(sequences, positions, false);
    }

    /** Value states are computed too. */
    @Override
    public Activations probedActivations(int sequences, int positions) {
        return activations(sequences, positions, true);
    }

    private Activations activations(int sequences, int positions, boolean probed) {
        if (positions > length)
            throw new IllegalArgumentException(
                    positions + " positions do not fit a transformer of " + length + " positions");
        return new Activations(this, sequences, positions, probed);
    }

    @Override
    public void forward(Activations a, double scale, List<Intervention> interventions) {
        int rows = rows(a);
        embed(a);
        Buffer h = a.embedding;
        for (int n = 0; n < spec.layers(); n++) {
            if (attention[n] == null) backend.copy(h, a.mid[n]);
            else attention[n].forward(h, a.mid[n], a.attention[n], a.inputs, interventions);
            if (mlp[n] == null) backend.copy(a.mid[n], a.out[n]);
            else mlp[n].forward(a.mid[n], a.out[n], a.mlp[n], rows, interventions);
            ResidualRounding.apply(interventions, n, a.out[n], a.sequences(), rows / a.sequences(), backend);
            h = a.out[n];
        }
        a.scale = scale;
        if (ends != null) {
            ends.forward(a.embedding, h, a.ends, scale);
            return;
        }
        unembedding.forward(h, a.unembedding, a.targets, scale, rows);
        if (a.auxiliary().zLoss() > 0)
            backend.zLoss(
                    a.unembedding.logits,
                    a.targets,
                    a.unembedding.losses,
                    a.unembedding.dLogits,
                    scale,
                    a.auxiliary().zLoss(),
                    rows,
                    vocabulary);
    }

    @Override
    public void backward(Activations a, Parameters gradients, List<Intervention> interventions) {
        int rows = rows(a);
        if (ends != null) ends.backward(a.ends, a.dResidual);
        else unembedding.backward(a.residualInto(spec.layers()), a.unembedding, a.dResidual, gradients, rows);
        backwardFrom(spec.layers() - 1, a, gradients, interventions);
        embedBackward(a, gradients, true);
    }

    @Override
    public void residualNormBackward(Activations a, int layer, Parameters gradients, List<Intervention> interventions) {
        a.startFromNorms(layer, spec.width());
        backwardFrom(layer, a, gradients, interventions);
        embedBackward(a, gradients, false);
    }

    /** From the gradient of the residual stream after a layer, in {@code a.dResidual}, to those of the layers' weights. */
    private void backwardFrom(int layer, Activations a, Parameters gradients, List<Intervention> interventions) {
        int rows = rows(a);
        for (AttentionBlock.State state : a.attention) if (state != null) state.inputs.forgetGradient();
        for (int n = layer; n >= 0; n--) {
            a.decorrelate(n, spec.layers() - 1);
            if (mlp[n] != null)
                mlp[n].backward(a.mid[n], a.mlp[n], a.dResidual, a.mlpGradients, gradients, rows, interventions);
            if (attention[n] != null)
                attention[n].backward(
                        a.residualInto(n), a.attention[n], a.dResidual, a.attentionGradients, gradients, interventions);
        }
    }

    /** Sequences times positions, sink tokens included. */
    private int rows(Activations a) {
        return a.targets.length;
    }

    private void embed(Activations a) {
        Buffer tokens = tokenTable < 0 ? null : weights.view(tokenTable);
        Buffer positions = positionTable < 0 ? fixedPositions : weights.view(positionTable);
        int length = a.length(),
                width = spec.width(),
                sink = spec.surroundings().sinkTokens();
        if (ends != null) {
            ends.embed(positions, a.embedding, a.ends, a.sequences(), length);
            return;
        }
        if (sink == 0) {
            backend.embed(a.inputs, tokens, positions, a.embedding, a.sequences(), length, width);
            return;
        }
        int tokenNumbers = length * width, sinkNumbers = sink * width, all = sinkNumbers + tokenNumbers;
        backend.embed(a.inputs, tokens, positions, a.withoutSinks, a.sequences(), length, width);
        Buffer behind = a.embedding.view(sinkNumbers, a.embedding.size() - sinkNumbers);
        backend.copyEach(a.withoutSinks, tokenNumbers, behind, all, tokenNumbers, a.sequences());
        backend.copyEach(weights.view(sinkTable), 0, a.embedding, all, sinkNumbers, a.sequences());
    }

    /** @param fromLosses whether the way back began at the losses */
    private void embedBackward(Activations a, Parameters gradients, boolean fromLosses) {
        Buffer dTokens = tokenTable < 0 ? null : gradients.view(tokenTable);
        Buffer dPositions = positionTable < 0 ? a.dPositions : gradients.view(positionTable);
        int length = a.length(),
                width = spec.width(),
                sink = spec.surroundings().sinkTokens();
        if (positionTable < 0) backend.fill(dPositions, 0);
        if (ends != null) {
            ends.embedBackward(a.dResidual, dPositions, a.ends, a.sequences(), length, fromLosses);
            return;
        }
        if (sink == 0) {
            backend.embedBackward(a.inputs, a.dResidual, dTokens, dPositions, a.sequences(), length, width);
            return;
        }
        int tokenNumbers = length * width, sinkNumbers = sink * width, all = sinkNumbers + tokenNumbers;
        backend.addEach(a.dResidual, all, gradients.view(sinkTable), a.sequences());
        Buffer behind = a.dResidual.view(sinkNumbers, a.dResidual.size() - sinkNumbers);
        backend.copyEach(behind, all, a.withoutSinks, tokenNumbers, tokenNumbers, a.sequences());
        backend.embedBackward(a.inputs, a.withoutSinks, dTokens, dPositions, a.sequences(), length, width);
    }

    AttentionBlock attention(int layer) {
        return attention[layer];
    }

    MlpBlock mlp(int layer) {
        return mlp[layer];
    }

    Unembedding unembedding() {
        return unembedding;
    }

    VectorEnds ends() {
        return ends;
    }
}
