package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import backcopy.attention.AttentionKinds;
import backcopy.backend.Backend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.model.ParameterLayout.Entry;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole model's gradient, weight by weight, against central differences in double. */
class TransformerGradientTest {
    private static final int VOCABULARY = 7, LENGTH = 5, SEQUENCES = 2;

    private final Backend backend = new ReferenceBackend();

    static Stream<String> attentionKinds() {
        return AttentionKinds.names().stream();
    }

    @ParameterizedTest
    @MethodSource("attentionKinds")
    void agreesAtInitialization(String attention) {
        check(spec(2, 2, 6, attention, "layer-norm", List.of(), List.of()), 1, List.of(), Set.of());
    }

    @ParameterizedTest
    @MethodSource("attentionKinds")
    void agreesWithSaturatedAttention(String attention) {
        check(spec(2, 2, 6, attention, "layer-norm", List.of(), List.of()), 3, List.of(), Set.of());
    }

    @ParameterizedTest
    @MethodSource("attentionKinds")
    void agreesWithoutNorm(String attention) {
        check(spec(2, 1, 5, attention, "none", List.of(), List.of()), 1, List.of(), Set.of());
    }

    @ParameterizedTest
    @MethodSource("attentionKinds")
    void agreesWithPartsSwitchedOff(String attention) {
        check(spec(3, 3, 6, attention, "layer-norm", List.of(0, 2), List.of(1)), 1, List.of(), Set.of());
    }

    static Stream<Arguments> norms() {
        return NormKind.NAMES.stream()
                .flatMap(norm -> ModelSpec.PLACEMENTS.stream().map(place -> Arguments.of(norm, place)));
    }

    @ParameterizedTest
    @MethodSource("norms")
    void agreesWithEveryNormInEveryPlace(String norm, String place) {
        ModelSpec spec =
                new ModelSpec(2, 2, 6, 9, "geglu", "softmax", "learned", norm, 1e-5, place, List.of(), List.of());
        check(spec, 3, List.of(), Set.of());
        check(spec, 3, List.of(new ZeroMlp(1)), namesOf(spec, "layers.1.mlp."));
    }

    /** Weights of a part that was taken out: of its maps and of the norm before them; a norm behind it that sees zeros. */
    private Set<String> namesOf(ModelSpec spec, String part) {
        boolean post = spec.normPlacement().equals("post");
        return new ParameterLayout(spec, VOCABULARY, LENGTH)
                .entries().stream()
                        .map(Entry::name)
                        .filter(name -> name.startsWith(part))
                        .filter(name -> !name.endsWith("output_norm.bias"))
                        .filter(name -> !(post && name.contains(".norm.")))
                        .collect(Collectors.toSet());
    }

    static List<String> variants() {
        return Variants.ALL;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void agreesWithWhatStandsAroundAttention(String keys) {
        check(Variants.spec(keys, 2, 2, 8, 5), 1, List.of(), Set.of());
        check(Variants.spec(keys, 2, 2, 8, 5), 3, List.of(), Set.of());
    }

    @Test
    void agreesWithASharedFirstValueBehindALayerWithoutAttention() {
        ModelSpec spec = Variants.spec("valueResidual=0.5 attentionOff=0 gate=input", 3, 2, 8, 5);
        check(spec, 1, List.of(), Set.of());
    }

    @Test
    void agreesUnderInterventions() {
        ModelSpec spec = spec(2, 2, 6, "softmax", "layer-norm", List.of(), List.of());
        List<Intervention> oneHead = List.of(new ForcePattern(0, 1, ForcedPattern.clean(token -> token == 2)));
        check(spec, 1, oneHead, Set.of());
        List<Intervention> mlp = List.of(new ZeroMlp(1));
        check(
                spec,
                1,
                mlp,
                Set.of(
                        "layers.1.mlp.up.weight",
                        "layers.1.mlp.down.weight",
                        "layers.1.mlp.norm.gain",
                        "layers.1.mlp.norm.bias"));
        List<Intervention> everyHead = List.of(new ForcePattern(1, -1, ForcedPattern.bos()));
        check(spec, 1, everyHead, Set.of("layers.1.attention.query.weight", "layers.1.attention.key.weight"));
    }

    /** @param dead weights whose gradient must be exactly zero */
    private void check(ModelSpec spec, double sharpness, List<Intervention> interventions, Set<String> dead) {
        Transformer model = new Transformer(spec, VOCABULARY, LENGTH, backend);
        SplittableRandom random = new SplittableRandom(11);
        Variants.draw(model.weights(), random);
        sharpen(model.weights(), sharpness);
        Activations a = model.trainingActivations(SEQUENCES, LENGTH);
        for (int s = 0; s < SEQUENCES; s++)
            a.load(s, random.ints(LENGTH + 1, 0, VOCABULARY).toArray(), 0);
        Parameters gradients = new Parameters(model.weights().layout(), backend);
        loss(model, a, interventions);
        model.backward(a, gradients, interventions);
        for (Entry entry : model.weights().layout().entries()) {
            double[] numerical = numerical(model, a, interventions, entry);
            double[] analytic = gradients.read(entry.name());
            if (dead.contains(entry.name())) assertArrayEquals(new double[entry.size()], analytic);
            else FlatScores.assertGradient(spec, entry.name(), numerical, analytic);
        }
    }

    private double[] numerical(Transformer model, Activations a, List<Intervention> interventions, Entry entry) {
        double[] values = model.weights().read(entry.name());
        double[] gradient = CentralDifferences.gradient(
                () -> {
                    model.weights().write(entry.name(), values);
                    return loss(model, a, interventions);
                },
                values);
        model.weights().write(entry.name(), values);
        return gradient;
    }

    private double loss(Transformer model, Activations a, List<Intervention> interventions) {
        model.pack();
        model.forward(a, 1, interventions);
        return a.summedLoss();
    }

    /** Multiplies queries and keys, so that the scores grow by the square and patterns come close to one-hot. */
    private static void sharpen(Parameters weights, double factor) {
        for (Entry entry : weights.layout().entries())
            if (entry.name().endsWith("query.weight") || entry.name().endsWith("key.weight")) {
                double[] values = weights.read(entry.name());
                for (int i = 0; i < values.length; i++) values[i] *= factor;
                weights.write(entry.name(), values);
            }
    }

    private static ModelSpec spec(
            int layers,
            int heads,
            int width,
            String attention,
            String norm,
            List<Integer> noAttention,
            List<Integer> noMlp) {
        return new ModelSpec(
                layers, heads, width, 9, "relu", attention, "learned", norm, 1e-5, "pre", noAttention, noMlp);
    }
}
