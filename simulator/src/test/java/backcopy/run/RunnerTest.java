package backcopy.run;

import static backcopy.run.TinyRuns.assertSame;
import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.files;
import static backcopy.run.TinyRuns.numbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.TinyRuns.Death;
import backcopy.run.TinyRuns.Log;
import backcopy.train.NonFiniteLossException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on disk after a run, whatever happened to it on the way. */
class RunnerTest {
    @TempDir
    private Path directory;

    private TinyRuns runs;

    @BeforeEach
    void emptyStores() {
        runs = new TinyRuns(directory);
    }

    @Test
    void aFinishedRunHoldsEveryFile() throws IOException {
        RunDirectory run = runs.run("a", spec());
        assertEquals(RunState.Status.FINISHED, run.state().status());
        assertEquals(12, run.state().steps());
        assertEquals(
                List.of(
                        "checkpoints/step-000012.safetensors",
                        "config.yaml",
                        "metrics.jsonl",
                        "observables/step-000000.npz",
                        "observables/step-000001.npz",
                        "observables/step-000002.npz",
                        "observables/step-000005.npz",
                        "observables/step-000010.npz",
                        "observables/step-000012.npz",
                        "run.json",
                        "vocabulary.json"),
                List.copyOf(files(run).keySet()));
        assertTrue(Files.isDirectory(run.figures()));
        List<Measurement> records = run.measurements();
        assertEquals(List.of(0L, 1L, 2L, 5L, 10L, 12L), steps(records));
        assertEquals(records.get(5).numbers(), run.state().finalValues());
        assertTrue(records.get(0).numbers().get("loss.train") > 0);
        assertEquals(spec().resolved("reference"), run.spec());
        assertTrue(run.state().provenance().backend().startsWith("reference"));
    }

    @Test
    void updateProbesAddNumbersAndLeaveTheRestAlone() throws IOException {
        RunDirectory plain = runs.run("a", spec());
        RunDirectory probed = runs.run("b", spec("record.updates=norm-influence,update-norm"));
        Map<String, byte[]> expected = files(plain), found = files(probed);
        for (String file : expected.keySet())
            if (file.startsWith("observables/")) assertArrayEquals(expected.get(file), found.get(file), file);
        Map<String, Tensor> tensors = probed.checkpoints().read(12).tensors();
        plain.checkpoints()
                .read(12)
                .tensors()
                .forEach((name, tensor) ->
                        assertArrayEquals(tensor.values(), tensors.get(name).values(), name));
        for (int i = 0; i < plain.measurements().size(); i++) {
            Map<String, Double> numbers = probed.measurements().get(i).numbers();
            plain.measurements().get(i).numbers().forEach((name, value) -> assertEquals(value, numbers.get(name)));
            assertTrue(numbers.get("update.norm") > 0);
            assertTrue(numbers.get("layers.0.influence") != 0);
            assertTrue(numbers.get("gradient.norm.unembedding.weight") > 0);
        }
    }

    @Test
    void aFinishedRunIsFoundAndNotRepeated() throws IOException {
        RunDirectory first = runs.run("a", spec());
        Map<String, byte[]> before = files(first);
        Log log = new Log();
        RunDirectory found = runs.runner("a", () -> false).run(spec(), null, log);
        assertEquals("found", log.words());
        assertEquals(first.path(), found.path());
        assertSame(before, files(first));
    }

    @Test
    void progressTellsThePlaceFirstAndEveryStep() throws IOException {
        Log log = new Log(), more = new Log();
        runs.runner("a", () -> false).run(spec("train.steps=3"), null, log);
        assertEquals("begins 0 of 3, estimated, 1, 2, 3, ends", log.words());
        runs.runner("a", () -> false).run(spec("train.steps=5"), null, more);
        assertEquals("begins 3 of 5, estimated, 4, 5, ends", more.words());
    }

    /** Nobody kept step 4 or 7: they are made again, one from the beginning and one from the checkpoint of the other. */
    @Test
    void fewerStepsThanTheRunHasAreThoseOfTheStepAskedFor() throws IOException {
        RunDirectory run = runs.run("a", spec());
        Map<String, byte[]> before = files(run);
        for (String steps : List.of("4", "7", "0")) {
            RunDirectory shorter = runs.run("a", spec("train.steps=" + steps));
            assertEquals(RunState.Status.FINISHED, shorter.state().status());
            assertAsOf(runs.run("b" + steps, spec("train.steps=" + steps)), shorter);
        }
        assertEquals(List.of(0L, 4L, 7L, 12L), run.finishedAt());
        Map<String, byte[]> after = files(run);
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
        Log log = new Log();
        runs.runner("a", () -> false).run(spec("train.steps=7"), null, log);
        assertEquals("found", log.words());
    }

    @Test
    void whatWasFinishedStaysWhenTheRunGoesOn() throws IOException {
        for (String steps : List.of("3", "7", "10", "12")) {
            runs.run("a", spec("train.steps=" + steps));
            runs.run("b" + steps, spec("train.steps=" + steps));
            for (String earlier : List.of("3", "7", "10", "12")) {
                if (Integer.parseInt(earlier) > Integer.parseInt(steps)) continue;
                assertAsOf(runs.only("b" + earlier), runs.only("a").at(Long.parseLong(earlier)));
            }
        }
        assertEquals(List.of(3L, 7L, 10L, 12L), runs.only("a").checkpoints().kept());
        assertSameNumbers(runs.only("b12"), runs.only("a"));
        assertEquals(
                "run " + runs.only("a").identity()
                        + " was not finished at step 5 yet; it was at 3, 7, 10, 12, and train.steps=5 makes it so",
                Refusal.of(() -> runs.only("a").at(5)));
    }

    @Test
    void onlyWhatAutomaticSavingWroteIsDeletedByIt() throws IOException {
        runs.run("a", spec("checkpoint.every=2", "train.steps=6"));
        assertThrows(Death.class, () -> runs.runner("a", () -> false).run(spec(), null, Death.at(8)));
        runs.stopped("a", spec(), 2);
        assertEquals(List.of(2L, 4L, 6L, 8L), runs.only("a").checkpoints().steps());
        assertEquals(List.of(2L, 4L, 6L), runs.only("a").checkpoints().kept());
        RunDirectory run = runs.run("a", spec());
        assertEquals(List.of(2L, 4L, 6L, 12L), run.checkpoints().steps());
        assertEquals(List.of(2L, 4L, 6L, 12L), run.checkpoints().kept());
    }

    /** Damage takes the run back behind a step at which it was finished: that step is there again when the run has come by. */
    @Test
    void aFinishedStepBehindDamageComesBackWithItsCheckpoint() throws IOException {
        runs.run("a", spec("train.steps=4"));
        RunDirectory eight = runs.run("a", spec("train.steps=8"));
        RunDirectory run = runs.run("a", spec());
        List<Measurement> before = eight.measurements();
        for (long step : List.of(8L, 12L)) Files.write(run.checkpoints().path(step), new byte[5]);
        RunSpec longer = spec("train.steps=14");
        assertThrows(Death.class, () -> runs.runner("a", () -> false).run(longer, null, Death.at(6)));
        assertEquals(List.of(4L), runs.only("a").finishedAt());
        runs.run("a", longer);
        assertEquals(List.of(4L, 8L, 12L, 14L), runs.only("a").finishedAt());
        assertEquals(List.of(4L, 8L, 12L, 14L), runs.only("a").checkpoints().kept());
        assertEquals(before, eight.measurements());
        assertAsOf(runs.run("b", spec("train.steps=8")), eight);
    }

    @Test
    void aRunThatDivergedStaysSoWhereFewerStepsAreAskedFor() throws IOException {
        RunSpec spec = spec("optimizer.name=sgd", "optimizer.learningRate=1e6", "model.norm=none");
        assertThrows(NonFiniteLossException.class, () -> runs.run("a", spec));
        RunState before = runs.only("a").state();
        assertTrue(before.hasDiverged() && before.steps() > 1, before.failure());
        RunDirectory run = runs.run("a", Keys.parse(spec, Map.of("train.steps", "1")));
        assertAsOf(runs.run("b", Keys.parse(spec, Map.of("train.steps", "1"))), run);
        assertEquals(before, runs.only("a").state());
        assertEquals(
                before,
                runs.runner("a", () -> false).ended(spec, null).orElseThrow().state());
    }

    @Test
    void aStoppedReplayIsInterruptedAndGoesOn() throws IOException {
        RunDirectory run = runs.run("a", spec());
        RunState before = run.state();
        RunDirectory stopped = runs.stopped("a", spec("train.steps=9"), 5);
        assertEquals(RunState.Status.INTERRUPTED, stopped.state().status());
        assertEquals(5, stopped.state().steps());
        assertEquals(List.of(12L), run.finishedAt());
        Log log = new Log();
        RunDirectory nine = runs.runner("a", () -> false).run(spec("train.steps=9"), null, log);
        assertEquals("begins 5 of 9, 6, 7, 8, 9, ends", log.words());
        assertAsOf(runs.run("b", spec("train.steps=9")), nine);
        assertEquals(before, runs.only("a").state());
        runs.run("a", spec("train.steps=13"));
        assertEquals(List.of(9L, 12L, 13L), runs.only("a").checkpoints().steps());
    }

    /** A write that fails between two files of a change leaves the finished run. */
    @Test
    void aRunThatCannotBeUnfinishedIsNotCut() throws IOException {
        RunDirectory run = runs.run("a", spec("train.steps=7"));
        Map<String, byte[]> before = files(run);
        Files.createDirectory(WholeFile.temporary(run.statePath())); // which the failed write removes
        assertThrows(IOException.class, () -> runs.run("a", spec()));
        Map<String, byte[]> after = files(run);
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
        assertAsOf(runs.run("b", spec("train.steps=7")), runs.run("a", spec("train.steps=7")));
        assertSameNumbers(runs.run("c", spec()), runs.run("a", spec()));
    }

    @Test
    void aLongerRunGoesOnFromAShorterOne() throws IOException {
        RunDirectory shorter = runs.run("a", spec("train.steps=7"));
        RunDirectory longer = runs.run("a", spec());
        assertEquals(shorter.path(), longer.path());
        assertSameNumbers(runs.run("b", spec()), longer);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 11})
    void aStoppedRunGoesOnToTheSameBits(int steps) throws IOException {
        RunState stopped = runs.stopped("a", spec(), steps).state();
        assertEquals(RunState.Status.INTERRUPTED, stopped.status());
        assertEquals(steps, stopped.steps());
        RunDirectory finished = runs.run("a", spec());
        assertEquals(RunState.Status.FINISHED, finished.state().status());
        assertSameNumbers(runs.run("b", spec()), finished);
    }

    @Test
    void aStoppedRunThatHasComeFurtherThanAskedIsLeftAsItIs() throws IOException {
        RunDirectory stopped = runs.stopped("a", spec(), 9);
        RunState before = stopped.state();
        RunDirectory run = runs.run("a", spec("train.steps=4"));
        assertEquals(RunState.Status.FINISHED, run.state().status());
        assertEquals(4, run.state().steps());
        assertAsOf(runs.run("b", spec("train.steps=4")), run);
        assertEquals(before, runs.only("a").state());
        assertSameNumbers(runs.run("c", spec()), runs.run("a", spec()));
    }

    /** What is read of a run as of a step is what a run of so many steps holds. */
    private static void assertAsOf(RunDirectory expected, RunDirectory actual) throws IOException {
        long step = expected.state().steps();
        assertEquals(expected.spec(), actual.spec());
        assertEquals(expected.state().finalValues(), actual.state().finalValues());
        assertEquals(step, actual.state().steps());
        assertEquals(expected.measurements(), actual.measurements());
        assertEquals(expected.observableSteps(), actual.observableSteps());
        for (long at : expected.observableSteps())
            assertEquals(-1, Files.mismatch(expected.observables(at), actual.observables(at)), "arrays of step " + at);
        assertEquals(
                -1,
                Files.mismatch(
                        expected.checkpoints().path(step), actual.checkpoints().path(step)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoint.every=3", "checkpoint.every="})
    void aRunKilledAfterAnyStepGoesOnToTheSameBits(String checkpoints) throws IOException {
        Map<String, byte[]> unbroken = files(runs.run("unbroken", spec(checkpoints)));
        unbroken.remove("run.json");
        for (int step = 1; step <= 12; step++) {
            String store = "killed-" + step;
            Progress death = Death.at(step);
            assertThrows(Death.class, () -> runs.runner(store, () -> false).run(spec(checkpoints), null, death));
            assertEquals(RunState.Status.RUNNING, runs.only(store).state().status());
            assertFalse(runs.only(store).isBeingWritten());
            Map<String, byte[]> finished = files(runs.run(store, spec(checkpoints)));
            finished.remove("run.json");
            assertSame(unbroken, finished);
        }
    }

    @Test
    void aRunKilledTwiceGoesOnToTheSameBits() throws IOException {
        RunSpec spec = spec("checkpoint.every=2");
        for (int step : List.of(5, 9))
            assertThrows(Death.class, () -> runs.runner("a", () -> false).run(spec, null, Death.at(step)));
        assertSameNumbers(runs.run("b", spec), runs.run("a", spec));
    }

    @Test
    void aCopyTakenInTheMiddleGoesOnToTheSameBits() throws IOException {
        RunSpec spec = spec("checkpoint.every=4", "record.every=1");
        RunDirectory unbroken = runs.runner("a", () -> false).run(spec, null, new Progress() {
            @Override
            public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
                TinyRuns.copy(directory.resolve("a"), directory.resolve("copy-" + step));
            }
        });
        for (int step = 1; step <= 12; step++) assertSameNumbers(unbroken, runs.run("copy-" + step, spec));
    }

    /** Files from the past and from the future, and a run that began after now. */
    @ParameterizedTest
    @ValueSource(strings = {"1970-01-02T00:00:00Z", "2099-01-01T00:00:00Z"})
    void aClockThatJumpsChangesNoBit(String time) throws IOException {
        RunSpec spec = spec("checkpoint.every=4", "record.every=1");
        RunDirectory unbroken = runs.run("a", spec);
        RunDirectory stopped = runs.stopped("b", spec, 6);
        String state = Files.readString(stopped.statePath());
        Files.writeString(
                stopped.statePath(), state.replaceFirst("\"start\" : \"[^\"]*\"", "\"start\" : \"" + time + '"'));
        try (Stream<Path> files = Files.walk(stopped.path())) {
            for (Path file : files.toList()) Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
        }
        RunDirectory continued = runs.run("b", spec);
        assertSameNumbers(unbroken, continued);
        assertEquals(time, continued.state().start());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void threadsChangeNoBit(String backend) throws IOException {
        RunSpec one = spec("train.threads=1", "train.backend=" + backend, "train.batchSize=20");
        Map<String, byte[]> numbers = numbers(runs.run("1", one));
        numbers.remove("config.yaml");
        for (String threads : List.of("2", "5", "1000000")) {
            RunDirectory run = runs.run(threads, Keys.parse(one, Map.of("train.threads", threads)));
            Map<String, byte[]> others = numbers(run);
            others.remove("config.yaml");
            assertSame(numbers, others);
        }
    }

    @Test
    void recordsAndCheckpointsComeWhenAsked() throws IOException {
        RunDirectory run = runs.run("a", spec("record.every=5", "checkpoint.every=4", "train.steps=11"));
        assertEquals(List.of(0L, 5L, 10L, 11L), steps(run.measurements()));
        assertEquals(List.of(0L, 5L, 10L, 11L), run.observableSteps());
        assertEquals(List.of(4L, 8L, 11L), run.checkpoints().steps());
    }

    @Test
    void aRunOfNoStepsRecordsItsBeginning() throws IOException {
        RunDirectory run = runs.run("a", spec("train.steps=0"));
        assertEquals(RunState.Status.FINISHED, run.state().status());
        assertEquals(List.of(0L), run.observableSteps());
        assertEquals(List.of(0L), run.checkpoints().steps());
        assertSameNumbers(runs.run("b", spec()), runs.run("a", spec()));
    }

    @Test
    void aLossThatIsNotFiniteIsStoredAsFailed() {
        RunSpec spec =
                spec("optimizer.name=sgd", "optimizer.learningRate=1e6", "model.norm=none", "checkpoint.every=1");
        for (int attempt = 1; attempt <= 2; attempt++) { // the second begins at the checkpoint of the failing step
            NonFiniteLossException failure = assertThrows(NonFiniteLossException.class, () -> runs.run("a", spec));
            RunState state = runs.only("a").state();
            assertEquals(RunState.Status.FAILED, state.status());
            assertEquals(failure.getMessage(), state.failure());
            assertEquals(failure.step(), state.steps());
            assertTrue(state.failure().contains("step " + failure.step() + " "), state.failure());
            assertTrue(state.failure().contains(failure.tensor()), state.failure());
            assertTrue(state.seconds() < 1000, "seconds: " + state.seconds());
        }
        assertEquals(
                runs.only("a").state().steps(),
                runs.only("a").checkpoints().steps().stream()
                        .mapToLong(step -> step)
                        .max()
                        .orElseThrow());
    }

    @Test
    void aDamagedCheckpointFallsBackToTheOneBefore() throws IOException {
        RunSpec spec = spec("checkpoint.every=4");
        RunDirectory run = runs.stopped("a", spec, 10);
        assertEquals(List.of(4L, 8L, 10L), run.checkpoints().steps());
        Path newest = run.checkpoints().path(10);
        byte[] bytes = Files.readAllBytes(newest);
        Files.write(newest, Arrays.copyOf(bytes, bytes.length - 100));
        RunDirectory finished = runs.run("a", spec);
        String note = finished.state().notes().get(0);
        assertTrue(note.startsWith("went back to the checkpoint of step 8: " + newest), note);
        assertSameNumbers(runs.run("b", spec), finished);
    }

    @Test
    void aRunWhoseCheckpointsAreAllDamagedIsRefusedAndStaysAsItIs() throws IOException {
        RunDirectory run = runs.run("a", spec());
        Files.write(run.checkpoints().path(12), new byte[5]);
        Map<String, byte[]> before = files(run);
        String message = Refusal.of(() -> runs.run("a", spec("train.steps=20")));
        assertTrue(message.startsWith(run.checkpoints().path(12) + " is not a sound safetensors file"), message);
        assertSame(before, files(run));
    }

    @Test
    void anInterventionChangesNumbersFromItsStepOn() throws IOException {
        RunDirectory plain = runs.run("a", spec("record.every=1"));
        RunDirectory changed =
                runs.run("b", spec("record.every=1", "intervention.kind=zero-attention", "intervention.from=6"));
        assertNotEquals(plain.identity(), changed.identity());
        for (int step = 0; step <= 12; step++) {
            Measurement one = plain.measurements().get(step),
                    other = changed.measurements().get(step);
            if (step < 6) assertEquals(one, other);
            else
                for (String name : List.of("loss.train", "loss.evaluation"))
                    assertNotEquals(one.numbers().get(name), other.numbers().get(name), name + " at " + step);
        }
    }

    @Test
    void sizesThatNoArrayCanHaveAreRefusedAndNothingIsWritten() {
        for (String key :
                List.of("model.width=2000000000", "train.batchSize=2000000000", "task.sequenceLength=2000000000")) {
            String message = Refusal.of(() -> runs.run("a", spec(key)));
            assertTrue(message.contains(key.replace("=", " = ")), message);
            assertFalse(Files.exists(directory.resolve("a")));
        }
    }

    @Test
    void filesThatAreNotThereAreNamedWithTheirKey() {
        Path none = directory.resolve("none");
        for (String key : List.of("task.corpus", "evaluation.tokens")) {
            assertEquals(
                    key + " = " + none + " does not exist", Refusal.of(() -> runs.run("a", spec(key + "=" + none))));
            assertEquals(
                    key + " = " + directory + " is not a file",
                    Refusal.of(() -> runs.run("a", spec(key + "=" + directory))));
        }
        assertEquals("--init " + none + " does not exist", Refusal.of(() -> runs.run("a", spec(), none)));
        assertFalse(Files.exists(directory.resolve("a")));
    }

    private static List<Long> steps(List<Measurement> records) {
        return records.stream().map(Measurement::step).toList();
    }
}
