package backcopy.attention;

import backcopy.backend.ElementwiseRule.Normalizer;
import backcopy.backend.RowRule;
import java.util.List;

/**
 * The attention kinds that {@code model.attention} can name, at their default numbers. A new kind is its file and its line
 * here; the numbers among its record's components are the keys {@code model.attention.*}.
 */
public final class AttentionKinds {
    public static final List<RowRule> ALL = List.of(
            new Softmax(),
            new SoftmaxN(1),
            new SinkScore(0),
            new ClippedSoftmax(-0.03, 1),
            new Relu(),
            new NormalizedRelu(),
            new Sigmoid(false, Normalizer.NONE),
            new Sigmoid(false, Normalizer.SUM),
            new Sigmoid(true, Normalizer.NONE),
            new Sigmoid(true, Normalizer.SUM),
            new Elu(Normalizer.NONE),
            new Elu(Normalizer.SUM),
            new Identity(Normalizer.NONE),
            new Identity(Normalizer.BOUNDED_SUM),
            new Softpick(),
            new Sparsemax(),
            new Entmax(),
            new Uniform());

    private AttentionKinds() {}

    /** The names a user may type. */
    public static List<String> names() {
        return ALL.stream().map(RowRule::name).toList();
    }

    /** The kind called {@code name}, at its default numbers. */
    public static RowRule of(String name) {
        return ALL.stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "model.attention = " + name + " is not one of " + String.join(", ", names())));
    }
}
