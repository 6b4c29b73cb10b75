package backcopy.run;

import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.optim.Optimizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on a GPU. */
@Tag("gpu")
class CudaRunsTest {
    private static final String CUDA = "train.backend=cuda";

    @TempDir
    private Path directory;

    private TinyRuns runs;

    @BeforeEach
    void emptyStores() {
        runs = new TinyRuns(directory);
    }

    @Test
    void aRunThatWasStoppedEndsInTheSameBits() throws IOException {
        RunDirectory whole = runs.run("a", spec(CUDA));
        runs.stopped("b", spec(CUDA), 4);
        assertSameNumbers(whole, runs.run("b", spec(CUDA)));
        assertSameNumbers(whole, runs.run("c", spec(CUDA)));
    }

    /** Near the start; later, rounding has grown. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.attention=softmax",
                "model.scores=differential model.heads=2",
                "model.sinkTokens=2 model.keyBias=per-head",
                "train.decorrelation=0.1 model.layers=2",
                "task.name=trigger-mean model.norm=none",
                "optimizer.name=soap optimizer.weightDecay=0.1",
                "intervention.kind=zero-attention",
                "intervention.kind=clean-pattern model.heads=2 intervention.head=1",
                "intervention.kind=clamp-value model.heads=2",
                "intervention.kind=reset-value intervention.level=2",
                "intervention.kind=clamp-score model.heads=2",
                "intervention.kind=stop-value-gradient model.heads=2",
                "intervention.kind=stop-score-gradient",
                "intervention.kind=quantize-token intervention.level=6",
            })
    void theFirstRecordsAreTheReferences(String keys) throws IOException {
        RunDirectory expected = runs.run("a", spec(("evaluation.sequences=19 " + keys).split(" ")));
        RunDirectory found =
                runs.run("b", spec((CUDA + " evaluation.sequences=19 train.threads=3 " + keys).split(" ")));
        for (int r = 0; r < 3; r++)
            for (String name : List.of("loss.train", "loss.evaluation", "risk.bigram")) {
                Double value = expected.measurements().get(r).numbers().get(name);
                if (value == null && keys.contains("trigger-mean")) continue; // it predicts no tokens
                assertEquals(value, found.measurements().get(r).numbers().get(name), 1e-4 * value, name);
            }
        assertEquals(
                expected.measurements().get(0).numbers().keySet(),
                found.measurements().get(0).numbers().keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "adam", "muon", "soap"})
    void theFirstUpdatesAfterASwitchAreThoseOfAFreshRun(String optimizer) throws IOException {
        OptimizerRunsTest.assertBeginsAnew(
                runs,
                Optimizers.ALL.stream()
                        .filter(o -> o.name().equals(optimizer))
                        .findFirst()
                        .orElseThrow(),
                "cuda");
    }

    @Test
    void runsSideBySideHaveTheBitsThatEachHasAlone() throws Exception {
        int count = 4;
        ExecutorService pool = Executors.newFixedThreadPool(count);
        try {
            List<Future<RunDirectory>> together = new ArrayList<>();
            for (int seed = 0; seed < count; seed++) {
                RunSpec spec =
                        spec(CUDA, "train.seed=" + seed, "model.attention=" + (seed % 2 == 0 ? "softmax" : "relu"));
                together.add(pool.submit(() -> runs.run("together", spec)));
            }
            for (Future<RunDirectory> run : together)
                assertSameNumbers(runs.run("alone", run.get().spec()), run.get());
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void whatHasNoKernelIsRefusedByNameAndLeftToTheProcessorByAuto() {
        String refusal = assertThrows(
                        IllegalArgumentException.class,
                        () -> runs.run("a", spec(CUDA, "model.kind=simple", "model.width=67", "model.norm=none")))
                .getMessage();
        assertTrue(refusal.contains("model.kind = simple"), refusal);
        assertTrue(runs.store("a").all().isEmpty());
        assertEquals(
                "cpu",
                Backends.resolve(spec("train.backend=auto", "model.kind=simple", "model.width=67", "model.norm=none")));
    }
}
