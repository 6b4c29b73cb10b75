package backcopy.run;

import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.TinyRuns.Death;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trigger-conditional mean as a task like any other. */
class VectorTaskRunTest {
    private static final RunSpec SPEC = spec("task.name=trigger-mean", "checkpoint.every=3", "train.backend=cpu");

    @TempDir
    private Path directory;

    @Test
    void aKilledRunGoesOnToTheSameBits() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunDirectory unbroken = runs.run("a", SPEC);
        assertThrows(Death.class, () -> runs.runner("b", () -> false).run(SPEC, null, Death.at(8)));
        assertSameNumbers(unbroken, runs.run("b", SPEC));
    }

    @Test
    void threadsChangeNoBit() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunDirectory alone = runs.run("a", SPEC);
        RunDirectory together = runs.run("b", Keys.parse(SPEC, Map.of("train.threads", "2")));
        assertEquals(alone.measurements(), together.measurements());
        assertArrayEquals(
                Files.readAllBytes(alone.checkpoints().path(12)),
                Files.readAllBytes(together.checkpoints().path(12)));
    }

    @Test
    void everyWeightIsTrainedAndNoneTurnsTokensIntoVectors() throws IOException {
        RunDirectory run = new TinyRuns(directory).run("a", Keys.parse(SPEC, Map.of("checkpoint.every", "1")));
        Map<String, Tensor> begin = run.checkpoints().read(1).tensors();
        Map<String, Tensor> end = run.checkpoints().read(12).tensors();
        assertFalse(begin.containsKey("embedding.token") || begin.containsKey("unembedding.weight"));
        for (String name : begin.keySet())
            assertFalse(Arrays.equals(begin.get(name).values(), end.get(name).values()), name + " is not trained");
    }

    @Test
    void recordsErrorsAndAttention() throws IOException {
        RunSpec spec = Keys.parse(
                SPEC,
                Map.of(
                        "record.probes",
                        "sink-score,massive,secondary-sinks,geometry,head-output,rank,gradient-sink",
                        "record.updates",
                        "norm-influence"));
        RunDirectory run = new TinyRuns(directory).run("a", spec);
        Set<String> numbers = run.state().finalValues().keySet();
        assertTrue(
                numbers.containsAll(Set.of(
                        "loss.train",
                        "loss.evaluation",
                        "error.trigger",
                        "error.elsewhere",
                        "error.largest",
                        "anchor.mean",
                        "layers.0.heads.0.anchor.leak",
                        "layers.0.heads.0.attention.bos",
                        "layers.0.value.norm.bos",
                        "layers.0.residual.norm.bos",
                        "triad.sink")),
                numbers.toString());
        assertFalse(numbers.contains("excess.backcopy"));
        try (Trace trace = Trace.of(run, 12, 2)) {
            assertEquals(4 * 8 * 8 / 2, trace.activation("prediction").values().length);
        }
    }

    @Test
    void weightsAreTracedOnTokensOfAFile() throws IOException {
        RunDirectory run = new TinyRuns(directory).run("a", Keys.parse(SPEC, Map.of("model.position", "none")));
        Path tokens = Files.writeString(directory.resolve("tokens.csv"), "0,10,12,1001,14,0\n");
        Map<String, String> keys = Map.of("task.name", "trigger-mean", "model.position", "none");
        try (Trace trace = Trace.of(TinyRuns.spec(), keys, run.checkpoints().path(12), tokens)) {
            double[] error = trace.activation("error").values();
            double largest = Arrays.stream(error).map(Math::abs).max().orElseThrow();
            assertEquals(5 * 8, error.length);
            assertTrue(largest > 0);
            assertEquals(largest, trace.observe().number("error.largest"));
        }
    }

    @Test
    void keysWithoutAMeaningAreRefused() {
        refused(
                "task.triggers is not a key of task.name = trigger-mean; its keys are task.sequenceLength",
                "task.triggers",
                "3");
        for (Map.Entry<String, String> key : List.of(
                Map.entry("model.kind", "simple"),
                Map.entry("model.sinkTokens", "1"),
                Map.entry("train.zLoss", "0.5"),
                Map.entry("record.probes", "mixing")))
            refused(
                    key.getKey() + " = " + key.getValue()
                            + " is not for task.name = trigger-mean, whose tokens are vectors",
                    key.getKey(),
                    key.getValue());
        refused(
                "intervention.kind = clamp-score without an intervention.level is not for task.name = trigger-mean, whose "
                        + "tokens are vectors",
                "intervention.kind",
                "clamp-score");
    }

    @Test
    void aDeviceIsRefusedUnderWhatItHasByTokenAlone() {
        RunSpec spec = Keys.parse(SPEC, Map.of("train.backend", "cuda", "intervention.kind", "bos-pattern"));
        assertEquals(
                "intervention.kind = bos-pattern has no CUDA kernel on task.name = trigger-mean; train.backend = cpu has it",
                Refusal.of(() -> Backends.open(spec)));
    }

    private static void refused(String message, String key, String value) {
        assertEquals(message, Refusal.of(() -> Keys.parse(SPEC, Map.of(key, value))));
    }
}
