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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
}
