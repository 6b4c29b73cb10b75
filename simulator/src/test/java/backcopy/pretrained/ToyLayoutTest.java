package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.StoredMatrix.Precision;
import backcopy.backend.Workers;
import backcopy.backend.reference.ReferenceStoredProducts;
import backcopy.probe.Observable;
import backcopy.run.Safetensors;
import backcopy.run.Scale;
import backcopy.run.Tensor;
import backcopy.run.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A toy's weights in the layouts of Llama and of GPT-2: the same model, and the same signatures by the same definitions. */
class ToyLayoutTest {
    private static final int LAYERS = 2, HEADS = 3, WIDTH = 12, MLP = 20, VOCABULARY = 67, LENGTH = 9;
    private static final int[][] TEXTS = {{66, 1, 2, 43, 4, 5, 9, 9, 1}, {66, 0, 58, 0, 9, 7, 1, 7, 33}};

    @TempDir
    Path directory;

    private final Map<String, Tensor> toy = new LinkedHashMap<>();
    private final SplittableRandom random = new SplittableRandom(17);

    private void add(String name, int... shape) {
        double[] values = new double[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) ((name.endsWith("gain") ? 1 : 0) + 0.6 * (2 * random.nextDouble() - 1));
        toy.put(name, new Tensor(Tensor.Precision.F64, shape, values));
    }

    private void addNorm(String name, boolean bias) {
        add(name + ".gain", WIDTH);
        if (bias) add(name + ".bias", WIDTH);
    }

    private void addToy(boolean learned) {
        add("embedding.token", VOCABULARY, WIDTH);
        if (learned) add("embedding.position", LENGTH, WIDTH);
        for (int n = 0; n < LAYERS; n++) {
            for (String part : List.of("query", "key", "value", "output"))
                add("layers." + n + ".attention." + part + ".weight", WIDTH, WIDTH);
            addNorm("layers." + n + ".attention.norm", learned);
            add("layers." + n + ".mlp.up.weight", MLP, WIDTH);
            if (!learned) add("layers." + n + ".mlp.gate.weight", MLP, WIDTH);
            add("layers." + n + ".mlp.down.weight", WIDTH, MLP);
            addNorm("layers." + n + ".mlp.norm", learned);
        }
        addNorm("final_norm", learned);
        add("unembedding.weight", VOCABULARY, WIDTH);
    }

    private Tensor single(String name) {
        return new Tensor(
                Tensor.Precision.F32, toy.get(name).shape(), toy.get(name).values());
    }

    private Tensor transposed(String... names) {
        int out = 0, in = toy.get(names[0]).shape()[1];
        for (String name : names) out += toy.get(name).shape()[0];
        double[] values = new double[in * out];
        int column = 0;
        for (String name : names)
            for (int row = 0; row < toy.get(name).shape()[0]; row++, column++)
                for (int k = 0; k < in; k++)
                    values[k * out + column] = toy.get(name).values()[row * in + k];
        return new Tensor(Tensor.Precision.F32, new int[] {in, out}, values);
    }

    private static Tensor zeros(int size) {
        return new Tensor(Tensor.Precision.F32, new int[] {size}, new double[size]);
    }

    private Trace trace(String... keys) throws IOException {
        new Safetensors(new LinkedHashMap<>(toy), Map.of()).write(directory.resolve("toy.safetensors"));
        StringBuilder lines = new StringBuilder();
        for (int[] text : TEXTS)
            lines.append(String.join(
                            ",", Arrays.stream(text).mapToObj(Integer::toString).toList()))
                    .append(",0\n"); // a last id that is only a target
        Files.writeString(directory.resolve("tokens.csv"), lines);
        Map<String, String> all = new LinkedHashMap<>();
        for (String key : keys) all.put(key.split("=")[0], key.split("=")[1]);
        all.put("model.heads", Integer.toString(HEADS));
        all.put("train.backend", "reference");
        return Trace.of(Scale.PAPER.spec(), all, directory.resolve("toy.safetensors"), directory.resolve("tokens.csv"));
    }

    private void compare(Path folder, Trace trace) throws IOException {
        Checkpoint checkpoint = Checkpoint.open(folder);
        try (trace;
                Workers workers = new Workers(1)) {
            ReferenceStoredProducts products = new ReferenceStoredProducts(workers);
            Seen seen = Seen.of(checkpoint, products, workers, TEXTS);
            List<String> names =
                    List.of("logits", "layers.0.residual.out", "layers.1.residual.out", "layers.1.attention.pattern");
            Map<String, Tensor> expected = trace.export(names).tensors();
            for (int s = 0; s < TEXTS.length; s++) {
                assertClose(expected.get("logits"), s, seen.logits[s]);
                for (int n = 0; n < LAYERS; n++)
                    assertClose(expected.get("layers." + n + ".residual.out"), s, seen.residual.get(n + "/0/" + s));
                for (int h = 0; h < HEADS; h++)
                    assertClose(
                            expected.get("layers.1.attention.pattern"),
                            s * HEADS + h,
                            seen.patterns.get("1/" + h + "/" + s));
            }
            Findings found = Probing.run(
                    checkpoint,
                    List.of(new TokenInput("toy", TEXTS, -1)),
                    List.of(),
                    null,
                    products,
                    workers,
                    Pace.silent());
            Map<String, Double> numbers = trace.observe().numbers();
            Map<String, Observable> arrays = new LinkedHashMap<>();
            for (Observable array : found.arrays("")) arrays.put(array.name(), array);
            double top = 0;
            for (int n = 0; n < LAYERS; n++) {
                for (int h = 0; h < HEADS; h++) {
                    double alpha = arrays.get("attention.alpha.first").get(n, h);
                    assertEquals(numbers.get("layers." + n + ".heads." + h + ".attention.alpha"), alpha, 1e-12);
                    top = Math.max(top, alpha);
                }
                assertEquals(
                        numbers.get("layers." + n + ".residual.norm.bos"),
                        arrays.get("residual.norm.first").get(n),
                        1e-10);
            }
            assertTrue(top > 0.2);
            assertEquals(numbers.get("sink.rate"), arrays.get("sink.rate").get(5), 1e-12);
        }
    }

    private static void assertClose(Tensor expected, int slice, double[] actual) {
        double[] part = Arrays.copyOfRange(expected.values(), slice * actual.length, (slice + 1) * actual.length);
        double error = Tolerances.relativeError(part, actual);
        assertTrue(error < Tolerances.DOUBLE_PASS, "differs by " + error);
    }

    @Test
    void aToyInLlamasLayout() throws IOException {
        addToy(false);
        Map<String, Tensor> llama = new LinkedHashMap<>();
        llama.put("model.embed_tokens.weight", single("embedding.token"));
        for (int n = 0; n < LAYERS; n++) {
            String to = "model.layers." + n + ".", from = "layers." + n + ".";
            String[] parts = {"query", "key", "value", "output"};
            for (String part : parts)
                llama.put(
                        to + "self_attn." + part.charAt(0) + "_proj.weight",
                        single(from + "attention." + part + ".weight"));
            llama.put(to + "input_layernorm.weight", single(from + "attention.norm.gain"));
            llama.put(to + "post_attention_layernorm.weight", single(from + "mlp.norm.gain"));
            for (String part : List.of("up", "gate", "down"))
                llama.put(to + "mlp." + part + "_proj.weight", single(from + "mlp." + part + ".weight"));
        }
        llama.put("model.norm.weight", single("final_norm.gain"));
        llama.put("lm_head.weight", single("unembedding.weight"));
        Path config = Files.writeString(directory.resolve("llama.json"), """
                {"model_type": "llama", "hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 2,
                 "num_attention_heads": 3, "vocab_size": 67, "max_position_embeddings": 9, "rms_norm_eps": 1e-5}
                """);
        compare(
                TestCheckpoints.write(directory.resolve("llama"), config, llama, Precision.F32),
                trace("model.position=rope", "task.sequenceLength=9", "model.norm=rms-norm", "model.mlp=swiglu"));
    }

    @Test
    void aToyInGpt2sLayout() throws IOException {
        addToy(true);
        Map<String, Tensor> gpt2 = new LinkedHashMap<>();
        gpt2.put("wte.weight", single("embedding.token"));
        gpt2.put("wpe.weight", single("embedding.position"));
        for (int n = 0; n < LAYERS; n++) {
            String to = "h." + n + ".", from = "layers." + n + ".";
            gpt2.put(
                    to + "attn.c_attn.weight",
                    transposed(
                            from + "attention.query.weight",
                            from + "attention.key.weight",
                            from + "attention.value.weight"));
            gpt2.put(to + "attn.c_attn.bias", zeros(3 * WIDTH));
            gpt2.put(to + "attn.c_proj.weight", transposed(from + "attention.output.weight"));
            gpt2.put(to + "attn.c_proj.bias", zeros(WIDTH));
            gpt2.put(to + "mlp.c_fc.weight", transposed(from + "mlp.up.weight"));
            gpt2.put(to + "mlp.c_fc.bias", zeros(MLP));
            gpt2.put(to + "mlp.c_proj.weight", transposed(from + "mlp.down.weight"));
            gpt2.put(to + "mlp.c_proj.bias", zeros(WIDTH));
            for (String end : List.of("gain", "bias")) {
                String word = end.equals("gain") ? "weight" : "bias";
                gpt2.put(to + "ln_1." + word, single(from + "attention.norm." + end));
                gpt2.put(to + "ln_2." + word, single(from + "mlp.norm." + end));
            }
        }
        gpt2.put("ln_f.weight", single("final_norm.gain"));
        gpt2.put("ln_f.bias", single("final_norm.bias"));
        gpt2.put("lm_head.weight", single("unembedding.weight"));
        Path config = Files.writeString(directory.resolve("gpt2.json"), """
                {"model_type": "gpt2", "n_embd": 12, "n_inner": 20, "n_layer": 2, "n_head": 3, "vocab_size": 67,
                 "n_positions": 9, "layer_norm_epsilon": 1e-5, "activation_function": "relu", "tie_word_embeddings": false}
                """);
        compare(TestCheckpoints.write(directory.resolve("gpt2"), config, gpt2, Precision.F32), trace("model.mlp=relu"));
    }
}
