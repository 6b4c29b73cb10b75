package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sink that is not at position 0, as those who read the signatures are told. */
class MostAttentionTest {
    private static final String WORDS = "on position 1: 0.800 of the strongest head, and 0.0300 on position 0";

    @TempDir
    private Path store;

    @Test
    void aSinkThatMovedIsSaid() throws IOException {
        Selection selection = selection(
                Map.of("triad.sink", 0.9, "triad.most", 0.9, "triad.position", 0.0),
                Map.of("triad.sink", 0.03, "triad.most", 0.8, "triad.position", 1.0));
        Comparison comparison = Comparison.of(selection, "", false);
        assertEquals(2, comparison.table().rows());
        assertEquals(0.8, comparison.table().numbers("triad.most")[1]);
        assertEquals(1, comparison.table().numbers("triad.position")[1]);
        String warning = "1 of 2 runs has most attention elsewhere than on position 0, where sink, drain and peak are"
                + " measured: " + selection.labels().get(1) + " " + WORDS;
        assertEquals(List.of(warning), selection.warnings());
        assertTrue(comparison.json().contains(WORDS));
        assertTrue(RunReport.html(selection).contains(WORDS));
        assertTrue(new SweepFigures(selection)
                .effects()
                .caption()
                .contains("1 of 2 runs has most attention elsewhere than on position 0"));
    }

    @Test
    void aSinkAtPositionZeroNeedsNoWords() throws IOException {
        Selection selection = selection(
                Map.of("triad.sink", 0.9, "triad.most", 0.9, "triad.position", 0.0),
                Map.of("triad.sink", 0.2, "triad.most", 0.2, "triad.position", 0.0));
        assertEquals(List.of(), selection.warnings());
        assertFalse(Comparison.of(selection, "", false).table().has("triad.position"));
    }

    /** Before it was recorded. */
    @Test
    void aRunThatDoesNotKnowSaysNothing() throws IOException {
        Selection selection = selection(Map.of("triad.sink", 0.9), Map.of("triad.sink", 0.2));
        assertEquals(List.of(), selection.warnings());
        assertFalse(Comparison.of(selection, "", false).table().has("triad.position"));
        Selection mixed = selection(
                Map.of("triad.sink", 0.9), Map.of("triad.sink", 0.2, "triad.most", 0.8, "triad.position", 1.0));
        assertTrue(Double.isNaN(Comparison.of(mixed, "", false).table().numbers("triad.position")[0]));
    }

    @SafeVarargs
    private Selection selection(Map<String, Double>... numbers) throws IOException {
        List<ReportedRun> runs = new ArrayList<>();
        for (int r = 0; r < numbers.length; r++) {
            ReportedRun run = ReportedRun.of(StoredTinyRuns.run(store, "task.bosCount=" + (r + 1)));
            List<Measurement> records = List.of(new Measurement(6, numbers[r]));
            runs.add(new ReportedRun(run.label(), run.directory(), run.spec(), run.state(), run.status(), records));
        }
        return new Selection("made up", runs, Map.of(), List.of(), List.of());
    }
}
