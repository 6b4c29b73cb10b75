package backcopy.run;

import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.TinyRuns.Death;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with interventions on the sink: what they hold, when, and through kills. */
class RunInterventionTest {
    private static final String NORM = "layers.0.value.norm.bos", SCORE = "layers.0.heads.0.score.bos";
    private static final List<String> EVERY =
            List.of("record.every=1", "train.batchSize=4", "optimizer.learningRate=0.05");

    @TempDir
    private Path directory;

    private TinyRuns runs;
    private RunDirectory plain;

    @BeforeEach
    void aPlainTwin() throws IOException {
        runs = new TinyRuns(directory);
        plain = runs.run("a", with("checkpoint.every=4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clamp-value",
                "clamp-value intervention.level=0",
                "reset-value",
                "reset-value intervention.level=4",
                "clamp-score",
                "clamp-score intervention.level=-2",
                "stop-value-gradient",
                "stop-score-gradient",
                "quantize-tensor",
                "quantize-token intervention.level=4"
            })
    void actsFromItsStepOnAndIsTakenUpAfterAKillWithTheSameBits(String kind) throws IOException {
        RunSpec spec = with("intervention.kind=" + kind, "checkpoint.every=3");
        RunDirectory unbroken = runs.run("a", spec);
        assertNotEquals(plain.identity(), unbroken.identity());
        for (int step = 0; step < 5; step++)
            assertEquals(plain.measurements().get(step), unbroken.measurements().get(step));
        assertNotEquals(loss(plain, 12), loss(unbroken, 12));
        for (int step : List.of(2, 5, 7, 10))
            assertThrows(Death.class, () -> runs.runner("b", () -> false).run(spec, null, Death.at(step)));
        assertSameNumbers(unbroken, runs.run("b", spec));
        assertTrue(
                Rerun.of(unbroken, TinyRuns.HERE, () -> false, Progress.SILENT).same());
    }

    @Test
    void aClampedNormIsHeldAtWhatItWasThen() throws IOException {
        RunDirectory run = runs.run("a", with("intervention.kind=clamp-value"));
        double then = at(plain, 5, NORM);
        assertNotEquals(then, at(plain, 12, NORM), 1e-3);
        for (int step = 5; step <= 12; step++) assertEquals(then, at(run, step, NORM), 1e-12);
        assertEquals(loss(plain, 5), loss(run, 5), 1e-12);
        assertEquals(0, at(runs.run("a", with("intervention.kind=clamp-value", "intervention.level=0")), 5, NORM));
    }

    @Test
    void clampedScoresAreHeldAtWhatTheyWereThen() throws IOException {
        RunDirectory run = runs.run("a", with("intervention.kind=clamp-score"));
        double then = at(plain, 5, SCORE);
        assertNotEquals(then, at(plain, 12, SCORE), 1e-3);
        for (int step = 5; step <= 12; step++) assertEquals(then, at(run, step, SCORE), 1e-12);
        assertEquals(loss(plain, 5), loss(run, 5), 1e-12);
        assertNotEquals(at(run, 5, NORM), at(run, 12, NORM), 1e-3);
    }

    @Test
    void aResetGivesTheNormOfTheBeginningBackOnce() throws IOException {
        double first = at(plain, 0, NORM);
        assertNotEquals(first, at(plain, 5, NORM), 1e-2);
        RunDirectory run = runs.run("a", with("intervention.kind=reset-value"));
        assertEquals(first, at(run, 5, NORM), 1e-12);
        assertNotEquals(first, at(run, 12, NORM), 1e-3);
        assertEquals(
                4, at(runs.run("a", with("intervention.kind=reset-value", "intervention.level=4")), 5, NORM), 1e-12);
    }

    @Test
    void aRunThatGoesOnFromAnotherMeasuresAnew() throws IOException {
        String from = "train.from=" + plain.identity() + "@8";
        RunSpec first = with("intervention.kind=clamp-value", from, "checkpoint.every=2");
        RunDirectory run = runs.run("a", first);
        for (int step : List.of(8, 12)) assertEquals(at(plain, 8, NORM), at(run, step, NORM), 1e-12);
        assertTrue(Rerun.of(run, TinyRuns.HERE, () -> false, Progress.SILENT).same());
        TinyRuns.copy(directory.resolve("a"), directory.resolve("c"));
        RunDirectory second =
                runs.run("c", with("intervention.kind=clamp-score", "train.from=" + run.identity() + "@10"));
        assertNotEquals(at(plain, 8, NORM), at(second, 12, NORM), 1e-3);
    }

    /** So that a checkpoint is a function of spec and step alone, wherever a run was stopped. */
    @Test
    void aCheckpointHoldsWhatWasMeasuredBeforeIt() throws IOException {
        RunSpec spec = with("intervention.kind=clamp-value", "checkpoint.every=1");
        RunDirectory run = runs.run("a", spec);
        assertFalse(run.checkpoints().read(5).tensors().containsKey(RunIntervention.HELD));
        assertArrayEquals(
                new double[] {at(plain, 5, NORM)},
                run.checkpoints().read(6).tensors().get(RunIntervention.HELD).values(),
                1e-12);
        RunDirectory stopped = runs.run("b", Keys.parse(spec, Keys.overrides(List.of("train.steps=5"))));
        assertFalse(stopped.checkpoints().read(5).tensors().containsKey(RunIntervention.HELD));
        RunDirectory init = runs.run("d", with(), run.checkpoints().path(12));
        assertEquals(at(run, 12, "layers.0.residual.norm.others"), at(init, 0, "layers.0.residual.norm.others"), 1);
    }

    /** An intervention is from step 5 on. */
    private static RunSpec with(String... keys) {
        Map<String, String> overrides = new LinkedHashMap<>(
                Keys.overrides(List.of(String.join(" ", keys).split(" +", -1)).stream()
                        .filter(key -> !key.isEmpty())
                        .toList()));
        if (overrides.containsKey("intervention.kind")) overrides.putIfAbsent("intervention.from", "5");
        return Keys.parse(spec(EVERY.toArray(String[]::new)), overrides);
    }

    private static double loss(RunDirectory run, long step) {
        return at(run, step, "loss.evaluation");
    }

    private static double at(RunDirectory run, long step, String number) {
        return run.measurements().stream()
                .filter(measurement -> measurement.step() == step)
                .findFirst()
                .orElseThrow()
                .numbers()
                .get(number);
    }
}
