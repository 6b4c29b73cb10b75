package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.StoredMatrix.Precision;
import backcopy.run.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a folder must hold, and what is said of those that do not. */
class CheckpointTest {
    private static final Path LLAMA = GoldenModels.folder("llama2");

    @TempDir
    Path directory;

    private String refusal() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(directory));
        assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        return refused.getMessage();
    }

    private void write(Map<String, Tensor> tensors) throws IOException {
        TestCheckpoints.write(directory, LLAMA.resolve("config.json"), tensors, Precision.F32);
    }

    private static Map<String, Tensor> llama() {
        return new LinkedHashMap<>(TestCheckpoints.tensors(LLAMA));
    }

    @Test
    void whatAConfigSaysIsTheArchitecture() {
        Checkpoint llama3 = GoldenModels.open("llama3"), neox = GoldenModels.open("gpt_neox");
        Architecture model = llama3.architecture();
        assertEquals(Family.LLAMA, model.family());
        assertEquals(2, model.layers());
        assertEquals(2, model.keyHeads());
        assertEquals(4, model.headWidth());
        assertTrue(model.tied());
        assertEquals(96, llama3.vocabulary());
        assertEquals(Set.of("F32"), llama3.dtypes());
        assertEquals(1, model.bos());
        assertEquals(2, neox.architecture().rotation().turned());
        assertTrue(neox.architecture().parallel());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"model_type\": \"llama\" | \"model_type\": \"gemma2\" | model_type = gemma2 cannot be read: its gains are 1 + w and its scores are capped; there are llama, mistral, olmo, olmo2, gpt_neox, gpt2, qwen2, qwen3",
                "\"model_type\": \"llama\" | \"model_type\": \"xyz\" | model_type = xyz is not known; there are llama, mistral, olmo, olmo2, gpt_neox, gpt2, qwen2, qwen3",
                "\"model_type\": \"llama\" | \"model_types\": \"llama\" | model_type is missing",
                "\"hidden_size\": 32 | \"hidden_size\": -32 | hidden_size = -32 is not a whole number from 1 to 16777216",
                "\"hidden_size\": 32 | \"hidden_size\": 1e30 | hidden_size = 1.0E30 is not a whole number from 1 to 16777216",
                "\"num_attention_heads\": 4 | \"num_attention_heads\": 5 | 5 attention heads are no multiple of 4 key and value heads",
                "\"rms_norm_eps\": 1e-05 | \"rms_norm_eps\": \"x\" | rms_norm_eps = \"x\" is not a positive number",
                "\"hidden_act\": \"silu\" | \"hidden_act\": \"mish\" | hidden_act = mish is not one of silu, gelu, gelu_new, gelu_pytorch_tanh, relu",
                "\"rope_scaling\": null | \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0} | rope_scaling has the type yarn, which cannot be computed; there are default, linear, dynamic, llama3",
                "\"rope_scaling\": null | \"quantization_config\": {} | quantization_config is there: quantized weights cannot be read, only F32, F16 and BF16",
                "\"rope_scaling\": null | \"use_sliding_window\": true | use_sliding_window = true is not supported",
                "\"rope_scaling\": null | \"layer_types\": [\"chunked_attention\"] | layer_types has a \"chunked_attention\", not only \"full_attention\"",
                "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 99999 | 99999 layers are more than 1000",
                "\"head_dim\": 8 | \"head_dim\": 7 | 7 numbers of a head turn, which is not even and above 0",
            })
    void aConfigThatIsWrongOrAsksForMoreIsRefused(String line, String by, String reason) throws IOException {
        Path config = directory.resolve("config.json");
        String text = Files.readString(LLAMA.resolve("config.json"));
        assertTrue(text.contains(line), line);
        Files.writeString(config, text.replace(line, by));
        Files.copy(LLAMA.resolve("model.safetensors"), directory.resolve("model.safetensors"));
        assertEquals(config + ": " + reason, refusal());
    }

    @Test
    void newerConfigsMeanTheSame() throws IOException {
        String text = Files.readString(LLAMA.resolve("config.json"));
        text = text.replace(
                        "\"rope_theta\": 10000.0",
                        "\"rope_parameters\": {\"rope_theta\": 10000.0, \"rope_type\": \"default\"}")
                .replace("torch_dtype", "dtype");
        Files.writeString(directory.resolve("config.json"), text);
        Files.copy(LLAMA.resolve("model.safetensors"), directory.resolve("model.safetensors"));
        assertEquals(
                GoldenModels.open("llama2").architecture(),
                Checkpoint.open(directory).architecture());
    }

    @Test
    void tensorsThatAreMissingTooManyOrOfAnotherShapeAreNamedAtOnce() throws IOException {
        Map<String, Tensor> tensors = llama();
        tensors.remove("model.norm.weight");
        tensors.remove("model.layers.1.mlp.up_proj.weight");
        tensors.put(
                "model.layers.0.self_attn.q_norm.weight",
                new Tensor(Tensor.Precision.F32, new int[] {1}, new double[1]));
        tensors.put(
                "model.layers.0.self_attn.rotary_emb.inv_freq",
                new Tensor(Tensor.Precision.F32, new int[] {1}, new double[1]));
        tensors.put("lm_head.weight", new Tensor(Tensor.Precision.F32, new int[] {2, 32}, new double[64]));
        write(tensors);
        assertEquals(
                directory + ": its tensors are not those of llama: missing model.layers.1.mlp.up_proj.weight,"
                        + " model.norm.weight; not known model.layers.0.self_attn.q_norm.weight; wrong lm_head.weight [2, 32]"
                        + " in place of [96, 32]",
                refusal());
    }

    @Test
    void aTableShorterThanTheConfigsVocabularyIsRefused() throws IOException {
        Map<String, Tensor> tensors = llama();
        tensors.put(
                "model.embed_tokens.weight", new Tensor(Tensor.Precision.F32, new int[] {95, 32}, new double[95 * 32]));
        write(tensors);
        assertTrue(refusal().endsWith("has the shape [95, 32], but config.json says vocab_size = 96"), refusal());
    }

    /** Thousands of names of what is missing would say less. */
    @Test
    void moreLayersThanTensorsAreRefusedAsSuch() throws IOException {
        write(llama());
        Path config = directory.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000"));
        assertEquals(directory + " has 21 tensors, but config.json says that there are 1000 layers", refusal());
    }

    @Test
    void otherFilesAreRefusedByWhatTheyAre() throws IOException {
        assertEquals(directory + " has no config.json", refusal());
        Files.copy(LLAMA.resolve("config.json"), directory.resolve("config.json"));
        assertEquals(directory + " has neither model.safetensors nor model.safetensors.index.json", refusal());
        Path pickled = Files.createFile(directory.resolve("pytorch_model-00001-of-00002.bin"));
        assertTrue(refusal().contains("pytorch_model-00001-of-00002.bin, a pickled file"), refusal());
        Files.move(pickled, directory.resolve("model.gguf"));
        assertTrue(refusal().contains("model.gguf, which is quantized"), refusal());
        Path none = directory.resolve("none");
        assertEquals(
                none + " does not exist",
                assertThrows(IllegalArgumentException.class, () -> Checkpoint.open(none))
                        .getMessage());
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"llama\"");
        assertTrue(refusal().startsWith(directory.resolve("config.json") + ": it is not JSON"), refusal());
    }

    @Test
    void quantizedTensorsAreRefused() throws IOException {
        write(llama());
        Path file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("F32", text.indexOf("model.norm.weight"));
        bytes[at] = 'I';
        Files.write(file, bytes);
        assertTrue(
                refusal().contains("wrong model.norm.weight of dtype I32 (only F32, F16 and BF16 can be read"),
                refusal());
    }

    @Test
    void aCutOffFileAndLyingIndicesAreRefused() throws IOException {
        write(llama());
        Path file = directory.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertTrue(refusal().startsWith(file + " is not a sound safetensors file: "), refusal());
        Files.delete(file);

        TestCheckpoints.shards(directory, LLAMA.resolve("config.json"), llama(), 2);
        Checkpoint.open(directory);
        Path index = directory.resolve("model.safetensors.index.json");
        String text = Files.readString(index), first = TestCheckpoints.shardName(0, 2);
        String second = TestCheckpoints.shardName(1, 2);
        Files.writeString(index, text.replaceFirst(first, second));
        assertTrue(refusal().contains(", which the index puts into " + second), refusal());
        Files.writeString(index, text.replaceFirst("\"[^\"]*\": \"" + first + "\"", "\"x\": \"" + first + "\""));
        assertTrue(refusal().contains(", which the index does not know, "), refusal());
        assertTrue(refusal().endsWith(first + " lacks x"), refusal());
        Files.writeString(index, text.replace(first, "../" + first));
        assertTrue(refusal().endsWith("which is not the name of a safetensors file"), refusal());
        Files.writeString(index, text);
        Files.delete(directory.resolve(first));
        assertEquals(index + " and its files disagree: " + first + " is missing", refusal());
        Files.writeString(index, "{}");
        assertEquals(index + " has no weight_map", refusal());
    }
}
