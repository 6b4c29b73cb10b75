package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.attention.AttentionKinds;
import backcopy.attention.Identity;
import backcopy.attention.NormalizedRelu;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.ParameterLayout.Entry;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole model in float against the definition in double, at sizes that fit no tile and no vector. */
class FastTransformerTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1,   1,   1,  2,   1",
        "2, 1,   3,   2,  5,   2",
        "1, 3,  33,  45, 29,  37",
        "2, 2,  66, 131, 67,  70",
        "3, 5,  35,  17, 11, 101",
        "1, 1, 129, 257, 31, 130"
    })
    void lossesAndGradientsAreTheReferences(
            int layers, int heads, int width, int mlpWidth, int vocabulary, int length) {
        for (String attention : AttentionKinds.names()) {
            ModelSpec spec = new ModelSpec(
                    layers,
                    heads,
                    width,
                    mlpWidth,
                    "relu",
                    attention,
                    "learned",
                    "layer-norm",
                    1e-5,
                    "pre",
                    List.of(),
                    List.of());
            check(spec, attention, vocabulary, length);
        }
    }

    /** Each MLP, each norm and each place at least once. */
    @ParameterizedTest
    @CsvSource({
        "gelu, rms-norm, pre",
        "silu, dyt, pre",
        "linear, layer-norm, sandwich",
        "swiglu, rms-norm, sandwich",
        "geglu, dyt, post",
        "reglu, layer-norm, post",
        "relu, none, post"
    })
    void everyMlpAndNormIsTheReferences(String mlp, String norm, String place) {
        ModelSpec spec =
                new ModelSpec(2, 2, 34, 45, mlp, "softmax", "learned", norm, 1e-5, place, List.of(), List.of());
        check(spec, mlp + " " + norm + " " + place, 23, 19);
    }

    private static void check(ModelSpec spec, String name, int vocabulary, int length) {
        Transformer reference = new Transformer(spec, vocabulary, length, new ReferenceBackend());
        draw(reference.weights());
        Activations expected = reference.trainingActivations(2, length);
        long seed = 37;
        Parameters expectedGradients = pass(reference, expected, seed);
        while (spec.attention() instanceof NormalizedRelu && !isWellConditioned(expected, spec, length))
            expectedGradients = pass(reference, expected, ++seed);
        for (Backend backend : EveryBackend.FAST) {
            Transformer fast = new Transformer(spec, vocabulary, length, backend);
            for (Entry entry : fast.weights().layout().entries())
                fast.weights().write(entry.name(), reference.weights().read(entry.name()));
            Activations actual = fast.trainingActivations(2, length);
            Parameters gradients = pass(fast, actual, seed);
            double tolerance =
                    spec.attention() instanceof Identity ? Tolerances.FLOAT_SIGNED_MODEL : Tolerances.FLOAT_MODEL;
            String what = name + ", " + backend.description() + ": ";
            for (String activation : expected.named().keySet())
                assertClose(what + activation, tolerance, expected.read(activation), actual.read(activation));
            for (Entry entry : gradients.layout().entries())
                assertClose(
                        what + "gradient of " + entry.name(),
                        tolerance,
                        expectedGradients.read(entry.name()),
                        gradients.read(entry.name()));
        }
    }

    /** Initial weights with gains and biases moved off 1 and 0, all numbers that a float holds exactly. */
    private static void draw(Parameters weights) {
        SplittableRandom random = new SplittableRandom(31);
        Initialization.draw(weights, random);
        for (Entry entry : weights.layout().entries()) {
            double spread = entry.name().contains("norm.") ? 0.5 : 0;
            double[] values = weights.read(entry.name());
            for (int i = 0; i < values.length; i++)
                values[i] = (float) (values[i] + spread * (2 * random.nextDouble() - 1));
            weights.write(entry.name(), values);
        }
    }

    /**
     * Whether in every row with several positive scores these sum to a fiftieth of the largest score or more. A pattern divides by that
     * sum, so that a row multiplies what rounding leaves of its scores (1e-7 of the largest) by the largest over the sum: with less
     * of a sum the quotient says nothing of the kernels that made it. A single positive score is 1 whatever it is.
     */
    private static boolean isWellConditioned(Activations a, ModelSpec spec, int length) {
        for (int layer = 0; layer < spec.layers(); layer++) {
            double[] scores = a.read("layers." + layer + ".attention.scores");
            double largest = 0;
            for (double score : scores) largest = Math.max(largest, Math.abs(score));
            for (int row = 0; row < scores.length / length; row++) {
                double sum = 0;
                int positive = 0;
                for (int key = 0; key <= row % length; key++)
                    if (scores[row * length + key] > 0) {
                        sum += scores[row * length + key];
                        positive++;
                    }
                if (positive > 1 && sum < largest / 50) return false;
            }
        }
        return true;
    }

    private static Parameters pass(Transformer model, Activations a, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int s = 0; s < a.sequences(); s++)
            a.load(s, random.ints(a.length() + 1, 0, model.vocabulary()).toArray(), 0);
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        model.pack();
        model.forward(a, 1.0 / (a.sequences() * a.length()), List.of());
        model.backward(a, gradients, List.of());
        return gradients;
    }

    private static void assertClose(String what, double tolerance, double[] expected, double[] actual) {
        double error = Tolerances.relativeError(expected, actual);
        assertTrue(error <= tolerance, what + " differs by " + error);
    }
}
