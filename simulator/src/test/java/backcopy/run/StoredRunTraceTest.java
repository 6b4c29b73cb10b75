package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.probe.Record;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stored run, looked at again. */
class StoredRunTraceTest {
    @TempDir
    private Path directory;

    private RunDirectory run;

    @BeforeEach
    void train() throws IOException {
        run = new TinyRuns(directory).run("store", TinyRuns.spec());
    }

    @Test
    void theWholeEvaluationBatchGivesTheRecordedNumbers() {
        Map<String, Double> recorded = run.state().finalValues();
        try (Trace trace = Trace.of(run, 12, Integer.MAX_VALUE)) {
            trace.observe().numbers().forEach((name, value) -> assertEquals(recorded.get(name), value, name));
        }
    }

    @Test
    void interventionsTakeEffectAndLeaveNothingBehind() {
        try (Trace trace = Trace.of(run, 12, 2)) {
            Record before = trace.observe();
            Record knockedOut = trace.observe(List.of(new ForcePattern(0, -1, ForcedPattern.zero()), new ZeroMlp(0)));
            assertEquals(0, knockedOut.number("layers.0.heads.0.attention.bos"));
            assertNotEquals(before.number("excess.bigram"), knockedOut.number("excess.bigram"));
            assertEquals(before.numbers(), trace.observe().numbers());
        }
    }

    @Test
    void activationsAreOfAsManySequencesAsAskedFor() {
        try (Trace trace = Trace.of(run, 12, 3)) {
            assertEquals(3, trace.batch().sequences());
            assertEquals(3, trace.activation("layers.0.attention.pattern").shape()[0]);
            assertThrows(IllegalArgumentException.class, () -> trace.activation("layers.1.attention.pattern"));
        }
    }

    /** At step 12 the run holds what it measured at step 5, not what it has by then. */
    @Test
    void anInterventionHoldsWhatTheRunHeld() throws IOException {
        for (String kind : List.of("clamp-value", "clamp-score", "reset-value")) {
            RunDirectory changed = new TinyRuns(directory)
                    .run("store", TinyRuns.spec("intervention.kind=" + kind, "intervention.from=5"));
            Map<String, Double> recorded = changed.state().finalValues();
            try (Trace trace = Trace.of(changed, 12, Integer.MAX_VALUE)) {
                trace.observe().numbers().forEach((name, value) -> assertEquals(recorded.get(name), value, name));
            }
        }
    }

    @Test
    void aStepWithoutCheckpointIsRefused() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Trace.of(run, 7, 2));
        assertTrue(refusal.getMessage().contains("has no checkpoint of step 7"), refusal.getMessage());
    }

    @Test
    void otherKeysThanThoseOfTheWeightsMayBeGiven() throws IOException {
        Map<String, Double> recorded = run.state().finalValues();
        try (Trace trace = Trace.of(run, 12, Map.of("record.probes", "sink-score", "model.heads", "1"), null)) {
            Map<String, Double> numbers = trace.observe().numbers();
            assertTrue(numbers.containsKey("sink.score"));
            recorded.forEach((name, value) -> {
                if (!name.equals("loss.train")) assertEquals(value, numbers.get(name), name);
            });
        }
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> Trace.of(run, 12, Map.of("model.attention", "relu"), null));
        assertEquals(
                "model.attention = relu contradicts run " + run.identity()
                        + ", whose weights these are: there it is softmax",
                refusal.getMessage());
        refusal = assertThrows(
                IllegalArgumentException.class, () -> Trace.of(run, 12, Map.of("task.triggers", "4"), null));
        assertTrue(refusal.getMessage().startsWith("task.triggers = 4 contradicts run "), refusal.getMessage());
    }

    @Test
    void aRunIsNotTracedOnAnotherCorpus() throws IOException {
        Path corpus = Files.writeString(directory.resolve("corpus"), "to be or not to be, that is the question ");
        RunDirectory own = new TinyRuns(directory).run("store", TinyRuns.spec("task.corpus=" + corpus));
        Vocabulary vocabulary = own.vocabulary().orElseThrow();
        Files.writeString(corpus, "to be or not to be, that's the question  ");
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Trace.of(own, 12, 2));
        assertTrue(refusal.getMessage().contains("the corpus is another file now"), refusal.getMessage());
        refusal = assertThrows(IllegalArgumentException.class, () -> new StoredModel(own, 12));
        assertTrue(refusal.getMessage().contains("the corpus is another file now"), refusal.getMessage());
        assertEquals(vocabulary, own.vocabulary().orElseThrow());
    }

    @Test
    void aCheckpointSaysWhoseItIsWhereverItLies() throws IOException {
        RunStore store = new TinyRuns(directory).store("store"), other = new TinyRuns(directory).store("other");
        Path checkpoint = run.checkpoints().path(12), copy = Files.copy(checkpoint, directory.resolve("copy"));
        for (WeightsOrigin origin : List.of(
                WeightsOrigin.of(checkpoint, other).orElseThrow(),
                WeightsOrigin.of(copy, store).orElseThrow())) {
            assertEquals(run.path(), origin.run().path());
            assertEquals(12, origin.step());
        }
        assertEquals(Optional.empty(), WeightsOrigin.of(copy, other));
        Files.delete(checkpoint);
        try (Trace trace = Trace.of(WeightsOrigin.of(copy, store).orElseThrow(), copy, Map.of(), null)) {
            assertEquals(
                    run.state().finalValues().get("loss.evaluation"),
                    trace.observe().number("loss.evaluation"));
        }
    }
}
