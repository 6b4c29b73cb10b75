package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.List;

/** The MLP with its norm and its place in the residual stream: {@code out = mid + W_2 relu(W_1 norm(mid))}. */
final class MlpBlock {
    private final Backend backend;
    private final int layer;
    private final int width;
    private final int mlpWidth;
    private final int upWeight;
    private final int downWeight;
    private final Matrix up;
    private final Matrix down;
    private final Norm norm;

    MlpBlock(ModelSpec spec, int layer, Parameters weights, Backend backend) {
        this.backend = backend;
        this.layer = layer;
        width = spec.width();
        mlpWidth = spec.mlpWidth();
        String name = "layers." + layer + ".mlp";
        upWeight = weights.layout().index(name + ".up.weight");
        downWeight = weights.layout().index(name + ".down.weight");
        up = backend.matrix(weights.view(upWeight), mlpWidth, width);
        down = backend.matrix(weights.view(downWeight), width, mlpWidth);
        norm = new Norm(spec, name + ".norm", weights, backend);
    }

    List<Matrix> matrices() {
        return List.of(up, down);
    }

    /** Activations of one slice: the hidden units after ReLU {@code [rows, mlpWidth]}. */
    final class State {
        final Norm.State norm;
        final Buffer hidden;

        State(int rows) {
            norm = MlpBlock.this.norm.new State(rows);
            hidden = backend.allocate(rows * mlpWidth);
        }
    }

    /** Gradients on the way back, shared by the layers. */
    static final class Gradients {
        private final Buffer dHidden;
        private final Buffer dNormed;

        Gradients(Backend backend, int rows, int width, int mlpWidth) {
            dHidden = backend.allocate(rows * mlpWidth);
            dNormed = backend.allocate(rows * width);
        }
    }

    /**
     * @param mid residual stream {@code [rows, width]}, not modified
     * @param out {@code [rows, width]}, overwritten
     */
    void forward(Buffer mid, Buffer out, State state, int rows, List<Intervention> interventions) {
        backend.copy(mid, out);
        if (isZero(interventions)) return;
        Buffer normed = norm.forward(mid, state.norm, rows);
        backend.linear(normed, up, state.hidden, rows, false);
        backend.relu(state.hidden, state.hidden);
        backend.linear(state.hidden, down, out, rows, true);
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
        if (isZero(interventions)) return;
        backend.linearBackwardWeight(dResidual, state.hidden, gradients.view(downWeight), rows, width, mlpWidth);
        backend.linearBackwardInput(dResidual, down, g.dHidden, rows, false);
        backend.reluBackward(state.hidden, g.dHidden, g.dHidden);
        backend.linearBackwardWeight(
                g.dHidden, norm.normed(mid, state.norm), gradients.view(upWeight), rows, mlpWidth, width);
        backend.linearBackwardInput(g.dHidden, up, g.dNormed, rows, false);
        norm.backward(mid, state.norm, g.dNormed, dResidual, gradients, rows);
    }

    private boolean isZero(List<Intervention> interventions) {
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof Intervention.ZeroMlp zero && zero.layer() == layer) return true;
        return false;
    }
}
