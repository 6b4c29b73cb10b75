package backcopy.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a state is brought to a size: the values of {@code model.norm}, and the weights that each has. */
public enum NormKind {
    LAYER_NORM("gain (x - mean) / sqrt(variance + eps) + bias (arXiv 1607.06450)", "gain", "bias"),
    RMS_NORM("gain x / sqrt(mean(x²) + eps) (arXiv 1910.07467)", "gain"),
    DYT("gain tanh(alpha x) + bias, alpha one number from .5 on (arXiv 2503.10622)", "alpha", "gain", "bias"),
    NONE("x as it is");

    /** What a user types. */
    public static final List<String> NAMES =
            Arrays.stream(values()).map(NormKind::toString).toList();

    private final String about;
    private final List<String> weights;

    NormKind(String about, String... weights) {
        this.about = about;
        this.weights = List.of(weights);
    }

    /** One line: formula and source. */
    public String about() {
        return about;
    }

    /** Its weights by name: {@code alpha} is one number, the others as many as the width. */
    List<String> weights() {
        return weights;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of a name of {@link #NAMES}. */
    static NormKind of(String name) {
        return values()[NAMES.indexOf(name)];
    }
}
