package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The reduced model that the authors of arXiv 2410.13835 train as a network (their {@code SimpleModel}). The residual
 * stream is as wide as the vocabulary and begins as the token's unit vector {@code h}; triggers are told, not found; and
 * what the last layer leaves are the logits.
 *
 * <p>One layer: {@code logits = C(h)} with the {@link CopyLayer} C. Three layers, M and M' being {@link MinimalLayer}s,
 * which act on position 0 alone: {@code o_0 = M(h)}, {@code o_1 = C(h + o_0)}, {@code o_2 = M'(o_0 + o_1)},
 * {@code logits = o_0 + o_1 + o_2}. In {@code model.kind=simple-readout} the logits at position 0 go through a {@link ReadOut}.
 */
public final class SimpleModel implements Network {
    private final ModelSpec spec;
    private final int vocabulary;
    private final int length;
    private final Backend backend;
    private final Parameters weights;
    private final Buffer unitVectors;
    private final Buffer noPositions;
    private final MinimalLayer before;
    private final CopyLayer copy;
    private final MinimalLayer after;
    private final ReadOut readOut;

    /** A model of zeros; see {@link Network#of}. */
    SimpleModel(ModelSpec spec, int vocabulary, int length, IntPredicate isTrigger, Backend backend) {
        if (spec.width() != vocabulary)
            throw new IllegalArgumentException("model.width = " + spec.width() + " is not the number of tokens, "
                    + vocabulary + ", as model.kind = " + spec.kind() + " has it");
        this.spec = spec;
        this.vocabulary = vocabulary;
        this.length = length;
        this.backend = backend;
        weights = new Parameters(new ParameterLayout(spec, vocabulary, length), backend);
        unitVectors = backend.allocate(vocabulary * vocabulary);
        noPositions = backend.allocate(length * vocabulary);
        for (int token = 0; token < vocabulary; token++)
            backend.fill(unitVectors.view(token * vocabulary + token, 1), 1);
        boolean one = spec.layers() == 1;
        before = one ? null : new MinimalLayer(spec, 0, weights, backend);
        copy = new CopyLayer(spec, one ? 0 : 1, isTrigger, weights, backend);
        after = one ? null : new MinimalLayer(spec, 2, weights, backend);
        readOut = spec.hasReadOut() ? new ReadOut(spec, weights, backend) : null;
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
        List<Matrix> all = new ArrayList<>(copy.matrices());
        if (before != null) all.addAll(before.matrices());
        if (after != null) all.addAll(after.matrices());
        if (readOut != null) all.add(readOut.matrix());
        return all;
    }

    @Override
    public Activations trainingActivations(int sequences, int positions) {
        if (positions > length)
            throw new IllegalArgumentException(positions + " positions do not fit a model of " + length + " positions");
        return new Activations(this, sequences, positions);
    }

    /** The same as of training, which has all that probes read. */
    @Override
    public Activations probedActivations(int sequences, int positions) {
        return trainingActivations(sequences, positions);
    }

    /** What the passes keep of one slice: rows {@code [rows, vocabulary]}, and of position 0 {@code [sequences, vocabulary]}. */
    final class State {
        final Buffer logits;
        final Buffer losses;
        final CopyLayer.State copy;

        private final Buffer dLogits;
        private final MinimalLayer.State before;
        private final MinimalLayer.State after;
        private final ReadOut.State readOut;
        private final Buffer firstBefore;
        private final Buffer firstAfter;
        private final Buffer dFirst;
        private final Buffer dWritten;

        State(int sequences, int positions) {
            int rows = sequences * positions, firsts = sequences * vocabulary;
            logits = backend.allocate(rows * vocabulary);
            losses = backend.allocate(rows);
            dLogits = backend.allocate(rows * vocabulary);
            copy = SimpleModel.this.copy.new State(sequences, positions);
            before = SimpleModel.this.before == null ? null : SimpleModel.this.before.new State(sequences);
            after = SimpleModel.this.after == null ? null : SimpleModel.this.after.new State(sequences);
            readOut = SimpleModel.this.readOut == null ? null : SimpleModel.this.readOut.new State(sequences);
            firstBefore = backend.allocate(firsts);
            firstAfter = backend.allocate(firsts);
            dFirst = backend.allocate(firsts);
            dWritten = backend.allocate(firsts);
        }
    }

    @Override
    public void forward(Activations a, double scale, List<Intervention> interventions) {
        refuse(interventions);
        State s = a.simple;
        int sequences = a.sequences();
        backend.embed(a.inputs, unitVectors, noPositions, a.embedding, sequences, a.length(), vocabulary);
        if (before != null) {
            takeFirst(a.embedding, s.firstBefore, a);
            before.forward(s.firstBefore, s.before, sequences);
            backend.copy(a.embedding, a.out[0]);
            addFirst(s.before.written, a.out[0], a);
        }
        copy.forward(copied(a), a.out[copyLayer()], s.copy, a.inputs);
        if (after != null) {
            addFirst(s.before.written, a.out[1], a);
            takeFirst(a.out[1], s.firstAfter, a);
            after.forward(s.firstAfter, s.after, sequences);
            backend.copy(a.out[1], a.out[2]);
            addFirst(s.after.written, a.out[2], a);
        }
        backend.copy(a.out[spec.layers() - 1], s.logits);
        if (readOut != null) {
            takeFirst(s.logits, s.readOut.in, a);
            readOut.forward(s.readOut, sequences);
            putFirst(s.readOut.out, s.logits, a);
        }
        backend.crossEntropy(s.logits, a.targets, s.losses, s.dLogits, scale, sequences * a.length(), vocabulary);
    }

    @Override
    public void backward(Activations a, Parameters gradients, List<Intervention> interventions) {
        refuse(interventions);
        State s = a.simple;
        backend.copy(s.dLogits, a.dResidual);
        if (readOut != null) {
            takeFirst(a.dResidual, s.dWritten, a);
            backend.fill(s.dFirst, 0);
            readOut.backward(s.readOut, s.dWritten, s.dFirst, gradients, a.sequences());
            putFirst(s.dFirst, a.dResidual, a);
        }
        backwardFrom(spec.layers() - 1, a, gradients);
    }

    @Override
    public void residualNormBackward(Activations a, int layer, Parameters gradients, List<Intervention> interventions) {
        refuse(interventions);
        a.startFromNorms(layer, vocabulary);
        backwardFrom(layer, a, gradients);
    }

    /** From {@code a.dResidual}. Position 0 is where the layers differ: its gradient is taken out, changed and put back. */
    private void backwardFrom(int layer, Activations a, Parameters gradients) {
        State s = a.simple;
        if (after != null && layer == 2) {
            takeFirst(a.dResidual, s.dWritten, a);
            backend.copy(s.dWritten, s.dFirst);
            after.backward(s.firstAfter, s.after, s.dWritten, s.dFirst, gradients, a.sequences());
            putFirst(s.dFirst, a.dResidual, a);
        }
        if (layer >= copyLayer()) copy.backward(s.copy, a.inputs, a.dResidual, s.dFirst, gradients);
        else backend.fill(s.dFirst, 0);
        if (before != null) {
            takeFirst(a.dResidual, s.dWritten, a); // o_0 is in what is copied, and added after it
            backend.add(s.dFirst, s.dWritten);
            before.backward(s.firstBefore, s.before, s.dWritten, s.dFirst, gradients, a.sequences());
        }
    }

    private int copyLayer() {
        return spec.layers() / 2;
    }

    private Buffer copied(Activations a) {
        return before == null ? a.embedding : a.out[0];
    }

    private void refuse(List<Intervention> interventions) {
        if (!interventions.isEmpty())
            throw new IllegalArgumentException("interventions are not done to model.kind = " + spec.kind());
    }

    /** The rows of position 0, out of all rows. */
    private void takeFirst(Buffer rows, Buffer firsts, Activations a) {
        for (int s = 0; s < a.sequences(); s++)
            backend.copy(firstRow(rows, s, a), firsts.view(s * vocabulary, vocabulary));
    }

    private void putFirst(Buffer firsts, Buffer rows, Activations a) {
        for (int s = 0; s < a.sequences(); s++)
            backend.copy(firsts.view(s * vocabulary, vocabulary), firstRow(rows, s, a));
    }

    private void addFirst(Buffer firsts, Buffer rows, Activations a) {
        for (int s = 0; s < a.sequences(); s++)
            backend.add(firsts.view(s * vocabulary, vocabulary), firstRow(rows, s, a));
    }

    private Buffer firstRow(Buffer rows, int sequence, Activations a) {
        return rows.view(sequence * a.length() * vocabulary, vocabulary);
    }
}
