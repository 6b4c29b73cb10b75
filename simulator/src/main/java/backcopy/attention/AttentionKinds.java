package backcopy.attention;

import backcopy.backend.RowRule;
import java.util.List;

/** The attention kinds that {@code model.attention} can name. A new kind is its file and its line here. */
public final class AttentionKinds {
    public static final List<RowRule> ALL = List.of(new Softmax(), new Relu());

    private AttentionKinds() {}

    /** The names a user may type. */
    public static List<String> names() {
        return ALL.stream().map(RowRule::name).toList();
    }

    /** The kind called {@code name}. */
    public static RowRule of(String name) {
        return ALL.stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "model.attention = " + name + " is not one of " + String.join(", ", names())));
    }
}
