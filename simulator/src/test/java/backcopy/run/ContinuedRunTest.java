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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that begin with what another left: {@code train.from} and {@code --init}. */
class ContinuedRunTest {
    @TempDir
    private Path directory;

    private TinyRuns runs;
    private RunDirectory parent;

    @BeforeEach
    void aParentOfTwelveSteps() throws IOException {
        runs = new TinyRuns(directory);
        parent = runs.run("a", spec("checkpoint.every=4"));
    }

    @Test
    void goesOnFromTheParentsWeightsMomentsAndBatches() throws IOException {
        RunDirectory child = runs.run("a", spec(from(8)));
        assertNotEquals(parent.identity(), child.identity());
        assertSameTensors(parent, child, 12);
        assertEquals(
                parent.measurements().get(parent.measurements().size() - 1),
                child.measurements().get(child.measurements().size() - 1));
        assertEquals(
                List.of(10L, 12L),
                child.measurements().stream().map(Measurement::step).toList());
    }

    @Test
    void anotherKeyAndAnotherStepMakeAnotherRun() throws IOException {
        RunDirectory child = runs.run("a", spec(from(8)));
        RunDirectory slower = runs.run("a", spec(from(8), "optimizer.learningRate=1e-4"));
        RunDirectory earlier = runs.run("a", spec(from(4)));
        assertEquals(4, runs.store("a").all().size());
        assertNotEquals(finalLoss(child), finalLoss(slower));
        assertSameTensors(parent, earlier, 12);
    }

    @Test
    void anotherOptimizerBeginsWithMomentsOfZero() throws IOException {
        RunDirectory child = runs.run("a", spec(from(8), "optimizer.name=sgd"));
        assertEquals(RunState.Status.FINISHED, child.state().status());
        assertNotEquals(finalLoss(parent), finalLoss(child));
    }

    @Test
    void aKilledChildGoesOnToTheSameBits() throws IOException {
        TinyRuns.copy(directory.resolve("a"), directory.resolve("b"));
        RunSpec spec = spec(from(4), "checkpoint.every=3");
        RunDirectory unbroken = runs.run("a", spec);
        for (int step : List.of(5, 8)) // before its first checkpoint, and after
        assertThrows(Death.class, () -> runs.runner("b", () -> false).run(spec, null, Death.at(step)));
        assertSameNumbers(unbroken, runs.run("b", spec));
    }

    @Test
    void aChildWithItsOwnCheckpointNeedsTheParentsNoMore() throws IOException {
        RunSpec spec = spec(from(4), "checkpoint.every=3");
        assertThrows(Death.class, () -> runs.runner("a", () -> false).run(spec, null, Death.at(8)));
        Files.delete(parent.checkpoints().path(4));
        assertSameTensors(parent, runs.run("a", spec), 12);
    }

    @Test
    void whatAChildWentOnFromIsKept() throws IOException {
        RunDirectory other = runs.stopped("b", spec(), 5);
        assertEquals(List.of(), other.checkpoints().kept());
        RunDirectory child = runs.run("b", spec("train.from=" + other.identity() + "@5"));
        runs.run("b", spec());
        assertEquals(
                List.of(5L, 12L),
                runs.store("b").find(other.identity()).checkpoints().kept());
        assertTrue(Rerun.of(child, TinyRuns.HERE, () -> false, Progress.SILENT).same());
    }

    @Test
    void whatIsNotThereIsRefusedWithItsKey() {
        assertEquals(
                "train.from = abc@8: run abc is not in store " + directory.resolve("a") + ", which has 1 run",
                Refusal.of(() -> runs.run("a", spec("train.from=abc@8"))));
        assertEquals(
                "train.from = " + parent.identity() + "@7: " + parent.path().resolve("checkpoints")
                        + " has no checkpoint of step 7; it has 4, 8, 12",
                Refusal.of(() -> runs.run("a", spec(from(7)))));
        assertEquals(
                "train.steps = 5 is below the step of train.from = " + parent.identity() + "@8",
                Refusal.of(() -> runs.run("a", spec(from(8), "train.steps=5"))));
        assertTrue(Refusal.of(() -> runs.run("a", spec(from(8), "model.width=16")))
                .startsWith("train.from = " + parent.identity() + "@8 has embedding.token of shape "));
        assertEquals(1, runs.store("a").all().size());
    }

    @Test
    void initialWeightsAreTheFilesAndChangeTheIdentity() throws IOException {
        Path weights = parent.checkpoints().path(8);
        RunDirectory run = runs.run("b", spec("train.steps=0"), weights);
        assertNotEquals(parent.identity(), run.identity());
        Map<String, Tensor> then = parent.checkpoints().read(8).tensors();
        run.checkpoints().read(0).tensors().forEach((name, tensor) -> {
            if (!name.startsWith("optimizer.")) assertArrayEquals(then.get(name).values(), tensor.values(), name);
        });
        assertNotEquals(
                run.identity(),
                runs.run("b", spec("train.steps=0"), parent.checkpoints().path(4))
                        .identity());
        Path copy = Files.copy(weights, directory.resolve("copy.safetensors"));
        assertEquals(run.identity(), runs.run("b", spec("train.steps=0"), copy).identity());
    }

    @Test
    void initialWeightsOfAnotherModelAreRefusedAndNothingIsWritten() {
        Path weights = parent.checkpoints().path(8);
        for (String key : List.of("model.width=16", "model.layers=2", "model.norm=none", "task.sequenceLength=9")) {
            String message = Refusal.of(() -> runs.run("b", spec(key), weights));
            assertTrue(message.startsWith("--init " + weights + " h"), message);
        }
        assertFalse(Files.exists(directory.resolve("b")));
    }

    @Test
    void aRunBeginsWithTheWeightsOfOneFile() {
        Path weights = parent.checkpoints().path(8);
        String refusal = Refusal.of(() -> runs.run("a", spec(from(8)), weights));
        assertEquals(
                "--init " + weights + " and train.from = " + parent.identity()
                        + "@8 do not go together: a run begins with the weights of one of them",
                refusal);
        assertEquals(1, runs.store("a").all().size());
    }

    /** A child has its parent's keys unless others are given: the same name is to be the same text. */
    @Test
    void aParentsCorpusThatIsAnotherFileNowIsRefused() throws IOException {
        Path corpus = Files.writeString(directory.resolve("corpus"), "to be or not to be, that is the question ");
        RunDirectory before = runs.run("b", spec("task.corpus=" + corpus, "checkpoint.every=4"));
        RunSpec child = spec("task.corpus=" + corpus, "train.from=" + before.identity() + "@8");
        Files.writeString(corpus, "to be or not to be, that's the question  ");
        String refusal = Refusal.of(() -> runs.run("b", child));
        assertTrue(refusal.startsWith("task.corpus = " + corpus + ": the corpus is another file now"), refusal);
        assertTrue(refusal.endsWith("give it another name"), refusal);
        assertEquals(1, runs.store("b").all().size());
        Path other = Files.writeString(directory.resolve("other"), "to be or not to be that, is the question, ");
        RunSpec onOther = spec("task.corpus=" + other, "train.from=" + before.identity() + "@8");
        assertEquals(12, runs.run("b", onOther).state().steps());
    }

    /** A lengthened run is known by its corpus's content: another text makes another run and leaves this one. */
    @Test
    void lengtheningAfterTheCorpusChangedBeginsAnotherRun() throws IOException {
        Path corpus = Files.writeString(directory.resolve("corpus"), "to be or not to be, that is the question ");
        RunDirectory before = runs.run("b", spec("task.corpus=" + corpus));
        Files.writeString(corpus, "to be or not to be, that was the question ");
        RunDirectory after = runs.run("b", spec("task.corpus=" + corpus, "train.steps=15"));
        assertNotEquals(before.identity(), after.identity());
        assertEquals(12, before.state().steps());
    }

    private String from(long step) {
        return "train.from=" + parent.identity() + "@" + step;
    }

    private static double finalLoss(RunDirectory run) {
        return run.state().finalValues().get("loss.train");
    }

    private static void assertSameTensors(RunDirectory one, RunDirectory other, long step) {
        Map<String, Tensor> expected = one.checkpoints().read(step).tensors();
        Map<String, Tensor> actual = other.checkpoints().read(step).tensors();
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, tensor) ->
                assertArrayEquals(tensor.values(), actual.get(name).values(), name));
    }
}
