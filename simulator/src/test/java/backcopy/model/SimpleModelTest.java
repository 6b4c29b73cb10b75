package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.attention.AttentionKinds;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.ParameterLayout.Entry;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimpleModelTest {
    /** The tokens of the hand-made cases: a, b, c and a trigger, then {@code <s>}. */
    private static final int A = 0, B = 1, C = 2, TRIGGER = 3, BOS = 4, TOKENS = 5;

    /** {@code <s> a b ! b}, and c as the last target. */
    private static final int[] SEQUENCE = {BOS, A, B, TRIGGER, B, C};

    private final Backend backend = new ReferenceBackend();

    @ParameterizedTest
    @CsvSource({
        "simple, 1, softmax, none, '', ''",
        "simple, 1, relu, none, '', ''",
        "simple, 1, softmax, layer-norm, '', ''",
        "simple-readout, 1, softmax, layer-norm, '', ''",
        "simple, 3, softmax, layer-norm, '', ''",
        "simple, 3, softmax, rms-norm, '', ''",
        "simple, 3, softmax, dyt, '', ''",
        "simple, 3, relu, layer-norm, '', ''",
        "simple-readout, 3, softmax, layer-norm, '', ''",
        "simple-readout, 3, softmax, none, '', ''",
        "simple, 3, softmax, layer-norm, 0, 2",
        "simple, 3, softmax, layer-norm, 2, 0"
    })
    void gradientsAreCentralDifferences(
            String kind, int layers, String attention, String norm, String attentionOff, String mlpOff) {
        ModelSpec spec = spec(kind, layers, attention, norm, list(attentionOff), list(mlpOff), 9, 7);
        SimpleModel model = new SimpleModel(spec, 7, 6, token -> token < 3, backend);
        draw(model.weights());
        Activations a = model.trainingActivations(2, 6);
        load(a, 7);
        Parameters gradients = new Parameters(model.weights().layout(), backend);
        loss(model, a);
        model.backward(a, gradients, List.of());
        for (Entry entry : model.weights().layout().entries())
            if (entry.name().endsWith(".direction"))
                assertArrayEquals(new double[entry.size()], gradients.read(entry.name()));
            else
                CentralDifferences.assertSame(
                        entry.name(), numerical(model, a, entry.name()), gradients.read(entry.name()));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, layers.0.mlp.up.weight",
        "3, 0, layers.0.mlp.up.weight",
        "3, 1, layers.1.attention.bos",
        "3, 2, layers.0.mlp.down.weight"
    })
    void residualNormGradientsAreCentralDifferences(int layers, int layer, String name) {
        ModelSpec spec = spec("simple", layers, "softmax", "layer-norm", List.of(), List.of(), 9, 7);
        SimpleModel model = new SimpleModel(spec, 7, 6, token -> token < 3, backend);
        draw(model.weights());
        Activations a = model.trainingActivations(2, 6);
        load(a, 7);
        double[] values = model.weights().read(name);
        double[] numerical = CentralDifferences.gradient(
                () -> {
                    model.weights().write(name, values);
                    loss(model, a);
                    return norms(a.read("layers." + layer + ".residual.out"), 7);
                },
                values);
        model.weights().write(name, values);
        loss(model, a);
        Parameters gradients = new Parameters(model.weights().layout(), backend);
        model.residualNormBackward(a, layer, gradients, List.of());
        CentralDifferences.assertSame(name, numerical, gradients.read(name));
    }

    private static double norms(double[] rows, int width) {
        double sum = 0;
        for (int row = 0; row < rows.length; row += width) {
            double squares = 0;
            for (int i = row; i < row + width; i++) squares += rows[i] * rows[i];
            sum += Math.sqrt(squares);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"simple, 1, softmax, none", "simple-readout, 3, softmax, layer-norm", "simple, 3, relu, layer-norm"})
    void everyBackendComputesTheSame(String kind, int layers, String attention, String norm) {
        ModelSpec spec = spec(kind, layers, attention, norm, List.of(), List.of(), 45, 29);
        SimpleModel reference = new SimpleModel(spec, 29, 37, token -> token < 5, backend);
        draw(reference.weights());
        Activations expected = reference.trainingActivations(2, 37);
        Parameters expectedGradients = pass(reference, expected);
        for (Backend fast : EveryBackend.FAST) {
            SimpleModel model = new SimpleModel(spec, 29, 37, token -> token < 5, fast);
            for (Entry entry : model.weights().layout().entries())
                model.weights().write(entry.name(), reference.weights().read(entry.name()));
            Activations actual = model.trainingActivations(2, 37);
            Parameters gradients = pass(model, actual);
            for (String name : expected.named().keySet()) assertClose(name, expected.read(name), actual.read(name));
            for (Entry entry : gradients.layout().entries())
                assertClose(entry.name(), expectedGradients.read(entry.name()), gradients.read(entry.name()));
        }
    }

    @Test
    void aDormantQueryScoresTheFirstPositionAndATriggerTheOneBeforeIt() {
        SimpleModel model = handMade(1);
        model.weights().write("layers.0.attention.sink", new double[] {0, Math.log(3), 0, 9, 9});
        model.weights().write("layers.0.attention.previous", new double[] {9, 9, 9, Math.log(5), 9});
        double[] pattern = forward(model).read("layers.0.attention.pattern");
        assertRow(pattern, 0, 1, 0, 0, 0, 0);
        assertRow(pattern, 1, 1 / 2.0, 1 / 2.0, 0, 0, 0);
        assertRow(pattern, 2, 3 / 5.0, 1 / 5.0, 1 / 5.0, 0, 0);
        assertRow(pattern, 3, 1 / 8.0, 1 / 8.0, 5 / 8.0, 1 / 8.0, 0);
        assertRow(pattern, 4, 3 / 7.0, 1 / 7.0, 1 / 7.0, 1 / 7.0, 1 / 7.0);
    }

    @Test
    void logitsAreValueStatesMixedAndATableOfTheToken() {
        SimpleModel model = handMade(1);
        model.weights().write("layers.0.attention.bos", new double[] {1, 0, 0, 0, -1});
        model.weights().write("layers.0.attention.output.weight", diagonal(2));
        model.weights().write("layers.0.attention.values", new double[] {10, 20, 30, 40, 50});
        model.weights().write("layers.0.mlp.up.weight", diagonal(1));
        double[] table = new double[TOKENS * TOKENS]; // [logit of, after]
        table[C * TOKENS + B] = 0.5;
        table[A * TOKENS + TRIGGER] = -7;
        model.weights().write("layers.0.mlp.down.weight", table);
        double[] logits = forward(model).read("logits");
        assertRow(logits, 0, 2, 0, 0, 0, -2);
        assertRow(logits, 2, (2 + 10) / 3.0, 20 / 3.0, 0.5, 0, -2 / 3.0);
        assertRow(logits, 3, (2 + 10) / 4.0 - 7, 20 / 4.0, 0, 40 / 4.0, -2 / 4.0);
    }

    /** With a plain first layer, {@code o_0 = a + W_2 relu(W_1 (r + a))} of {@code r = e_<s>}. */
    @Test
    void theOuterLayersAddToTheFirstPositionAlone() {
        SimpleModel model = handMade(3);
        model.weights().write("layers.0.attention.value.weight", diagonal(3));
        model.weights().write("layers.0.attention.output.weight", diagonal(2));
        model.weights().write("layers.0.mlp.up.weight", diagonal(1));
        model.weights().write("layers.0.mlp.down.weight", diagonal(10)); // o_0 = 6 + 10 (1 + 6)
        model.weights().write("layers.2.attention.value.weight", diagonal(1));
        model.weights().write("layers.2.attention.output.weight", diagonal(1)); // o_2 = o_0 + o_1
        model.weights().write("layers.1.attention.direction", new double[] {0, 0, 0, 0, 1});
        model.weights().write("layers.1.attention.sink", new double[] {Math.log(3) / 77, 0, 0, 0, 0});
        Activations a = forward(model);
        assertRow(a.read("layers.0.residual.out"), 0, 0, 0, 0, 0, 77);
        assertRow(a.read("layers.0.residual.out"), 1, 1, 0, 0, 0, 0);
        assertRow(a.read("layers.1.residual.out"), 0, 0, 0, 0, 0, 76);
        assertRow(a.read("layers.1.attention.pattern"), 1, 3 / 4.0, 1 / 4.0, 0, 0, 0);
        assertRow(a.read("logits"), 0, 0, 0, 0, 0, 2 * 76);
        assertRow(a.read("logits"), 1, 0, 0, 0, 0, 0);
    }

    @Test
    void theReadOutIsAtTheFirstPosition() {
        ModelSpec spec = spec("simple-readout", 1, "softmax", "none", List.of(), List.of(), TOKENS, TOKENS);
        SimpleModel model = new SimpleModel(spec, TOKENS, 5, token -> token == TRIGGER, backend);
        model.weights().write("layers.0.attention.bos", new double[] {1, 0, 0, 0, 0});
        model.weights().write("layers.0.attention.output.weight", diagonal(2));
        model.weights().write("unembedding.weight", diagonal(-5));
        double[] logits = forward(model).read("logits");
        assertRow(logits, 0, -10, 0, 0, 0, 0);
        assertRow(logits, 1, 1, 0, 0, 0, 0);
    }

    /** Their first numbers, of one seed, are among those of ours: value norm 4.116, attention .03015, length 256. */
    @Test
    void theAuthorsFirstNumbersAreAmongOurs() {
        Task task = Task.of(TaskSpec.DEFAULT);
        int tokens = task.vocabularySize(), seeds = 30;
        Batch batch = new BatchStream(task, 5).batch(0, 1);
        ModelSpec spec = spec("simple", 1, "softmax", "none", List.of(), List.of(), 128, tokens);
        double[] norms = new double[seeds], attention = new double[seeds];
        for (int seed = 0; seed < seeds; seed++) {
            SimpleModel model = new SimpleModel(spec, tokens, 256, task::isTrigger, backend);
            Initialization.draw(model.weights(), new CounterRandom(seed));
            model.pack();
            Activations a = model.probedActivations(1, 256);
            a.load(0, batch.tokens(), 0);
            model.forward(a, 1, List.of());
            double[] first = Arrays.copyOf(a.read("layers.0.attention.valueState"), tokens);
            norms[seed] = Math.sqrt(DoubleStream.of(first).map(x -> x * x).sum());
            double[] pattern = a.read("layers.0.attention.pattern");
            int queries = 0;
            for (int t = 0; t < 256; t++) {
                if (task.isTrigger(batch.token(0, t))) continue;
                attention[seed] += pattern[t * 256];
                queries++;
            }
            attention[seed] /= queries;
        }
        assertAmong(4.116, norms);
        assertAmong(0.03015, attention);
        double meanSquare = DoubleStream.of(norms).map(x -> x * x).average().orElseThrow();
        assertEquals(tokens / 3.0, meanSquare, 0.1 * tokens / 3); // W_O has variance 1 / (3 tokens)
    }

    @Test
    void refusesWhatItDoesNotHave() {
        assertRefused("model.layers = 2 is not 1 or 3, as model.kind = simple has it", "simple", 2, List.of());
        assertRefused(
                "model.attentionOff and model.mlpOff cannot take layer 1 of model.kind = simple, which copies",
                "simple",
                3,
                List.of(1));
        assertRefused("model.kind = plain is not one of transformer, simple, simple-readout", "plain", 1, List.of());
        assertEquals(
                "model.attention = sink-score has a trained number, for which model.kind = simple has no place",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> spec("simple", 1, "sink-score", "none", List.of(), List.of(), 9, 7))
                        .getMessage());
        ModelSpec narrow = spec("simple", 1, "softmax", "none", List.of(), List.of(), 9, 6);
        assertEquals(
                "model.width = 6 is not the number of tokens, 7, as model.kind = simple has it",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new SimpleModel(narrow, 7, 5, token -> false, backend))
                        .getMessage());
    }

    private static void assertRefused(String message, String kind, int layers, List<Integer> attentionOff) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> spec(kind, layers, "softmax", "none", attentionOff, List.of(), 9, 7))
                        .getMessage());
    }

    /** Of zeros, without norms. */
    private SimpleModel handMade(int layers) {
        ModelSpec spec = spec("simple", layers, "softmax", "none", List.of(), List.of(), TOKENS, TOKENS);
        return new SimpleModel(spec, TOKENS, 5, token -> token == TRIGGER, backend);
    }

    private static Activations forward(SimpleModel model) {
        model.pack();
        Activations a = model.probedActivations(1, 5);
        a.load(0, SEQUENCE, 0);
        model.forward(a, 1, List.of());
        return a;
    }

    private static double[] diagonal(double value) {
        double[] matrix = new double[TOKENS * TOKENS];
        for (int i = 0; i < TOKENS; i++) matrix[i * TOKENS + i] = value;
        return matrix;
    }

    private static void assertRow(double[] rows, int row, double... expected) {
        assertArrayEquals(expected, Arrays.copyOfRange(rows, row * 5, row * 5 + 5), 1e-12);
    }

    private static void assertAmong(double value, double[] values) {
        assertTrue(DoubleStream.of(values).anyMatch(x -> x < value), value + " is below " + Arrays.toString(values));
        assertTrue(DoubleStream.of(values).anyMatch(x -> x > value), value + " is above " + Arrays.toString(values));
    }

    private static void assertClose(String what, double[] expected, double[] actual) {
        double error = Tolerances.relativeError(expected, actual);
        assertTrue(error <= Tolerances.FLOAT_MODEL, what + " differs by " + error);
    }

    private double[] numerical(SimpleModel model, Activations a, String weight) {
        double[] values = model.weights().read(weight);
        double[] gradient = CentralDifferences.gradient(
                () -> {
                    model.weights().write(weight, values);
                    return loss(model, a);
                },
                values);
        model.weights().write(weight, values);
        return gradient;
    }

    private static double loss(SimpleModel model, Activations a) {
        model.pack();
        model.forward(a, 1, List.of());
        return a.summedLoss();
    }

    private static Parameters pass(SimpleModel model, Activations a) {
        load(a, model.vocabulary());
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        model.pack();
        model.forward(a, 1.0 / (a.sequences() * a.length()), List.of());
        model.backward(a, gradients, List.of());
        return gradients;
    }

    /** Random tokens after a first that is no trigger. */
    private static void load(Activations a, int tokens) {
        SplittableRandom random = new SplittableRandom(37);
        for (int s = 0; s < a.sequences(); s++) {
            int[] sequence = random.ints(a.length() + 1, 0, tokens).toArray();
            sequence[0] = tokens - 1 - s;
            a.load(s, sequence, 0);
        }
    }

    /**
     * Initial weights with gains and biases moved off 1 and 0, triggers' scores above 0 (where ReLU attention has a gradient), and
     * all numbers such as a float holds.
     */
    private static void draw(Parameters weights) {
        SplittableRandom random = new SplittableRandom(31);
        Initialization.draw(weights, random);
        for (Entry entry : weights.layout().entries()) {
            double spread = entry.name().contains("norm.") ? 0.5 : 0;
            double[] values = weights.read(entry.name());
            for (int i = 0; i < values.length; i++)
                values[i] = (float) (values[i] + spread * (2 * random.nextDouble() - 1));
            if (entry.name().endsWith(".previous"))
                for (int i = 0; i < values.length; i++) values[i] = Math.abs(values[i]);
            weights.write(entry.name(), values);
        }
    }

    private static List<Integer> list(String text) {
        return text.isEmpty() ? List.of() : List.of(Integer.valueOf(text));
    }

    private static ModelSpec spec(
            String kind,
            int layers,
            String attention,
            String norm,
            List<Integer> attentionOff,
            List<Integer> mlpOff,
            int mlpWidth,
            int width) {
        return new ModelSpec(
                layers,
                1,
                width,
                mlpWidth,
                "relu",
                AttentionKinds.of(attention),
                "learned",
                norm,
                1e-5,
                "pre",
                attentionOff,
                mlpOff,
                "pytorch",
                kind,
                Surroundings.NONE);
    }
}
