package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.Workers;
import backcopy.backend.cpu.CpuStoredProducts;
import backcopy.probe.NormMeans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * A real, trained Llama of 260 thousand weights in three BF16 shards, which is not in this repository: its folder, with an
 * {@code reference.npz} of tokens, logits, residual norms and mean attention on position 0, is {@code -Dbackcopy.smallLlama}.
 */
class SmallLlamaTest {
    @Test
    void aTrainedModelWithoutASinkIsSaidToHaveNone() throws IOException {
        String folder = System.getProperty("backcopy.smallLlama");
        if (folder == null) System.out.println("SmallLlamaTest is skipped: -Dbackcopy.smallLlama=FOLDER is not given");
        Assumptions.assumeTrue(folder != null);
        Checkpoint checkpoint = Checkpoint.open(Path.of(folder));
        Map<String, double[]> golden = GoldenModels.reference(Path.of(folder));
        int[][] texts = GoldenModels.tokens(golden, 1);
        int length = texts[0].length, width = checkpoint.architecture().width();
        try (Workers workers = new Workers(2)) {
            CpuStoredProducts products = CpuStoredProducts.detect(workers);
            Seen seen = Seen.of(checkpoint, products, workers, texts);
            double logits = Tolerances.relativeError(golden.get("logits"), seen.logits[0]);
            assertTrue(logits < 3e-5, "logits differ by " + logits);
            for (int n = 0; n < checkpoint.architecture().layers(); n++) {
                double[] norms = new double[length];
                for (int t = 0; t < length; t++)
                    norms[t] = NormMeans.norm(seen.residual.get(n + "/0/0"), t * width, width);
                double[] theirs = Arrays.copyOfRange(golden.get("hidden_norms"), n * length, (n + 1) * length);
                assertTrue(Tolerances.relativeError(theirs, norms) < 5e-5, "norms after layer " + n);
            }
            Findings found = Probing.run(
                    checkpoint,
                    List.of(new TokenInput("story", texts, -1)),
                    List.of(),
                    null,
                    products,
                    workers,
                    Pace.silent());
            assertTrue(found.finding(0).startsWith("no attention sink"), found.finding(0));
            Map<?, ?> input = (Map<?, ?>) ((List<?>) found.words(0).get("inputs")).get(0);
            assertEquals(0.0, ((Map<?, ?>) input.get("sink")).get("rate"));
        }
    }
}
