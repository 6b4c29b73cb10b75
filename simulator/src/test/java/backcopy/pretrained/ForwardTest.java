package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.StoredMatrix.Precision;
import backcopy.backend.Workers;
import backcopy.backend.cpu.CpuStoredProducts;
import backcopy.backend.reference.ReferenceStoredProducts;
import backcopy.run.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The forward pass against a plain one, and its ablations, shards, precisions and threads against itself. */
class ForwardTest {
    private static final int LENGTH = 11;

    private final Workers workers = new Workers(2);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        workers.close();
    }

    static Stream<String> models() {
        return GoldenModels.NAMES.stream();
    }

    private static int[][] texts(int count, int length) {
        SplittableRandom random = new SplittableRandom(3);
        int[][] texts = new int[count][];
        for (int s = 0; s < count; s++) texts[s] = random.ints(length, 0, 96).toArray();
        return texts;
    }

    private Seen reference(Checkpoint checkpoint, int[][] texts, Ablation... ablations) {
        return Seen.of(checkpoint, new ReferenceStoredProducts(workers), workers, texts, ablations);
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsAndLossAreThePlainForwards(String name) throws IOException {
        int[][] texts = texts(2, LENGTH);
        Seen seen = reference(GoldenModels.open(name), texts);
        PlainForward plain = new PlainForward(GoldenModels.folder(name));
        for (int s = 0; s < texts.length; s++) {
            double[][] logits = plain.logits(texts[s]);
            double[] flat =
                    Arrays.stream(logits).flatMapToDouble(Arrays::stream).toArray();
            double error = Tolerances.relativeError(flat, seen.logits[s]);
            assertTrue(error < 1e-10, name + " differs by " + error);
            double loss = 0;
            for (int t = 0; t + 1 < LENGTH; t++)
                loss += Math.log(Arrays.stream(logits[t]).map(Math::exp).sum()) - logits[t][texts[s][t + 1]];
            assertEquals(loss / (LENGTH - 1), seen.losses.get("0/" + s), 1e-12);
        }
    }

    @Test
    void anAblationIsTheSameAloneAndTogether() {
        Checkpoint checkpoint = GoldenModels.open("llama3");
        Architecture model = checkpoint.architecture();
        int[][] texts = texts(2, LENGTH);
        Ablation[] all = Stream.of(
                        "layers.1.mlp", "layers.0.attention", "layers.0.mlp,layers.1.heads.5", "layers.1.heads.2")
                .map(parts -> Ablation.parse(parts, model).get(0))
                .toArray(Ablation[]::new);
        Seen together = reference(checkpoint, texts, all);
        for (int i = 0; i < all.length; i++) {
            Seen alone = reference(checkpoint, texts, all[i]);
            for (int s = 0; s < 2; s++) {
                assertEquals(alone.losses.get("1/" + s), together.losses.get(i + 1 + "/" + s), all[i].toString());
                assertArrayEquals(
                        alone.residual.get("1/1/" + s),
                        together.residual.get("1/" + (i + 1) + "/" + s),
                        all[i].toString());
                assertEquals(alone.losses.get("0/" + s), together.losses.get("0/" + s));
                assertTrue(Math.abs(alone.losses.get("1/" + s) - alone.losses.get("0/" + s)) > 1e-9);
            }
        }
    }

    /** Zeroed weights do what an ablation does. */
    @Test
    void zeroedPartsAreThoseOfZeroedWeights() throws IOException {
        Path folder = GoldenModels.folder("qwen2");
        int[][] texts = texts(1, LENGTH);
        Architecture model = GoldenModels.open("qwen2").architecture();
        for (String parts : new String[] {"layers.0.mlp", "layers.1.attention", "layers.0.heads.3"}) {
            Map<String, Tensor> tensors = TestCheckpoints.tensors(folder);
            String layer = "model.layers." + parts.charAt(7) + ".";
            if (parts.endsWith("mlp"))
                Arrays.fill(tensors.get(layer + "mlp.down_proj.weight").values(), 0);
            else {
                Tensor output = tensors.get(layer + "self_attn.o_proj.weight");
                int width = model.heads() * model.headWidth();
                for (int i = 0; i < output.values().length; i++)
                    if (parts.endsWith("attention") || i % width / model.headWidth() == 3) output.values()[i] = 0;
            }
            Path zeroed = TestCheckpoints.write(
                    directory.resolve(parts), folder.resolve("config.json"), tensors, Precision.F32);
            Seen expected = reference(Checkpoint.open(zeroed), texts);
            Seen seen = reference(
                    GoldenModels.open("qwen2"),
                    texts,
                    Ablation.parse(parts, model).get(0));
            assertEquals(expected.losses.get("0/0"), seen.losses.get("1/0"), 1e-12, parts);
        }
    }

    @Test
    void shardsAreOneModel() throws IOException {
        Path folder = GoldenModels.folder("mistral");
        Path shards =
                TestCheckpoints.shards(directory, folder.resolve("config.json"), TestCheckpoints.tensors(folder), 3);
        int[][] texts = texts(2, LENGTH);
        Seen one = reference(GoldenModels.open("mistral"), texts), many = reference(Checkpoint.open(shards), texts);
        for (int s = 0; s < 2; s++) assertArrayEquals(one.logits[s], many.logits[s]);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"F16", "BF16"})
    void numbersOf16BitsAreThoseNumbers(Precision precision) throws IOException {
        for (String name : new String[] {"gpt2", "gpt_neox"}) {
            Path folder = GoldenModels.folder(name), config = folder.resolve("config.json");
            Map<String, Tensor> tensors = TestCheckpoints.tensors(folder);
            Path stored = TestCheckpoints.write(directory.resolve(name + precision), config, tensors, precision);
            Path cut = TestCheckpoints.write(
                    directory.resolve(name + "cut"), config, TestCheckpoints.cut(tensors, precision), Precision.F32);
            int[][] texts = texts(1, LENGTH);
            CpuStoredProducts products = CpuStoredProducts.detect(workers);
            Seen expected = Seen.of(Checkpoint.open(cut), products, workers, texts);
            Seen seen = Seen.of(Checkpoint.open(stored), products, workers, texts);
            assertArrayEquals(expected.logits[0], seen.logits[0], name);
        }
    }

    @Test
    void threadsAndCompanyChangeNoBit() {
        Checkpoint checkpoint = GoldenModels.open("qwen3");
        int[][] texts = texts(5, LENGTH);
        Seen all = Seen.of(checkpoint, CpuStoredProducts.detect(workers), workers, texts);
        try (Workers one = new Workers(1)) {
            for (int s = 0; s < texts.length; s++) {
                Seen alone = Seen.of(checkpoint, CpuStoredProducts.detect(one), one, new int[][] {texts[s]});
                assertArrayEquals(alone.logits[0], all.logits[s]);
                assertArrayEquals(alone.valueStates.get("1/3/0"), all.valueStates.get("1/3/" + s));
            }
        }
    }

    /** The value state of a query head is its part of the output matrix times the value that it shares. */
    @Test
    void patternsRowsAddUpAndValueStatesMakeAttentionsOutput() {
        Checkpoint checkpoint = GoldenModels.open("llama3");
        Architecture model = checkpoint.architecture();
        int[][] texts = texts(1, LENGTH);
        Seen seen = reference(
                checkpoint, texts, Ablation.parse("layers.0.mlp", model).get(0));
        double[] mid = seen.residual.get("0/1/0").clone(), before = seen.residual.get("-1/0/0");
        double[] built = before.clone();
        for (int h = 0; h < model.heads(); h++) {
            double[] pattern = seen.patterns.get("0/" + h + "/0"), states = seen.valueStates.get("0/" + h + "/0");
            for (int t = 0; t < LENGTH; t++) {
                double row = 0;
                for (int j = 0; j < LENGTH; j++) {
                    row += pattern[t * LENGTH + j];
                    for (int c = 0; c < model.width(); c++)
                        built[t * model.width() + c] += pattern[t * LENGTH + j] * states[j * model.width() + c];
                }
                assertEquals(1, row, 1e-12);
            }
        }
        assertTrue(Tolerances.relativeError(mid, built) < 1e-12);
    }
}
