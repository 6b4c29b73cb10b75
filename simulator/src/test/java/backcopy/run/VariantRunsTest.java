package backcopy.run;

import static backcopy.run.TinyRuns.assertSame;
import static backcopy.run.TinyRuns.numbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with something around attention: stopped, gone on with, on other threads, and looked at afterwards. */
class VariantRunsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.sinkTokens=1 model.keyBias=per-head model.keyBiasValue=learned model.position=alibi",
                "model.scores=differential model.position=t5 model.attention=sink-score model.gate=headwise",
                "model.scores=mlp model.attention=identity-normalized model.position=rope model.valueResidual=0.5",
                "model.mask=prefix model.maskSize=3 model.sinkTokens=2 model.gate=value-state model.valueBias=shared",
                "model.gate=per-head-mlp model.gateBias=-1.0986",
            })
    void areRunsLikeOthers(String keys) throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        for (String backend : List.of("reference", "cpu")) {
            RunDirectory unbroken = runs.run(backend, of(keys, backend, 1));
            runs.stopped(backend + "stopped", of(keys, backend, 2), 8);
            Map<String, byte[]> expected = numbers(unbroken);
            Map<String, byte[]> actual = numbers(runs.run(backend + "stopped", of(keys, backend, 2)));
            expected.remove("config.yaml"); // which tells the threads
            actual.remove("config.yaml");
            assertSame(expected, actual);
        }
        RunDirectory run = runs.only("reference");
        Map<String, Double> recorded = run.state().finalValues();
        recorded.forEach((name, value) -> assertTrue(Double.isFinite(value), name));
        try (Trace trace = Trace.of(run, 12, Integer.MAX_VALUE)) {
            trace.observe().numbers().forEach((name, value) -> assertEquals(recorded.get(name), value, name));
            assertArrayEquals(
                    new int[] {4, 2, 8, 8},
                    trace.activation("layers.1.attention.pattern").shape());
            Tensor logits = trace.activation("logits");
            assertEquals(Arrays.stream(logits.shape()).reduce(1, (a, b) -> a * b), logits.values().length);
        }
    }

    private static RunSpec of(String keys, String backend, int threads) {
        List<String> all = new ArrayList<>(List.of(keys.split(" ")));
        all.addAll(List.of("model.layers=2", "model.heads=2", "train.backend=" + backend, "train.threads=" + threads));
        return spec(all.toArray(String[]::new));
    }
}
