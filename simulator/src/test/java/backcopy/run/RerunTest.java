package backcopy.run;

import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerunTest {
    @TempDir
    private Path directory;

    private TinyRuns runs;

    @BeforeEach
    void emptyStore() {
        runs = new TinyRuns(directory);
    }

    @Test
    void aRunMadeAgainHasTheSameBits() throws IOException {
        Rerun.Comparison comparison = rerun(runs.run("a", spec()));
        assertTrue(comparison.same(), comparison.words());
        assertEquals("the same bits: 6 records and the checkpoint of step 12", comparison.words());
        assertNothingIsLeft();
    }

    @Test
    void aStoppedRunIsComparedAsFarAsItCame() throws IOException {
        Rerun.Comparison comparison = rerun(runs.stopped("a", spec(), 7));
        assertTrue(comparison.same(), comparison.words());
        assertTrue(comparison.words().endsWith("checkpoint of step 7"), comparison.words());
    }

    @Test
    void initialWeightsAreReadAgain() throws IOException {
        Path weights = directory.resolve("weights");
        Files.copy(runs.run("a", spec()).checkpoints().path(12), weights);
        RunDirectory run = runs.run("b", spec(), weights);
        assertTrue(rerun(run).same());
        Files.write(weights, new byte[8]);
        String refusal = Refusal.of(() -> rerun(run));
        assertTrue(
                refusal.startsWith("--init " + weights + ": the file is another file now than when run "
                        + run.identity() + " began"),
                refusal);
    }

    /** By its content, and not by what then differs. */
    @Test
    void aFileThatIsAnotherOneNowIsNamed() throws IOException {
        Path corpus = Files.writeString(directory.resolve("corpus"), "to be or not to be, that is the question ");
        Path tokens = Files.writeString(directory.resolve("tokens"), "1,2,3\n4,5,6\n");
        RunDirectory run = runs.run("a", spec("task.corpus=" + corpus, "evaluation.tokens=" + tokens));
        assertTrue(rerun(run).same());
        Files.writeString(tokens, "1,2,3\n4,5,7\n");
        assertTrue(Refusal.of(() -> rerun(run))
                .startsWith("evaluation.tokens = " + tokens + ": the evaluation batch is another file now than"));
        Files.writeString(corpus, "to be or not to be, that is a question ");
        assertTrue(Refusal.of(() -> rerun(run))
                .startsWith("task.corpus = " + corpus + ": the corpus is another file now than when run "));
        Files.delete(corpus);
        assertEquals("task.corpus = " + corpus + " does not exist", Refusal.of(() -> rerun(run)));
        assertNothingIsLeft();
    }

    /** A run from before a number was recorded, and before vocabularies were kept. */
    @Test
    void whatBothHaveIsCompared() throws IOException {
        RunDirectory run = runs.run("a", spec());
        TinyRuns.makeOld(run);
        Rerun.Comparison comparison = rerun(run);
        assertTrue(comparison.same(), comparison.words());
        assertEquals(
                "the same bits: 6 records and the checkpoint of step 12; not recorded then: triad.most, triad.position",
                comparison.words());
        String peak = run.measurements().get(3).numbers().get("triad.peak").toString();
        tamper(run.metricsPath(), "\"triad.peak\":" + peak, "\"triad.peak\":1.5");
        assertDiffers("record of step 5, triad.peak: 1.5 before, " + peak + " now", run);
    }

    @Test
    void aRunThatGoesOnFromAnotherBeginsThereAgain() throws IOException {
        RunDirectory parent = runs.run("a", spec("checkpoint.every=4"));
        String from = "train.from=" + parent.identity().substring(0, 6) + "@8";
        RunDirectory child = runs.run("a", spec(from, "optimizer.learningRate=1e-2", "train.steps=15"));
        Rerun.Comparison comparison = rerun(child);
        assertTrue(comparison.same(), comparison.words());
        try (Stream<Path> entries = Files.list(directory.resolve("a"))) {
            assertEquals(2, entries.count());
        }
        Files.delete(parent.checkpoints().path(8));
        assertEquals("run " + parent.path() + " has no checkpoint of step 8 any more", Refusal.of(() -> rerun(child)));
    }

    @Test
    void aChangedRecordIsNamed() throws IOException {
        RunDirectory run = runs.run("a", spec());
        String loss = run.measurements().get(3).numbers().get("loss.evaluation").toString();
        tamper(run.metricsPath(), "\"loss.evaluation\":" + loss, "\"loss.evaluation\":1.5");
        assertDiffers("record of step 5, loss.evaluation: 1.5 before, " + loss + " now", run);
    }

    @Test
    void aMissingRecordIsNamed() throws IOException {
        RunDirectory run = runs.run("a", spec());
        List<String> lines = Files.readAllLines(run.metricsPath());
        Files.writeString(run.metricsPath(), String.join("\n", lines.subList(0, 2)) + "\n");
        assertDiffers("record of step 2, missing before", run);
    }

    @Test
    void aNumberThatNoProbeGivesIsNamed() throws IOException {
        RunDirectory run = runs.run("a", spec());
        tamper(run.metricsPath(), "\"step\":1,", "\"step\":1,\"foreign\":2,");
        assertDiffers("record of step 1, foreign: 2.0 before, null now", run);
    }

    @Test
    void changedArraysAreNamed() throws IOException {
        RunDirectory run = runs.run("a", spec());
        Files.copy(run.observables(1), run.observables(2), StandardCopyOption.REPLACE_EXISTING);
        assertDiffers(run.observables(2) + " differs", run);
    }

    @Test
    void aChangedWeightIsNamed() throws IOException {
        RunDirectory run = runs.run("a", spec());
        Checkpoint checkpoint = run.checkpoints().read(12);
        checkpoint.tensors().get("layers.0.mlp.up.weight").values()[3] += 1e-9;
        run.checkpoints().write(checkpoint);
        assertDiffers("checkpoint of step 12, first in layers.0.mlp.up.weight", run);
    }

    @Test
    void aChangedSpecIsRefused() throws IOException {
        RunDirectory run = runs.run("a", spec());
        tamper(run.configPath(), "seed: 42", "seed: 43");
        String message = Refusal.of(() -> rerun(run));
        assertTrue(message.startsWith(run.configPath() + " does not give the identity"), message);
    }

    @Test
    void aRunWithoutACheckpointIsRefused() throws IOException {
        RunDirectory run = runs.run("a", spec());
        Files.delete(run.checkpoints().path(12));
        assertEquals("run " + run.path() + " has no checkpoint to compare with", Refusal.of(() -> rerun(run)));
    }

    @Test
    void aStoppedRerunLeavesNothing() throws IOException {
        RunDirectory run = runs.run("a", spec());
        Rerun.Comparison comparison = Rerun.of(run, TinyRuns.HERE, () -> true, Progress.SILENT);
        assertTrue(comparison.interrupted());
        assertFalse(comparison.same());
        assertNothingIsLeft();
    }

    private void assertDiffers(String where, RunDirectory run) throws IOException {
        Rerun.Comparison comparison = rerun(run);
        assertFalse(comparison.same());
        assertFalse(comparison.interrupted());
        assertEquals(where, comparison.words());
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve("a"))) {
            assertEquals(1, entries.count());
        }
    }

    private static Rerun.Comparison rerun(RunDirectory run) throws IOException {
        return Rerun.of(run, TinyRuns.HERE, () -> false, Progress.SILENT);
    }

    private static void tamper(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(from), text);
        int place = text.indexOf(from);
        Files.writeString(file, text.substring(0, place) + to + text.substring(place + from.length()));
    }
}
