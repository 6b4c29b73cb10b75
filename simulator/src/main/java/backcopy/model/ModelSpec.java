package backcopy.model;

import backcopy.attention.AttentionKinds;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a network is made of: the keys {@code model.*}.
 *
 * @param layers blocks of attention and MLP
 * @param heads attention heads in a layer; they share the width evenly
 * @param width of the residual stream
 * @param mlpWidth hidden units of an MLP
 * @param mlp what the MLP does between its maps, see {@link MlpKind}
 * @param attention an attention kind; its numbers are the keys {@code model.attention.*}
 * @param position how positions enter: {@code learned}, {@code none}, {@code sinusoidal}, {@code rope}, {@code alibi},
 *     {@code t5} or {@code t5-index}, see {@link PositionCodes}
 * @param norm kind of norms, see {@link NormKind}
 * @param normEpsilon added to the variance or the mean square
 * @param normPlacement {@code pre}: before attention, before the MLP and before the unembedding; {@code sandwich}: behind
 *     attention and MLP too, before their output is added; {@code post}: on the sum after each, nowhere else
 * @param attentionOff layers without attention
 * @param mlpOff layers without MLP
 * @param initialization law of the initial weights: {@code pytorch} or {@code gpt2}, see {@link Initialization}
 * @param kind {@code transformer}, {@code simple} (the reduced {@link SimpleModel}, of one layer or three), or
 *     {@code simple-readout} (the same with a {@link ReadOut} at position 0)
 * @param surroundings what stands around attention, further keys {@code model.*}
 */
public record ModelSpec(
        int layers,
        int heads,
        int width,
        int mlpWidth,
        String mlp,
        RowRule attention,
        String position,
        String norm,
        double normEpsilon,
        String normPlacement,
        List<Integer> attentionOff,
        List<Integer> mlpOff,
        String initialization,
        String kind,
        Surroundings surroundings) {
    private static final String TRANSFORMER = "transformer", SIMPLE = "simple", SIMPLE_READOUT = "simple-readout";
    /** Where norms stand. */
    public static final List<String> PLACEMENTS = List.of("pre", "sandwich", "post");

    /** What {@code model.kind} can name. */
    public static final List<String> KINDS = List.of(TRANSFORMER, SIMPLE, SIMPLE_READOUT);

    /** A transformer with an attention kind by its name the paper's initialization and nothing around attention. */
    public ModelSpec(
            int layers,
            int heads,
            int width,
            int mlpWidth,
            String mlp,
            String attention,
            String position,
            String norm,
            double normEpsilon,
            String normPlacement,
            List<Integer> attentionOff,
            List<Integer> mlpOff) {
        this(
                layers,
                heads,
                width,
                mlpWidth,
                mlp,
                AttentionKinds.of(attention),
                position,
                norm,
                normEpsilon,
                normPlacement,
                attentionOff,
                mlpOff,
                Initialization.PYTORCH,
                TRANSFORMER,
                Surroundings.NONE);
    }

    public ModelSpec {
        atLeastOne("layers", layers);
        atLeastOne("heads", heads);
        atLeastOne("width", width);
        atLeastOne("mlpWidth", mlpWidth);
        if (width % heads != 0)
            throw new IllegalArgumentException(
                    "model.width = " + width + " is not a multiple of model.heads = " + heads);
        oneOf("mlp", mlp, MlpKind.NAMES);
        oneOf("position", position, PositionCodes.NAMES);
        oneOf("norm", norm, NormKind.NAMES);
        oneOf("initialization", initialization, Initialization.NAMES);
        oneOf("normPlacement", normPlacement, PLACEMENTS);
        if (!(normEpsilon > 0 && normEpsilon < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("model.normEpsilon = " + normEpsilon + " is not a positive number");
        if (Gate.isMlp(surroundings.gate()) && HeadLogits.hidden(width / heads) == 0)
            throw new IllegalArgumentException("model.gate = " + surroundings.gate()
                    + " needs heads of 4 numbers or more; model.width / model.heads = " + width / heads);
        int scoreWidth = width / heads / (surroundings.isDifferential() ? 2 : 1);
        if (surroundings.isDifferential() && width / heads % 2 != 0)
            throw new IllegalArgumentException(
                    "model.scores = differential halves the heads: model.width / model.heads = " + width / heads
                            + " is odd");
        if (position.equals("rope") && scoreWidth % 2 != 0)
            throw new IllegalArgumentException(
                    "model.position = rope turns pairs: heads of " + scoreWidth + " numbers are odd");
        if (surroundings.isDifferential() && surroundings.mask().equals("shifted-groups"))
            throw new IllegalArgumentException(
                    "model.mask = shifted-groups does not go with model.scores = differential");
        attentionOff = layerList("attentionOff", attentionOff, layers);
        mlpOff = layerList("mlpOff", mlpOff, layers);
        oneOf("kind", kind, KINDS);
        if (!kind.equals(TRANSFORMER)) {
            asSimple(kind, "layers", layers, 1, 3);
            asSimple(kind, "heads", heads, 1);
            asSimple(kind, "mlp", mlp, "relu");
            asSimple(kind, "normPlacement", normPlacement, "pre");
            asSimple(kind, "position", position, PositionCodes.LEARNED);
            if (!surroundings.equals(Surroundings.NONE))
                throw new IllegalArgumentException("model.kind = " + kind + " has nothing around its attention: "
                        + surroundings.firstSet() + " does not go with it");
            if (attention instanceof TrainedRule)
                throw new IllegalArgumentException("model.attention = " + attention.name()
                        + " has a trained number, for which model.kind = " + kind + " has no place");
            if (attentionOff.contains(layers / 2) || mlpOff.contains(layers / 2))
                throw new IllegalArgumentException("model.attentionOff and model.mlpOff cannot take layer " + layers / 2
                        + " of model.kind = " + kind + ", which copies");
        }
    }

    private static void asSimple(String kind, String key, Object value, Object... allowed) {
        if (!List.of(allowed).contains(value))
            throw new IllegalArgumentException("model." + key + " = " + value + " is not "
                    + Stream.of(allowed).map(Object::toString).collect(Collectors.joining(" or "))
                    + ", as model.kind = " + kind + " has it");
    }

    /** Whether it is the reduced model. */
    public boolean isSimple() {
        return !kind.equals(TRANSFORMER);
    }

    boolean hasReadOut() {
        return kind.equals(SIMPLE_READOUT);
    }

    /** Whether a layer has an attention pattern; a simple model's outer layers attend from position 0 to itself alone. */
    public boolean hasPattern(int layer) {
        return isSimple() ? layer == layers / 2 : !attentionOff.contains(layer);
    }

    /** Whether the MLPs have a third map. */
    public boolean isMlpGated() {
        return MlpKind.of(mlp).isGated();
    }

    /** Whether attention, MLP and unembedding see a normed residual stream. */
    boolean normsInputs() {
        return !normPlacement.equals("post");
    }

    /** Patterns that make one head's: two of half the width where attention is differential, else one. */
    int scoreMaps() {
        return surroundings.isDifferential() ? 2 : 1;
    }

    /** Width of one head. */
    public int headWidth() {
        return width / heads;
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) throw new IllegalArgumentException("model." + key + " = " + value + " is below 1");
    }

    static void oneOf(String key, String value, List<String> allowed) {
        if (!allowed.contains(value))
            throw new IllegalArgumentException(
                    "model." + key + " = " + value + " is not one of " + String.join(", ", allowed));
    }

    private static List<Integer> layerList(String key, List<Integer> list, int layers) {
        for (int layer : list)
            if (layer < 0 || layer >= layers)
                throw new IllegalArgumentException(
                        "model." + key + " = " + layer + " is not a layer between 0 and " + (layers - 1));
        return list.stream().sorted().distinct().toList();
    }
}
