package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Activations;
import backcopy.model.Initialization;
import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.model.Transformer;
import backcopy.probe.Observable;
import backcopy.run.Tensor.Precision;
import backcopy.task.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of a small model with random weights: what is exported, and what is refused. */
class TraceTest {
    private static final int SEQUENCES = 3, LENGTH = 5, HEADS = 2, WIDTH = 6, VOCABULARY = 67;
    private static final String TOKENS = "66,1,2,43,4,5\n66,0,58,0,9,9\n66,7,1,7,1,65\n";
    private static final Map<String, String> KEYS =
            Map.of("model.heads", "2", "train.backend", "reference", "task.triggers", "2");

    @TempDir
    private Path directory;

    @Test
    void exportsHaveTheirAxesAndTheModelsNumbers() throws IOException {
        Transformer model = model(List.of(), List.of(), "layer-norm");
        Activations a = model.trainingActivations(SEQUENCES, LENGTH);
        int[] tokens =
                Arrays.stream(TOKENS.split("[,\n]")).mapToInt(Integer::parseInt).toArray();
        for (int s = 0; s < SEQUENCES; s++) a.load(s, tokens, s * (LENGTH + 1));
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        double predictions = SEQUENCES * LENGTH;
        model.forward(a, 1 / predictions, List.of());
        model.backward(a, gradients, List.of());

        Map<String, Tensor> exported = export(
                weights(model),
                "loss,grad.final_norm.bias,logits,losses,embedding,layers.1.attention.scores,layers.1.attention.pattern,"
                        + "layers.1.attention.query,layers.1.attention.key,layers.1.attention.value,"
                        + "layers.1.attention.output,layers.0.residual.mid,layers.0.residual.out");
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("loss", new int[0]);
        shapes.put("grad.final_norm.bias", new int[] {WIDTH});
        shapes.put("logits", new int[] {SEQUENCES, LENGTH, VOCABULARY});
        shapes.put("losses", new int[] {SEQUENCES, LENGTH});
        shapes.put("embedding", new int[] {SEQUENCES, LENGTH, WIDTH});
        for (String pairs : List.of("scores", "pattern"))
            shapes.put("layers.1.attention." + pairs, new int[] {SEQUENCES, HEADS, LENGTH, LENGTH});
        for (String part : List.of("query", "key", "value"))
            shapes.put("layers.1.attention." + part, new int[] {SEQUENCES, HEADS, LENGTH, WIDTH / HEADS});
        for (String state : List.of("layers.1.attention.output", "layers.0.residual.mid", "layers.0.residual.out"))
            shapes.put(state, new int[] {SEQUENCES, LENGTH, WIDTH});
        assertEquals(List.copyOf(shapes.keySet()), List.copyOf(exported.keySet()));

        shapes.forEach((name, shape) -> {
            assertArrayEquals(shape, exported.get(name).shape(), name);
            double[] expected;
            if (name.equals("loss")) expected = new double[] {a.summedLoss() / predictions};
            else if (name.startsWith("grad.")) expected = gradients.read(name.substring("grad.".length()));
            else expected = a.read(name);
            double[] actual = exported.get(name).values();
            if (shape.length == 4 && shape[3] != LENGTH) actual = headsSideBySide(actual);
            double error = Tolerances.relativeError(expected, actual);
            assertTrue(error <= Tolerances.DOUBLE_PASS, name + " differs by " + error);
        });
    }

    @Test
    void gradIsEveryGradient() throws IOException {
        Path weights = weights(model(List.of(), List.of(), "layer-norm"));
        Map<String, Tensor> all = export(weights, "grad");
        List<String> names = Safetensors.read(weights).tensors().keySet().stream()
                .map(name -> "grad." + name)
                .toList();
        assertEquals(names, List.copyOf(all.keySet()));
        export(weights, String.join(",", names)).forEach((name, one) -> assertSame(name, one, all.get(name)));
    }

    @Test
    void everyObservableCanBeExported() throws IOException {
        try (Trace trace = trace(weights(model(List.of(), List.of(), "layer-norm")), KEYS, TOKENS)) {
            List<Observable> observables = trace.observe().arrays();
            assertTrue(observables.size() > 3);
            List<String> names = observables.stream().map(Observable::name).toList();
            trace.requireNames(names);
            Safetensors exported = trace.export(names);
            for (Observable observable : observables) {
                Tensor tensor = exported.tensors().get(observable.name());
                assertArrayEquals(observable.shape(), tensor.shape(), observable.name());
                assertArrayEquals(observable.toArray(), tensor.values(), observable.name());
            }
        }
    }

    @Test
    void aTraceOnTheCpuIsInFloat() throws IOException {
        Map<String, String> keys = with(KEYS, "train.backend", "cpu");
        try (Trace trace = trace(weights(model(List.of(), List.of(), "layer-norm")), keys, TOKENS)) {
            Tensor logits = trace.export(List.of("logits")).tensors().get("logits");
            assertEquals(Precision.F32, logits.precision());
        }
    }

    @Test
    void whatIsMissingInTheWeightsIsOffInTheModel() throws IOException {
        Path weights = weights(model(List.of(1), List.of(0), "none"));
        try (Trace trace = trace(weights, KEYS, TOKENS)) {
            trace.requireNames(List.of("layers.0.attention.scores", "layers.1.residual.mid"));
            String refusal = Refusal.of(() -> trace.requireNames(List.of("layers.1.attention.scores")));
            assertTrue(refusal.startsWith("--export layers.1.attention.scores is not "), refusal);
        }
    }

    @Test
    void anInterventionActsInTheTrace() throws IOException {
        Path weights = weights(model(List.of(), List.of(), "layer-norm"));
        Map<String, String> keys = with(with(KEYS, "intervention.kind", "zero-mlp"), "intervention.layer", "1");
        try (Trace free = trace(weights, KEYS, TOKENS);
                Trace forced = trace(weights, keys, TOKENS)) {
            List<String> names =
                    List.of("loss", "grad.layers.1.mlp.up.weight", "layers.1.residual.mid", "layers.1.residual.out");
            Map<String, Tensor> with = forced.export(names).tensors(),
                    without = free.export(names).tensors();
            assertTrue(with.get("loss").values()[0] != without.get("loss").values()[0]);
            assertArrayEquals(
                    new double[9 * WIDTH],
                    with.get("grad.layers.1.mlp.up.weight").values());
            assertArrayEquals(
                    with.get("layers.1.residual.mid").values(),
                    with.get("layers.1.residual.out").values());
        }
    }

    @Test
    void optimizerStateInTheWeightsIsIgnored() throws IOException {
        Path weights = weights(model(List.of(), List.of(), "layer-norm"));
        Map<String, Tensor> plain = export(weights, "loss");
        Safetensors file = Safetensors.read(weights);
        file.tensors().put("optimizer.first.final_norm.gain", new Tensor(Precision.F32, new int[] {1}, new double[1]));
        file.write(weights);
        assertSame("loss", plain.get("loss"), export(weights, "loss").get("loss"));
    }

    @Test
    void unknownNamesAreRefusedSayingWhatThereIs() throws IOException {
        try (Trace trace = trace(weights(model(List.of(), List.of(), "layer-norm")), KEYS, TOKENS)) {
            String name = Refusal.of(() -> trace.requireNames(List.of("loss", "logit")));
            assertTrue(name.startsWith("--export logit is not loss, grad, grad.<weight>, one of embedding, "), name);
            for (Observable observable : trace.observe().arrays()) assertTrue(name.contains(observable.name()), name);
            String gradient = Refusal.of(() -> trace.requireNames(List.of("grad.final_norm")));
            assertTrue(gradient.startsWith("--export grad.final_norm: there is no weight final_norm"), gradient);
            assertTrue(gradient.contains("final_norm.gain"), gradient);
        }
    }

    @Test
    void everyMissingWeightIsNamed() throws IOException {
        Path whole = weights(model(List.of(), List.of(), "layer-norm"));
        for (String name : Safetensors.read(whole).tensors().keySet()) {
            Safetensors file = Safetensors.read(whole);
            file.tensors().remove(name);
            Path cut = directory.resolve("cut.safetensors");
            file.write(cut);
            String refusal = Refusal.of(() -> trace(cut, KEYS, TOKENS));
            assertTrue(refusal.contains(cut + " has no " + name), refusal);
        }
    }

    @Test
    void aWeightOfAnotherShapeOrTooManyIsRefused() throws IOException {
        Path weights = weights(model(List.of(), List.of(), "layer-norm"));
        Safetensors file = Safetensors.read(weights);
        String name = "layers.1.attention.key.weight";
        file.tensors().put(name, new Tensor(Precision.F32, new int[] {4, WIDTH}, new double[4 * WIDTH]));
        file.write(weights);
        assertEquals(
                "--weights " + weights + " has " + name + " of shape [4, 6] where [6, 6] is needed",
                Refusal.of(() -> trace(weights, KEYS, TOKENS)));
        file.tensors().put(name, new Tensor(Precision.F32, new int[] {WIDTH, WIDTH}, new double[WIDTH * WIDTH]));
        file.tensors().put("tokens", new Tensor(Precision.F32, new int[] {1}, new double[1]));
        file.write(weights);
        assertEquals(
                "--weights " + weights + " holds tokens, which this model does not have",
                Refusal.of(() -> trace(weights, KEYS, TOKENS)));
    }

    @Test
    void tokensMustFitTheWeights() throws IOException {
        Path weights = weights(model(List.of(), List.of(), "layer-norm"));
        String tooLong = Refusal.of(() -> trace(weights, KEYS, "66,1,2,3,4,5,6\n"));
        assertEquals(
                directory.resolve("tokens.csv") + " has sequences of 6 predictions, more than task.sequenceLength = 5",
                tooLong);
        String unknown = Refusal.of(() -> trace(weights, KEYS, "66,1,67\n"));
        assertTrue(unknown.endsWith("line 1: token 67 is not between 0 and 66"), unknown);
        try (Trace trace = trace(weights, KEYS, "66,1,2\n")) {
            assertArrayEquals(
                    new int[] {1, 2, VOCABULARY},
                    trace.export(List.of("logits")).tensors().get("logits").shape());
        }
    }

    private Map<String, Tensor> export(Path weights, String names) throws IOException {
        try (Trace trace = trace(weights, KEYS, TOKENS)) {
            List<String> list = List.of(names.split(","));
            trace.requireNames(list);
            return trace.export(list).tensors();
        }
    }

    private Trace trace(Path weights, Map<String, String> keys, String tokens) throws IOException {
        Path file = Files.writeString(directory.resolve("tokens.csv"), tokens);
        return Trace.of(Scale.SMOKE.spec(), keys, weights, file);
    }

    private static Transformer model(List<Integer> attentionOff, List<Integer> mlpOff, String norm) {
        ModelSpec spec = new ModelSpec(
                2, HEADS, WIDTH, 9, "relu", "softmax", "learned", norm, 1e-5, "pre", attentionOff, mlpOff);
        Transformer model = new Transformer(spec, VOCABULARY, LENGTH, new ReferenceBackend());
        Initialization.draw(model.weights(), new CounterRandom(3));
        model.pack();
        return model;
    }

    private Path weights(Transformer model) throws IOException {
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (Entry entry : model.weights().layout().entries())
            tensors.put(
                    entry.name(),
                    new Tensor(
                            Precision.F64,
                            entry.shape().stream().mapToInt(Integer::intValue).toArray(),
                            model.weights().read(entry.name())));
        Path file = directory.resolve("weights.safetensors");
        new Safetensors(tensors, Map.of()).write(file);
        return file;
    }

    /** {@code [sequences, heads, position, head width]} as {@code [sequences, position, width]}. */
    private static double[] headsSideBySide(double[] values) {
        int headWidth = WIDTH / HEADS;
        double[] joined = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int c = i % headWidth, t = i / headWidth % LENGTH, h = i / headWidth / LENGTH % HEADS;
            int s = i / headWidth / LENGTH / HEADS;
            joined[(s * LENGTH + t) * WIDTH + h * headWidth + c] = values[i];
        }
        return joined;
    }

    private static Map<String, String> with(Map<String, String> keys, String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(keys);
        more.put(key, value);
        return more;
    }

    private static void assertSame(String name, Tensor expected, Tensor actual) {
        assertArrayEquals(expected.shape(), actual.shape(), name);
        assertArrayEquals(expected.values(), actual.values(), name);
    }
}
