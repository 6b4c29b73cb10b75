package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import backcopy.backend.cpu.CpuStoredProducts;
import backcopy.backend.reference.ReferenceStoredProducts;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against logits, hidden states and attentions of transformers and litgpt, in float32 both. */
class GoldenForwardTest {
    /** Of the largest. */
    private static final double LOGITS = 3e-5, HIDDEN = 5e-5, PATTERNS = 1e-5;

    private final Workers workers = new Workers(2);

    @AfterEach
    void close() {
        workers.close();
    }

    static Stream<String> models() {
        return GoldenModels.NAMES.stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void theFastForwardIsTheirs(String name) {
        compare(name, CpuStoredProducts.detect(workers));
    }

    @ParameterizedTest
    @MethodSource("models")
    void theReferenceForwardIsTheirs(String name) {
        compare(name, new ReferenceStoredProducts(workers));
    }

    private void compare(String name, StoredProducts products) {
        Checkpoint checkpoint = GoldenModels.open(name);
        Map<String, double[]> golden = GoldenModels.reference(GoldenModels.folder(name));
        int[][] texts = GoldenModels.tokens(golden, 2);
        Seen seen = Seen.of(checkpoint, products, workers, texts);
        Architecture model = checkpoint.architecture();
        double logits = 0, hidden = 0, patterns = 0;
        boolean normed = golden.containsKey("attention0"); // transformers gives the last state behind the final norm
        int length = texts[0].length, layers = model.layers(), square = length * length;
        double[] theirs = golden.get("logits");
        double largest = size(theirs);
        for (int s = 0; s < 2; s++) {
            logits = Math.max(logits, difference(seen.logits[s], theirs, s * seen.logits[s].length) / largest);
            for (int n = 0; n <= layers; n++) {
                double[] ours = seen.residual.get(n - 1 + "/0/" + s).clone(), state = golden.get("hidden" + n);
                for (int t = 0; normed && n == layers && t < length; t++)
                    checkpoint.finalNorm().apply(ours, t * model.width(), model.width());
                hidden = Math.max(hidden, difference(ours, state, s * ours.length) / size(state));
            }
            for (int n = 0; normed && n < layers; n++)
                for (int h = 0; h < model.heads(); h++) {
                    double[] attention = golden.get("attention" + n);
                    patterns = Math.max(
                            patterns,
                            difference(
                                    seen.patterns.get(n + "/" + h + "/" + s),
                                    attention,
                                    (s * model.heads() + h) * square));
                }
        }
        assertTrue(logits < LOGITS, name + ": logits are " + logits + " of the largest apart");
        assertTrue(hidden < HIDDEN, name + ": hidden states are " + hidden + " of the largest apart");
        assertTrue(patterns < PATTERNS, name + ": patterns are " + patterns + " apart");
        assertTrue(largest > 0.01, name + ": the logits are zero");
        assertEquals(normed, !name.equals("olmo2") && !name.equals("qwen3"));
    }

    private static double difference(double[] ours, double[] theirs, int at) {
        double largest = 0;
        for (int i = 0; i < ours.length; i++) largest = Math.max(largest, Math.abs(ours[i] - theirs[at + i]));
        return largest;
    }

    private static double size(double[] numbers) {
        double largest = 0;
        for (double number : numbers) largest = Math.max(largest, Math.abs(number));
        return largest;
    }
}
