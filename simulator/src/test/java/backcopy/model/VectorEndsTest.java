package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.attention.AttentionKinds;
import backcopy.attention.Identity;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.ParameterLayout.Entry;
import backcopy.task.BatchStream;
import backcopy.task.TaskSpec;
import backcopy.task.TriggerMean;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole transformer on vectors: its gradients, its fast twins, and the published solution. */
class VectorEndsTest {
    private static final int LENGTH = 7, SEQUENCES = 2;

    private final Backend reference = new ReferenceBackend();

    static Stream<String> variants() {
        return Stream.concat(
                AttentionKinds.names().stream()
                        .map(kind -> "attention=" + kind + " norm=none mlpOff=0,1 position=none"),
                Stream.of(
                        "",
                        "norm=rms-norm normPlacement=post position=learned",
                        "position=rope gate=elementwise",
                        "keyBias=per-head",
                        "initialization=gpt2 position=sinusoidal"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void gradientsAgreeWithCentralDifferences(String keys) {
        Transformer model = model(Variants.spec(keys, 2, 2, 8, 5), reference);
        Activations a = loaded(model);
        Parameters gradients = new Parameters(model.weights().layout(), reference);
        loss(model, a);
        model.backward(a, gradients, List.of());
        for (Entry entry : model.weights().layout().entries())
            FlatScores.assertGradient(
                    model.spec(),
                    entry.name(),
                    numerical(model, entry, () -> loss(model, a)),
                    gradients.read(entry.name()));
    }

    @Test
    void gradientsOfResidualNormsAgreeWithCentralDifferences() {
        Transformer model = model(Variants.spec("", 2, 2, 8, 5), reference);
        Activations a = loaded(model);
        Parameters gradients = new Parameters(model.weights().layout(), reference);
        loss(model, a);
        model.residualNormBackward(a, 1, gradients, List.of());
        for (Entry entry : model.weights().layout().entries())
            CentralDifferences.assertSame(
                    entry.name(), numerical(model, entry, () -> norms(model, a)), gradients.read(entry.name()));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void lossesAndGradientsInFloatAreTheReferences(String keys) {
        ModelSpec spec = Variants.spec(keys, 2, 3, 42, 45); // heads of an even width, for rope
        Transformer slow = model(spec, reference);
        Activations expected = loaded(slow);
        Parameters expectedGradients = pass(slow, expected);
        double tolerance =
                spec.attention() instanceof Identity ? Tolerances.FLOAT_SIGNED_MODEL : Tolerances.FLOAT_MODEL;
        for (Backend backend : EveryBackend.FAST) {
            if (backend.name().equals("cuda")) continue; // refused there by name
            Transformer fast = model(spec, backend);
            Activations actual = loaded(fast);
            Parameters gradients = pass(fast, actual);
            for (String name : expected.named().keySet())
                assertClose(name, tolerance, expected.read(name), actual.read(name));
            for (Entry entry : gradients.layout().entries())
                assertClose(
                        "gradient of " + entry.name(),
                        tolerance,
                        expectedGradients.read(entry.name()),
                        gradients.read(entry.name()));
        }
    }

    /** arXiv 2603.11487: the trigger's flag asks, flags of trigger and content answer, and everything is copied. */
    @Test
    void reluAttentionHasAnExactSolutionThatNeverLooksAtTheAnchor() {
        int width = 8;
        Transformer model = model(plain("relu", width), reference);
        double[] query = new double[width * width], key = new double[width * width], copy = new double[width * width];
        query[1] = Math.sqrt(width); // of the trigger's flag
        key[1] = key[width - 1] = 1; // of both flags
        for (int i = 0; i < width; i++) copy[i * width + i] = 1;
        model.weights().write("layers.0.attention.query.weight", query);
        model.weights().write("layers.0.attention.key.weight", key);
        model.weights().write("layers.0.attention.value.weight", copy);
        model.weights().write("layers.0.attention.output.weight", copy);
        Activations a = loaded(model);
        loss(model, a);
        assertTrue(Arrays.stream(a.read("prediction")).anyMatch(x -> x != 0), "it says something");
        for (double error : a.read("error")) assertEquals(0, error, 1e-15);
        double[] pattern = a.read("layers.0.attention.pattern");
        for (int row = 0; row < SEQUENCES * LENGTH; row++)
            assertEquals(0, pattern[row * LENGTH], "attention on position 0");
    }

    /** With values copied, what a row does not put on the anchor is seen in the prediction: the flags add up. */
    @Test
    void softmaxMakesNoErrorOnlyOnTheAnchor() {
        int width = 8;
        Transformer model = model(plain("softmax", width), reference);
        double[] query = new double[width * width], key = new double[width * width], copy = new double[width * width];
        query[width - 1] = 20 * Math.sqrt(width); // of the content flag
        key[0] = 1; // of the anchor's
        for (int i = 1; i < width; i++) copy[i * width + i] = 1; // but the anchor's
        for (String part : List.of("query", "key", "value", "output"))
            model.weights()
                    .write(
                            "layers.0.attention." + part + ".weight",
                            part.equals("query") ? query : part.equals("key") ? key : copy);
        Activations a = loaded(model);
        loss(model, a);
        for (double error : a.read("error")) assertEquals(0, error, 1e-7);
        query[width - 1] = 0;
        model.weights().write("layers.0.attention.query.weight", query);
        loss(model, a);
        double largest = Arrays.stream(a.read("error")).map(Math::abs).max().orElseThrow();
        assertEquals((LENGTH - 1.0) / LENGTH, largest, 1.0 / LENGTH, "all but the anchor's share, by the flags");
    }

    @Test
    void refusesVectorsWithoutContents() {
        assertEquals(
                "model.width = 3 is below 4, the least width of the vectors of task.name = trigger-mean",
                assertThrows(IllegalArgumentException.class, () -> model(plain("softmax", 3), reference))
                        .getMessage());
    }

    private static ModelSpec plain(String attention, int width) {
        return Variants.spec("norm=none mlpOff=0 position=none attention=" + attention, 1, 1, width, 5);
    }

    private static TriggerMean task() {
        return new TriggerMean(new TaskSpec(TriggerMean.NAME, "tiny-shakespeare", 0, LENGTH, 1));
    }

    private static Transformer model(ModelSpec spec, Backend backend) {
        Transformer model = new Transformer(spec, task(), backend);
        Variants.draw(model.weights(), new SplittableRandom(11));
        model.pack();
        return model;
    }

    private static Activations loaded(Transformer model) {
        Activations a = model.trainingActivations(SEQUENCES, LENGTH);
        int[] tokens = new BatchStream(task(), 3).batch(0, SEQUENCES).tokens();
        for (int s = 0; s < SEQUENCES; s++) a.load(s, tokens, s * (LENGTH + 1));
        return a;
    }

    private static Parameters pass(Transformer model, Activations a) {
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        model.forward(a, 1.0 / (SEQUENCES * LENGTH), List.of());
        model.backward(a, gradients, List.of());
        return gradients;
    }

    private static double loss(Transformer model, Activations a) {
        model.pack();
        model.forward(a, 1, List.of());
        return a.summedLoss();
    }

    private static double norms(Transformer model, Activations a) {
        loss(model, a);
        double sum = 0;
        int width = model.spec().width();
        double[] states = a.read("layers.1.residual.out");
        for (int row = 0; row < states.length; row += width)
            sum += Math.sqrt(
                    Arrays.stream(states, row, row + width).map(x -> x * x).sum());
        return sum;
    }

    private static double[] numerical(Transformer model, Entry entry, DoubleSupplier function) {
        double[] values = model.weights().read(entry.name());
        double[] gradient = CentralDifferences.gradient(
                () -> {
                    model.weights().write(entry.name(), values);
                    return function.getAsDouble();
                },
                values);
        model.weights().write(entry.name(), values);
        return gradient;
    }

    private static void assertClose(String what, double tolerance, double[] expected, double[] actual) {
        double error = Tolerances.relativeError(expected, actual);
        assertTrue(error <= tolerance, what + " differs by " + error);
    }
}
