package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.ParameterLayout.Entry;
import backcopy.task.CounterRandom;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.junit.jupiter.api.Test;

class InitializationTest {
    private static final ModelSpec SPEC =
            new ModelSpec(1, 1, 32, 128, "relu", "softmax", "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());

    @Test
    void pytorchDrawsWideEmbeddingsAndBoundedMaps() {
        for (Entry entry : entries()) {
            double[] values = drawn("pytorch", entry);
            double in = entry.shape().get(entry.shape().size() - 1);
            if (entry.isLinear()) {
                assertEquals(1 / Math.sqrt(3 * in), deviation(values), 0.1 / Math.sqrt(3 * in), entry.name());
                assertTrue(Arrays.stream(values).allMatch(x -> Math.abs(x) <= 1 / Math.sqrt(in)));
            } else if (entry.name().startsWith("embedding.")) {
                assertEquals(1, deviation(values), 0.1, entry.name());
            }
        }
    }

    @Test
    void gpt2DrawsEverythingNarrow() {
        for (Entry entry : entries()) {
            double[] values = drawn("gpt2", entry);
            if (entry.isLinear() || entry.name().startsWith("embedding."))
                assertEquals(0.02, deviation(values), 0.002, entry.name());
            else
                assertTrue(
                        Arrays.stream(values).allMatch(x -> x == (entry.name().endsWith(".gain") ? 1 : 0)));
        }
    }

    private static List<Entry> entries() {
        return new ParameterLayout(SPEC, 40, 24).entries();
    }

    private static double[] drawn(String name, Entry entry) {
        Parameters weights = new Parameters(new ParameterLayout(SPEC, 40, 24), new ReferenceBackend());
        Initialization.draw(name, weights, new CounterRandom(3));
        return weights.read(entry.name());
    }

    private static double deviation(double[] values) {
        return new StandardDeviation().evaluate(values);
    }
}
