package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where what stands around attention becomes something simpler, in double. */
class VariantLimitsTest {
    private static final int VOCABULARY = 7, LENGTH = 9, HEADS = 2, WIDTH = 8, HEAD_WIDTH = WIDTH / HEADS;
    private static final int[] TOKENS = {0, 3, 1, 4, 1, 5, 2, 6, 5, 3};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mask=window maskSize=9",
                "mask=window maskSize=30",
                "mask=prefix maskSize=1",
                "mask=shifted-groups maskSize=40",
                "gate=elementwise gateBias=1000",
                "gate=headwise gateBias=1000",
                "gate=per-head gateBias=1000",
                "gate=per-head-mlp gateBias=1000",
                "gate=value gateBias=1000",
                "gate=input gateBias=1000",
                "gate=value-state gateBias=1000",
                "gate=value-state-output gateBias=1000",
            })
    void isPlainAttention(String keys) {
        Transformer plain = model(""), variant = like(plain, keys);
        assertClose(logits(plain, TOKENS), logits(variant, TOKENS));
        assertTrue(difference(logits(plain, TOKENS), logits(like(plain, narrower(keys)), TOKENS)) > 1e-3);
    }

    /** The same switch before its limit. */
    private static String narrower(String keys) {
        if (keys.contains("window")) return "mask=window maskSize=3";
        if (keys.contains("prefix")) return "mask=prefix maskSize=4";
        if (keys.contains("groups")) return "mask=shifted-groups maskSize=4";
        return keys.replace("1000", "0");
    }

    @Test
    void aKeyOfZerosWithoutAValueIsSoftmaxOffByOneAndASinkScoreOfZero() {
        Transformer offByOne = model("attention=softmax-n"), sink = like(offByOne, "attention=sink-score");
        Transformer key = like(offByOne, "keyBias=per-head");
        for (int layer = 0; layer < 2; layer++)
            key.weights().write("layers." + layer + ".attention.key_bias.key", new double[WIDTH]);
        assertClose(logits(offByOne, TOKENS), logits(sink, TOKENS));
        assertClose(logits(offByOne, TOKENS), logits(key, TOKENS));
        String pattern = "layers.1.attention.pattern";
        assertClose(
                forward(offByOne, TOKENS).read(pattern), forward(key, TOKENS).read(pattern));
    }

    /** ALiBi takes off a slope times the distance and nothing else, so with a slope of 0 it is no code at all. */
    @Test
    void alibiIsNoPositionsAndASlope() {
        Transformer none = model("position=none"), alibi = like(none, "position=alibi");
        double[] free = forward(none, TOKENS).read("layers.0.attention.scores");
        double[] biased = forward(alibi, TOKENS).read("layers.0.attention.scores");
        for (int i = 0; i < free.length; i++) {
            int head = i / (LENGTH * LENGTH), distance = Math.max(i / LENGTH % LENGTH - i % LENGTH, 0);
            assertEquals(
                    free[i] - Math.pow(2, -4 * (head + 1)) * distance, biased[i], Tolerances.DOUBLE_PASS, "pair " + i);
        }
    }

    /** It starts at zeros, and a number in a bucket comes to exactly the scores of that distance. */
    @Test
    void t5StartsAsNoPositions() {
        Transformer none = model("position=none"),
                t5 =
                        new Transformer(
                                Variants.spec("position=t5", 2, HEADS, WIDTH, 5),
                                VOCABULARY,
                                LENGTH,
                                new ReferenceBackend());
        Initialization.draw(t5.weights(), new SplittableRandom(1));
        Variants.copy(none, t5);
        assertClose(logits(none, TOKENS), logits(t5, TOKENS));
        double[] table = new double[HEADS * PositionCodes.BUCKETS];
        table[PositionCodes.BUCKETS + 3] = 2;
        t5.weights().write("embedding.distance", table);
        double[] free = forward(none, TOKENS).read("layers.0.attention.scores");
        double[] biased = forward(t5, TOKENS).read("layers.0.attention.scores");
        for (int i = 0; i < free.length; i++) {
            boolean hit = i / (LENGTH * LENGTH) == 1 && i / LENGTH % LENGTH - i % LENGTH == 3;
            assertEquals(free[i] + (hit ? 2 : 0), biased[i], Tolerances.DOUBLE_PASS);
        }
    }

    @Test
    void bucketsAreExactThenLogarithmic() {
        assertEquals(0, PositionCodes.bucket(0));
        assertEquals(15, PositionCodes.bucket(15));
        assertEquals(16, PositionCodes.bucket(16));
        assertEquals(24, PositionCodes.bucket(46));
        assertEquals(31, PositionCodes.bucket(128));
        assertEquals(31, PositionCodes.bucket(100_000));
    }

    /** One token everywhere: with RoPE the scores are a function of the distance alone, and not a constant. */
    @Test
    void ropeSeesDistances() {
        double[] scores = forward(model("position=rope"), new int[LENGTH + 1]).read("layers.0.attention.scores");
        for (int i = 1; i < LENGTH; i++)
            for (int j = 1; j <= i; j++)
                assertEquals(scores[(i - 1) * LENGTH + j - 1], scores[i * LENGTH + j], Tolerances.DOUBLE_PASS);
        assertTrue(Math.abs(scores[LENGTH] - scores[0]) > 1e-3);
    }

    @Test
    void aValueBiasIsAShiftOfTheOutput() {
        Transformer plain = model(""), shifted = like(plain, "valueBias=per-head");
        double[] free = forward(plain, TOKENS).read("layers.0.attention.output");
        double[] biased = forward(shifted, TOKENS).read("layers.0.attention.output");
        double[] bias = shifted.weights().read("layers.0.attention.value_bias");
        double[] output = shifted.weights().read("layers.0.attention.output.weight");
        for (int i = 0; i < free.length; i++) {
            double shift = 0;
            for (int c = 0; c < WIDTH; c++) shift += output[i % WIDTH * WIDTH + c] * bias[c];
            assertEquals(free[i] + shift, biased[i], Tolerances.DOUBLE_PASS);
        }
    }

    /** Without positions, a sink token is one more token in front, in a plain model that has its embedding for a token. */
    @Test
    void aSinkTokenIsATokenInFront() {
        Transformer sink = model("position=none sinkTokens=1");
        Transformer plain = new Transformer(
                Variants.spec("position=none", 2, HEADS, WIDTH, 5), VOCABULARY + 1, LENGTH + 1, new ReferenceBackend());
        for (ParameterLayout.Entry entry : plain.weights().layout().entries()) {
            double[] values = new double[entry.size()], known = sink.weights().read(entry.name());
            System.arraycopy(known, 0, values, 0, known.length);
            if (entry.name().equals("embedding.token"))
                System.arraycopy(sink.weights().read("embedding.sink"), 0, values, known.length, WIDTH);
            plain.weights().write(entry.name(), values);
        }
        plain.pack();
        int[] behind = new int[LENGTH + 2];
        behind[0] = VOCABULARY;
        System.arraycopy(TOKENS, 0, behind, 1, TOKENS.length);
        double[] expected = logits(plain, behind), actual = logits(sink, TOKENS);
        for (int t = 0; t < LENGTH; t++)
            for (int v = 0; v < VOCABULARY; v++)
                assertEquals(
                        expected[(t + 1) * (VOCABULARY + 1) + v], actual[t * VOCABULARY + v], Tolerances.DOUBLE_PASS);
    }

    /** The elu kernel by hand: no exponential of scores, and a division by the row's sum. */
    @Test
    void aKernelIsADotProductOfFeatures() {
        Activations a = forward(model("scores=elu attention=relu-normalized"), TOKENS);
        double[] query = a.read("layers.0.attention.query"), key = a.read("layers.0.attention.key");
        double[] pattern = a.read("layers.0.attention.pattern");
        assertTrue(Arrays.stream(query).allMatch(x -> x > 0));
        for (int i = 0; i < LENGTH; i++) {
            double[] dots = new double[i + 1];
            for (int j = 0; j <= i; j++)
                for (int c = 0; c < HEAD_WIDTH; c++) dots[j] += query[i * WIDTH + c] * key[j * WIDTH + c];
            double sum = Arrays.stream(dots).sum();
            for (int j = 0; j <= i; j++) assertEquals(dots[j] / sum, pattern[i * LENGTH + j], 1e-7);
        }
    }

    @Test
    void rowsOfADifferenceSumToOneMinusLambda() {
        Transformer model = model("scores=differential");
        for (int layer = 0; layer < 2; layer++) {
            double[][] vectors = new double[4][];
            for (int v = 0; v < 4; v++)
                vectors[v] =
                        model.weights().read("layers." + layer + ".attention.lambda." + Differential.VECTORS.get(v));
            double lambda = Math.exp(dot(vectors[0], vectors[1]))
                    - Math.exp(dot(vectors[2], vectors[3]))
                    + (layer == 0 ? 0.2 : 0.8 - 0.6 * Math.exp(-0.3));
            double[] pattern = forward(model, TOKENS).read("layers." + layer + ".attention.pattern");
            for (int row = 0; row < pattern.length; row += LENGTH)
                assertEquals(
                        1 - lambda, Arrays.stream(pattern, row, row + LENGTH).sum(), Tolerances.DOUBLE_PASS);
        }
    }

    @Test
    void queriesAndKeysAreNormedByHead() {
        Transformer model = model("queryKeyNorm=rms-norm");
        for (String part : List.of("query", "key")) {
            double[] ones = new double[HEAD_WIDTH];
            Arrays.fill(ones, 1);
            model.weights().write("layers.0.attention." + part + "_norm.gain", ones);
        }
        for (String part : List.of("query", "key")) {
            double[] states = forward(model, TOKENS).read("layers.0.attention." + part);
            for (int at = 0; at < states.length; at += HEAD_WIDTH) {
                double[] head = Arrays.copyOfRange(states, at, at + HEAD_WIDTH);
                assertEquals(HEAD_WIDTH, dot(head, head), 0.01 * HEAD_WIDTH);
            }
        }
    }

    @Test
    void laterValuesTakeTheirShareOfTheFirst() {
        Transformer plain = model(""), residual = like(plain, "valueResidual=0.25");
        String first = "layers.0.attention.value", later = "layers.1.attention.value";
        Activations a = forward(plain, TOKENS), b = forward(residual, TOKENS);
        assertClose(a.read(first), b.read(first));
        double[] expected = a.read(later), own = a.read(first);
        for (int i = 0; i < own.length; i++) expected[i] = 0.75 * expected[i] + 0.25 * own[i];
        assertClose(expected, b.read(later));
    }

    /** The gate by hand, from what the embedding alone gives each head to read. */
    @ParameterizedTest
    @ValueSource(strings = {"per-head", "per-head-mlp"})
    void aHeadsGateIsOfItsOwnSliceOfTheInput(String kind) {
        Transformer gated = model("norm=none gate=" + kind), open = like(gated, "norm=none");
        String gate = "layers.0.attention.gate.", mixed = "layers.0.attention.mixed";
        boolean isMlp = kind.equals("per-head-mlp");
        double[] weight = gated.weights().read(gate + "weight"),
                bias = gated.weights().read(gate + "bias");
        Activations a = forward(gated, TOKENS);
        double[] x = a.read("embedding"), free = forward(open, TOKENS).read(mixed), actual = a.read(mixed);
        for (int i = 0; i < actual.length; i++) {
            int head = i % WIDTH / HEAD_WIDTH, slice = i / HEAD_WIDTH * HEAD_WIDTH;
            double[] read = Arrays.copyOfRange(x, slice, slice + HEAD_WIDTH);
            if (isMlp) {
                double[] up = gated.weights().read(gate + "up.weight");
                double unit = dot(Arrays.copyOfRange(up, head * HEAD_WIDTH, (head + 1) * HEAD_WIDTH), read);
                read = new double[] {Math.max(unit + gated.weights().read(gate + "up.bias")[head], 0)};
            }
            double logit = dot(Arrays.copyOfRange(weight, head * read.length, (head + 1) * read.length), read);
            assertEquals(
                    free[i] / (1 + Math.exp(-logit - bias[head])), actual[i], Tolerances.DOUBLE_PASS, "number " + i);
        }
    }

    private static Transformer model(String keys) {
        Transformer model =
                new Transformer(Variants.spec(keys, 2, HEADS, WIDTH, 5), VOCABULARY, LENGTH, new ReferenceBackend());
        Variants.draw(model.weights(), new SplittableRandom(5));
        model.pack();
        return model;
    }

    /** A model of other keys with the same weights, and its own where it has more, gates as they start. */
    private static Transformer like(Transformer plain, String keys) {
        Transformer model =
                new Transformer(Variants.spec(keys, 2, HEADS, WIDTH, 5), VOCABULARY, LENGTH, new ReferenceBackend());
        Initialization.draw(model.weights(), new SplittableRandom(5));
        Variants.copy(plain, model);
        return model;
    }

    private static Activations forward(Transformer model, int[] tokens) {
        Activations a = model.probedActivations(1, tokens.length - 1);
        a.load(0, tokens, 0);
        model.pack();
        model.forward(a, 1, List.of());
        return a;
    }

    private static double[] logits(Transformer model, int[] tokens) {
        return forward(model, tokens).read("logits");
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double difference(double[] a, double[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
        return most;
    }

    private static void assertClose(double[] expected, double[] actual) {
        assertArrayEquals(expected, actual, Tolerances.DOUBLE_PASS);
    }
}
