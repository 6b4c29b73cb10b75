package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import java.util.List;

/**
 * A gate {@code y = sigmoid(W_g x + b) * z} of an attention block, for each number or for each head of {@code z}. What x and z
 * are tells the kinds apart ({@code model.gate}); those of {@link HeadLogits} see the head's own slice of x alone:
 *
 * <table>
 * <caption>kinds</caption>
 * <tr><th>name</th><th>x</th><th>z</th><th>gates</th></tr>
 * <tr><td>elementwise</td><td>normed input</td><td>head outputs</td><td>each number</td></tr>
 * <tr><td>headwise</td><td>normed input</td><td>head outputs</td><td>each head</td></tr>
 * <tr><td>per-head, per-head-mlp</td><td>normed input</td><td>head outputs</td><td>each head</td></tr>
 * <tr><td>value</td><td>normed input</td><td>values</td><td>each number</td></tr>
 * <tr><td>input</td><td>normed input</td><td>values</td><td>each head</td></tr>
 * <tr><td>value-state</td><td>values</td><td>values</td><td>each head</td></tr>
 * <tr><td>value-state-output</td><td>values</td><td>head outputs</td><td>each head</td></tr>
 * </table>
 */
final class Gate {
    static final List<String> NAMES = List.of(
            "none",
            "elementwise",
            "headwise",
            "per-head",
            "per-head-mlp",
            "value",
            "input",
            "value-state",
            "value-state-output");

    private static final List<String> ON_OUTPUT =
            List.of("elementwise", "headwise", "per-head", "per-head-mlp", "value-state-output");

    private final Backend backend;
    private final boolean isOnOutput;
    private final boolean isOfValue;
    private final int width;
    private final int groups;
    private final HeadLogits perHead;
    private final int weight;
    private final Matrix matrix;
    private final Shift bias;

    /** @param name of the gate's weights: {@code name.weight}, {@code name.bias} */
    Gate(String kind, String name, int width, int heads, Parameters weights, Backend backend) {
        this.backend = backend;
        this.width = width;
        groups = groups(kind, width, heads);
        isOnOutput = ON_OUTPUT.contains(kind);
        isOfValue = kind.startsWith("value-state");
        perHead = isPerHead(kind) ? new HeadLogits(isMlp(kind), name, heads, width / heads, weights, backend) : null;
        weight = weights.layout().index(name + ".weight");
        matrix = perHead != null ? null : backend.matrix(weights.view(weight), groups, width);
        bias = perHead != null ? null : new Shift(name + ".bias", groups, weights, backend);
    }

    /** How many gates a position has. */
    static int groups(String kind, int width, int heads) {
        return kind.equals("elementwise") || kind.equals("value") ? width : heads;
    }

    /** Whether each head's gate is of its own slice of x. */
    static boolean isPerHead(String kind) {
        return kind.startsWith("per-head");
    }

    /** Whether it is of an MLP of x; else it is of a linear map. */
    static boolean isMlp(String kind) {
        return kind.equals("per-head-mlp");
    }

    /** Whether z is the heads' output; else it is the values. */
    boolean isOnOutput() {
        return isOnOutput;
    }

    /** Whether x is the values; else it is the normed input. */
    boolean isOfValue() {
        return isOfValue;
    }

    List<Matrix> matrices() {
        return perHead != null ? perHead.matrices() : List.of(matrix, bias.matrix());
    }

    /** z before the gate {@code [rows, width]}, gates {@code [rows, groups]}, and the gradient of x {@code [rows, width]}. */
    final class State {
        final Buffer dSource;
        private final int rows;
        private final Buffer open;
        private final Buffer gates;
        private final Buffer dLogits;
        private final Buffer ones;
        private final HeadLogits.State perHeadState;

        State(int rows) {
            this.rows = rows;
            open = backend.allocate(rows * width);
            gates = backend.allocate(rows * groups);
            dLogits = backend.allocate(rows * groups);
            dSource = backend.allocate(rows * width);
            ones = perHead != null ? null : bias.ones(rows);
            perHeadState = perHead != null ? perHead.new State(rows) : null;
        }
    }

    /**
     * @param x not modified unless it is {@code z}
     * @param z changed in place
     */
    void forward(Buffer x, Buffer z, State state) {
        backend.copy(z, state.open);
        if (perHead != null) perHead.forward(x, state.gates, state.perHeadState);
        else {
            backend.linear(x, matrix, state.gates, state.rows, false);
            bias.forward(state.gates, state.ones, state.rows);
        }
        backend.gate(state.open, state.gates, z, state.rows, groups, width / groups);
    }

    /**
     * Leaves the gradient of x in {@link State#dSource}.
     *
     * @param x what {@link #forward} read, ignored where it was z
     * @param dZ of the gated z on entry, of z on return
     */
    void backward(Buffer x, Buffer dZ, State state, Parameters gradients) {
        Buffer source = isOfValue && !isOnOutput ? state.open : x;
        backend.gateBackward(state.open, state.gates, dZ, state.dLogits, state.rows, groups, width / groups);
        if (perHead != null) {
            perHead.backward(source, state.dLogits, state.dSource, state.perHeadState, gradients);
            return;
        }
        bias.backward(state.dLogits, state.ones, gradients, state.rows);
        gradients.addProduct(weight, state.dLogits, source, state.rows, groups, width);
        backend.linearBackwardInput(state.dLogits, matrix, state.dSource, state.rows, false);
    }
}
