package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.StoredMatrix.Precision;
import backcopy.backend.Workers;
import backcopy.backend.cpu.CpuStoredProducts;
import backcopy.probe.AttentionSink;
import backcopy.probe.DeltaLogit;
import backcopy.probe.Observable;
import backcopy.run.Safetensors;
import backcopy.run.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The definitions by hand, and what a whole probing says. */
class SignaturesTest {
    private final Workers workers = new Workers(2);
    private final CpuStoredProducts products = CpuStoredProducts.detect(workers);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void theDefinitionsByHand() {
        double[] pattern = {1, 0, 0, .5, .5, 0, .25, .75, 0};
        assertEquals((1 + .5 + .25) / 3, AttentionSink.alpha(pattern, 0, 3, 0, 0), 1e-15);
        assertEquals((.5 + .75) / 2, AttentionSink.alpha(pattern, 0, 3, 1, 0), 1e-15);
        assertEquals((.5 + .25) / 2, AttentionSink.alpha(pattern, 0, 3, 0, 1), 1e-15);
        assertEquals((1 + 1 / 2. + 1 / 3.) / 3, AttentionSink.uniform(3, 0), 1e-15);
        double second = -(.25 * Math.log(.25) + .75 * Math.log(.75)) / Math.log(3);
        assertEquals((1 + second) / 2, AttentionSink.entropy(pattern, 0, 3), 1e-15);
        assertEquals(.3, AttentionSink.thresholds()[AttentionSink.defaultThreshold()]);
        double[] scores = {9, 4, 1, 2, 7};
        assertEquals(9 - 2.5, DeltaLogit.between(scores, 0, 3), 1e-15);
        assertEquals(9 - 23 / 5., DeltaLogit.overAll(scores, 0, 5), 1e-15);
        assertTrue(Double.isNaN(DeltaLogit.between(scores, 0, 1)));
    }

    /** One layer and one head whose numbers are put in by hand. */
    @Test
    void arraysAreMeansOverTexts() {
        Architecture model = GoldenModels.open("llama2").architecture();
        Signatures signatures = new Signatures(model, 2, 3, 1);
        double[] uniform = {1, 0, 0, .5, .5, 0, 1 / 3., 1 / 3., 1 / 3.}, sinking = {1, 0, 0, 1, 0, 0, 1, 0, 0};
        double[] zeros = new double[3 * model.width()], states = new double[3 * model.width()];
        for (int t = 0; t < 3; t++) states[t * model.width() + 5] = t == 0 ? 30 : t;
        for (int layer = 0; layer < 2; layer++)
            for (int text = 0; text < 2; text++) {
                for (int head = 0; head < 4; head++)
                    signatures.head(
                            layer, head, text, new double[9], head == 1 ? sinking : uniform, zeros, 0, model.width());
                signatures.residual(layer, 0, text, states, 0);
            }
        assertEquals(2 / 8. + 6 / 8., signatures.sinkRate(.3), 1e-15); // uniform attention over three has .61
        assertEquals(2 / 8., signatures.sinkRate(.7), 1e-15);
        assertEquals(1, signatures.strongestAlpha(), 1e-15);
        assertEquals(1, signatures.strongestHead());
        assertEquals(30, signatures.peak(0, 1), 1e-12);
        assertEquals(2, signatures.largestOther(0, 1), 1e-12);
        Map<String, Observable> arrays = arrays(signatures.arrays());
        assertEquals(0, arrays.get("attention.entropy").get(1, 1), 1e-12);
        assertEquals(1, arrays.get("attention.entropy").get(1, 0), 1e-12);
        assertEquals(5, arrays.get("massive.feature").get(0, 0));
        assertEquals(30, arrays.get("massive.top").get(0, 0), 1e-12);
        assertEquals(2, arrays.get("residual.norm.median").get(0), 1e-12);
    }

    private static Map<String, Observable> arrays(List<Observable> all) {
        return all.stream().collect(Collectors.toMap(Observable::name, array -> array));
    }

    private static int[][] texts(int count, int length) {
        SplittableRandom random = new SplittableRandom(5);
        int[][] texts = new int[count][];
        for (int s = 0; s < count; s++) texts[s] = random.ints(length, 0, 96).toArray();
        return texts;
    }

    private Map<String, Object> probe(String name, int[][] texts, List<Ablation> ablations) {
        return Probing.run(
                        GoldenModels.open(name),
                        List.of(new TokenInput("texts", texts, -1)),
                        ablations,
                        null,
                        products,
                        workers,
                        Pace.silent())
                .words(1);
    }

    private static Map<?, ?> input(Map<String, Object> words) {
        return (Map<?, ?>) ((List<?>) words.get("inputs")).get(0);
    }

    /** More texts and more ablations than one pass takes. */
    @Test
    void passesChangeNoBit() {
        Architecture model = GoldenModels.open("llama2").architecture();
        int[][] many = texts(700, 14), long128 = texts(2, 128);
        List<?> losses =
                (List<?>) ((Map<?, ?>) input(probe("llama2", many, List.of())).get("arrays")).get("loss");
        List<?> alone = (List<?>) ((Map<?, ?>) input(probe("llama2", new int[][] {many[650]}, List.of()))
                        .get("arrays"))
                .get("loss");
        assertEquals(alone.get(0), losses.get(650));
        Ablation one = Ablation.parse("layers.0.mlp", model).get(0),
                other = Ablation.parse("layers.1.mlp", model).get(0);
        List<Ablation> most = new ArrayList<>(Collections.nCopies(69, other));
        most.add(one);
        AtomicInteger steps = new AtomicInteger();
        Findings found = Probing.run(
                GoldenModels.open("llama2"),
                List.of(new TokenInput("texts", long128, -1)),
                most,
                null,
                products,
                workers,
                new Pace(() -> false, (done, all, seconds, left) -> steps.set(all)));
        assertTrue(steps.get() > 3, "one pass does for all");
        List<?> rows = (List<?>) ((Map<?, ?>) input(found.words(1)).get("ablations")).get("rows");
        Map<?, ?> few =
                (Map<?, ?>) input(probe("llama2", long128, List.of(one))).get("ablations");
        assertEquals(71, rows.size());
        assertEquals(((List<?>) few.get("rows")).get(1), rows.get(70));
        assertEquals(((List<?>) few.get("rows")).get(0), rows.get(0));
    }

    @Test
    void theTwelveRowsAreThePapers() {
        Architecture model = GoldenModels.open("llama2").architecture();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Ablation.parse("twelve", model))
                .getMessage()
                .contains("the model has the layers 0 to 1"));
        assertEquals(6, Ablation.parse("layers", model).size());
        assertEquals(4, Ablation.parse("heads.1", model).size());
        for (String wrong :
                List.of("", "heads.2", "layers.2.mlp", "layers.0.heads.4", "layers.0.norm", "layers.0.mlp,"))
            assertTrue(assertThrows(IllegalArgumentException.class, () -> Ablation.parse(wrong, model))
                    .getMessage()
                    .startsWith("--ablate " + wrong + ": "));
        Architecture deep = new Architecture(
                Family.GPT2,
                3,
                8,
                2,
                2,
                4,
                8,
                9,
                9,
                Architecture.Norm.LAYER,
                1e-5,
                Architecture.Placement.PRE,
                false,
                null,
                Architecture.QueryKeyNorm.NONE,
                Double.POSITIVE_INFINITY,
                Integer.MAX_VALUE,
                Activation.RELU,
                false,
                true,
                true,
                true,
                true,
                -1);
        List<Ablation> rows = Ablation.parse("twelve", deep);
        assertEquals(11, rows.size()); // the first row is the model as it is
        assertEquals("layers.0.attention", rows.get(0).toString());
        assertEquals("layers.1.attention,layers.1.mlp", rows.get(5).toString());
        assertEquals(
                "layers.0.attention,layers.0.mlp,layers.1.attention,layers.1.mlp",
                rows.get(6).toString());
        assertEquals(6, rows.get(10).toString().split(",").length);
    }

    @Test
    void anExportHoldsWhatAPassShows() throws IOException {
        Checkpoint checkpoint = GoldenModels.open("llama3");
        Architecture model = checkpoint.architecture();
        int length = 14;
        int[][] texts = texts(3, length);
        TokenInput input = new TokenInput("texts", texts, -1);
        Path file = directory.resolve("o.safetensors");
        try (ExportFile export = new ExportFile(file, checkpoint, input, ExportFile.KINDS, products.arithmetic())) {
            Probing.run(
                    checkpoint,
                    List.of(input),
                    Ablation.parse("layers", model),
                    export,
                    products,
                    workers,
                    Pace.silent());
        }
        Map<String, Tensor> read = Safetensors.read(file).tensors();
        assertEquals(1 + 3 * 2, read.size());
        Seen seen = Seen.of(checkpoint, products, workers, texts);
        assertArrayEquals(new int[] {3, length, 96}, read.get("logits").shape());
        assertArrayEquals(
                new int[] {3, 8, length, length},
                read.get("layers.1.attention.pattern").shape());
        assertArrayEquals(
                new int[] {3, 8, length, 4},
                read.get("layers.0.attention.value").shape());
        for (int s = 0; s < 3; s++) {
            assertFloats(read.get("logits"), s, seen.logits[s]);
            assertFloats(read.get("layers.0.residual.out"), s, seen.residual.get("0/0/" + s));
            for (int h = 0; h < 8; h++)
                assertFloats(read.get("layers.1.attention.pattern"), s * 8 + h, seen.patterns.get("1/" + h + "/" + s));
        }
        double[] value = read.get("layers.0.attention.value").values();
        int head = length * 4;
        assertArrayEquals(Arrays.copyOfRange(value, 0, head), Arrays.copyOfRange(value, 3 * head, 4 * head));
        assertFalse(Arrays.equals(Arrays.copyOfRange(value, 0, head), Arrays.copyOfRange(value, 4 * head, 5 * head)));
    }

    private static void assertFloats(Tensor tensor, int slice, double[] expected) {
        for (int i = 0; i < expected.length; i++)
            assertEquals((float) expected[i], (float) tensor.values()[slice * expected.length + i]);
    }

    @Test
    void aStopLeavesNoExport() throws IOException {
        Checkpoint checkpoint = GoldenModels.open("llama2");
        TokenInput input = new TokenInput("texts", texts(2, 9), -1);
        Path file = directory.resolve("o.safetensors");
        ExportFile export = new ExportFile(file, checkpoint, input, List.of("residual"), products.arithmetic());
        AtomicInteger asked = new AtomicInteger();
        Pace pace = new Pace(() -> asked.incrementAndGet() > 10, (done, all, seconds, left) -> {});
        assertThrows(
                Stop.class, () -> Probing.run(checkpoint, List.of(input), List.of(), export, products, workers, pace));
        export.discard();
        assertFalse(Files.exists(file));
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() throws IOException {
        Path golden = GoldenModels.folder("llama2");
        Map<String, Tensor> tensors = TestCheckpoints.tensors(golden);
        tensors.get("model.layers.1.mlp.up_proj.weight").values()[3] = Double.NaN;
        Path folder =
                TestCheckpoints.write(directory.resolve("nan"), golden.resolve("config.json"), tensors, Precision.F32);
        Checkpoint damaged = Checkpoint.open(folder);
        List<TokenInput> inputs = List.of(new TokenInput("texts", texts(1, 9), -1));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> Probing.run(damaged, inputs, List.of(), null, products, workers, Pace.silent()))
                .getMessage()
                .startsWith("the residual stream after layer 1 is not finite"));
    }

    /** Of 200 draws of 40 texts, the interval holds the true mean about 95 times in 100. */
    @Test
    void intervalsHoldTheMeanAboutAsOftenAsTheySay() {
        SplittableRandom random = new SplittableRandom(1);
        int held = 0;
        for (int n = 0; n < 200; n++) {
            double[] values = random.doubles(40).toArray(),
                    others = random.doubles(30).toArray();
            double[] interval = Bootstrap.mean(values), difference = Bootstrap.difference(values, others);
            if (interval[0] < .5 && .5 < interval[1]) held++;
            if (difference[0] < 0 && 0 < difference[1]) held++;
        }
        assertTrue(held > 360 && held < 395, held + " of 400");
        assertTrue(Double.isNaN(Bootstrap.mean(new double[] {1})[0]));
    }

    @Test
    void drawnInputsAreWhatTheyAreCalled() {
        TokenInput random = TokenInput.random(64, 50, 42, 1, 96), repeat = TokenInput.repeat(64, 5, 42, -1, 96);
        assertEquals(50, random.beginningWith(1));
        assertTrue(Arrays.stream(random.texts())
                        .flatMapToInt(Arrays::stream)
                        .distinct()
                        .count()
                == 96);
        for (int[] text : repeat.texts())
            assertEquals(1, Arrays.stream(text).distinct().count());
        TokenInput shuffled = random.shuffled(3);
        for (int s = 0; s < 50; s++) {
            assertEquals(1, shuffled.texts()[s][0]);
            assertFalse(Arrays.equals(random.texts()[s], shuffled.texts()[s]));
            assertArrayEquals(
                    Arrays.stream(random.texts()[s]).sorted().toArray(),
                    Arrays.stream(shuffled.texts()[s]).sorted().toArray());
        }
        assertArrayEquals(
                random.texts()[7], TokenInput.random(64, 50, 42, 1, 96).texts()[7]);
        assertFalse(Arrays.equals(
                random.texts()[7], TokenInput.random(64, 50, 43, 1, 96).texts()[7]));
    }
}
