package backcopy.model;

import backcopy.backend.Nonlinearity;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What stands between the maps of an MLP: the values of {@code model.mlp}. A gated one has a third map, {@code mlp.gate}. */
public enum MlpKind {
    RELU("W_2 max(W_1 n, 0)", null, false),
    GELU("W_2 gelu(W_1 n), tanh's form (arXiv 1606.08415)", Nonlinearity.GELU, false),
    SILU("W_2 silu(W_1 n), silu(x) = x sigmoid(x)", Nonlinearity.SILU, false),
    LINEAR("W_2 W_1 n: no nonlinearity", null, false),
    SWIGLU("W_2 (silu(W_g n) * W_1 n) (arXiv 2002.05202)", Nonlinearity.SILU, true),
    GEGLU("W_2 (gelu(W_g n) * W_1 n) (arXiv 2002.05202)", Nonlinearity.GELU, true),
    REGLU("W_2 (max(W_g n, 0) * W_1 n) (arXiv 2002.05202)", null, true);

    /** What a user types. */
    public static final List<String> NAMES =
            Arrays.stream(values()).map(MlpKind::toString).toList();

    private final String about;
    private final Nonlinearity nonlinearity;
    private final boolean gated;

    MlpKind(String about, Nonlinearity nonlinearity, boolean gated) {
        this.about = about;
        this.nonlinearity = nonlinearity;
        this.gated = gated;
    }

    /** One line: formula and source. */
    public String about() {
        return about;
    }

    /** Whether a second map of the input says how much of the first passes. */
    public boolean isGated() {
        return gated;
    }

    /** SiLU or GELU; null where it is ReLU or nothing. */
    Nonlinearity nonlinearity() {
        return nonlinearity;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a name of {@link #NAMES}. */
    static MlpKind of(String name) {
        return values()[NAMES.indexOf(name)];
    }
}
