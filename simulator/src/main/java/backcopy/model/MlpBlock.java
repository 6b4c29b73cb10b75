package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.List;

/**
 * The MLP with its norm and its place in the residual stream: {@code out = mid + W_2 f(W_1 norm(mid))}, or gated
 * {@code out = mid + W_2 (f(W_g norm(mid)) * W_1 norm(mid))}, number by number.
 */
final class MlpBlock {
    private final Backend backend;
    private final MlpKind kind;
    private final int layer;
    private final int width;
    private final int mlpWidth;
    private final int upWeight;
    private final int gateWeight;
    private final int downWeight;
    private final Matrix up;
    private final Matrix gate;
    private final Matrix down;
    private final Norm norm;
    private final Junction junction;

    MlpBlock(ModelSpec spec, int layer, Parameters weights, Backend backend) {
        this.backend = backend;
        this.layer = layer;
        kind = MlpKind.of(spec.mlp());
        width = spec.width();
        mlpWidth = spec.mlpWidth();
        String name = "layers." + layer + ".mlp";
        upWeight = weights.layout().index(name + ".up.weight");
        gateWeight = kind.isGated() ? weights.layout().index(name + ".gate.weight") : -1;
        downWeight = weights.layout().index(name + ".down.weight");
        up = backend.matrix(weights.view(upWeight), mlpWidth, width);
        gate = kind.isGated() ? backend.matrix(weights.view(gateWeight), mlpWidth, width) : null;
        down = backend.matrix(weights.view(downWeight), width, mlpWidth);
        norm = new Norm(spec, name + ".norm", spec.normsInputs(), weights, backend);
        junction = new Junction(spec, name, weights, backend);
    }

    List<Matrix> matrices() {
        return gate == null ? List.of(up, down) : List.of(up, gate, down);
    }

    /** Activations of one slice: hidden units {@code [rows, mlpWidth]}, and the output where a norm is to come. */
    final class State {
        final Norm.State norm;
        final Junction.State junction;
        /** What W_2 reads. */
        final Buffer hidden;
        /** What the nonlinearity gives; {@link #hidden} where the unit is not gated, else that is this times {@link #linear}. */
        private final Buffer passed;
        /** What the nonlinearity reads; where it works in place, as ReLU does, or there is none, {@link #passed}. */
        private final Buffer before;

        private final Buffer linear;
        private final Buffer output;

        State(int rows) {
            norm = MlpBlock.this.norm.new State(rows);
            junction = MlpBlock.this.junction.new State(rows);
            hidden = backend.allocate(Math.multiplyExact(rows, mlpWidth));
            passed = kind.isGated() ? backend.allocate(hidden.size()) : hidden;
            before = kind.nonlinearity() == null ? passed : backend.allocate(hidden.size());
            linear = kind.isGated() ? backend.allocate(hidden.size()) : null;
            output = MlpBlock.this.junction.isPlain() ? null : backend.allocate(rows * width);
        }
    }

    /** Gradients on the way back, shared by the layers. */
    static final class Gradients {
        private final Buffer dHidden;
        private final Buffer dLinear;
        private final Buffer dNormed;

        Gradients(Backend backend, int rows, ModelSpec spec) {
            dHidden = backend.allocate(rows * spec.mlpWidth());
            dLinear = MlpKind.of(spec.mlp()).isGated() ? backend.allocate(rows * spec.mlpWidth()) : null;
            dNormed = backend.allocate(rows * spec.width());
        }
    }

    /**
     * @param mid residual stream {@code [rows, width]}, not modified
     * @param out {@code [rows, width]}, overwritten
     */
    void forward(Buffer mid, Buffer out, State state, int rows, List<Intervention> interventions) {
        if (junction.isPlain()) {
            backend.copy(mid, out);
            if (isZero(interventions)) return;
            hidden(mid, state, rows);
            backend.linear(state.hidden, down, out, rows, true);
            return;
        }
        if (isZero(interventions)) backend.fill(state.output, 0);
        else {
            hidden(mid, state, rows);
            backend.linear(state.hidden, down, state.output, rows, false);
        }
        junction.forward(mid, state.output, out, state.junction, rows);
    }

    private void hidden(Buffer mid, State state, int rows) {
        Buffer normed = norm.forward(mid, state.norm, rows);
        backend.linear(normed, kind.isGated() ? gate : up, state.before, rows, false);
        switch (kind) {
            case RELU, REGLU -> backend.relu(state.before, state.passed);
            case GELU, SILU, GEGLU, SWIGLU -> backend.nonlinear(kind.nonlinearity(), state.before, state.passed);
            case LINEAR -> {}
        }
        if (!kind.isGated()) return;
        backend.linear(normed, up, state.linear, rows, false);
        backend.multiply(state.passed, state.linear, state.hidden);
    }

    /**
     * @param mid what {@link #forward} read, not modified
     * @param dResidual the gradient of {@code out} on entry, of {@code mid} on return
     */
    void backward(
            Buffer mid,
            State state,
            Buffer dResidual,
            Gradients g,
            Parameters gradients,
            int rows,
            List<Intervention> interventions) {
        Buffer dOutput = junction.backward(state.output, state.junction, dResidual, gradients, rows);
        if (isZero(interventions)) return;
        gradients.addProduct(downWeight, dOutput, state.hidden, rows, width, mlpWidth);
        backend.linearBackwardInput(dOutput, down, g.dHidden, rows, false);
        if (kind.isGated()) {
            backend.multiply(g.dHidden, state.passed, g.dLinear);
            backend.multiply(g.dHidden, state.linear, g.dHidden);
        }
        switch (kind) {
            case RELU, REGLU -> backend.reluBackward(state.passed, g.dHidden, g.dHidden);
            case GELU, SILU, GEGLU, SWIGLU ->
                backend.nonlinearBackward(kind.nonlinearity(), state.before, g.dHidden, g.dHidden);
            case LINEAR -> {}
        }
        Buffer normed = norm.normed(mid, state.norm);
        int first = kind.isGated() ? gateWeight : upWeight;
        gradients.addProduct(first, g.dHidden, normed, rows, mlpWidth, width);
        backend.linearBackwardInput(g.dHidden, kind.isGated() ? gate : up, g.dNormed, rows, false);
        if (kind.isGated()) {
            gradients.addProduct(upWeight, g.dLinear, normed, rows, mlpWidth, width);
            backend.linearBackwardInput(g.dLinear, up, g.dNormed, rows, true);
        }
        norm.backward(mid, state.norm, g.dNormed, dResidual, gradients, rows);
    }

    private boolean isZero(List<Intervention> interventions) {
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof Intervention.ZeroMlp zero && zero.layer() == layer) return true;
        return false;
    }
}
