package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/**
 * How a part's output joins the residual stream: {@code out = in + f} where norms are placed {@code pre} or absent,
 * {@code out = in + N(f)} where they are {@code sandwich}, {@code out = N(in + f)} where they are {@code post}.
 */
final class Junction {
    private final Backend backend;
    private final int width;
    private final boolean isPost;
    private final Norm norm;

    /** @param name of the part, such as {@code layers.0.mlp} */
    Junction(ModelSpec spec, String name, Parameters weights, Backend backend) {
        this.backend = backend;
        width = spec.width();
        isPost = spec.normPlacement().equals("post");
        String normName = isPost ? name + ".norm" : name + ".output_norm";
        norm = new Norm(spec, normName, !spec.normPlacement().equals("pre"), weights, backend);
    }

    /** Whether it is a sum and nothing else. */
    boolean isPlain() {
        return !norm.isPresent();
    }

    /** What is kept for the way back: the sum before a norm {@code [rows, width]}, and the norm's own. */
    final class State {
        private final Norm.State normState;
        private final Buffer sum;
        private final Buffer dSum;

        State(int rows) {
            normState = norm.new State(rows);
            sum = !isPlain() && isPost ? backend.allocate(rows * width) : null;
            dSum = isPlain() ? null : backend.allocate(rows * width);
        }
    }

    /**
     * @param in residual stream {@code [rows, width]}, not modified
     * @param output of the part, not modified
     * @param out {@code [rows, width]}, overwritten
     */
    void forward(Buffer in, Buffer output, Buffer out, State state, int rows) {
        if (!isPlain() && isPost) {
            backend.copy(in, state.sum);
            backend.add(output, state.sum);
            norm.forward(state.sum, state.normState, out, rows);
            return;
        }
        Buffer added = norm.forward(output, state.normState, rows);
        backend.copy(in, out);
        backend.add(added, out);
    }

    /**
     * @param output what {@link #forward} read, not modified
     * @param dResidual the gradient of {@code out} on entry; on return that of {@code in} as far as it does not go through the part
     * @return the gradient of {@code output}; to be read before anything is added to {@code dResidual}, which it may be
     */
    Buffer backward(Buffer output, State state, Buffer dResidual, Parameters gradients, int rows) {
        if (isPlain()) return dResidual;
        backend.fill(state.dSum, 0);
        norm.backward(isPost ? state.sum : output, state.normState, dResidual, state.dSum, gradients, rows);
        if (isPost) backend.copy(state.dSum, dResidual);
        return state.dSum;
    }
}
