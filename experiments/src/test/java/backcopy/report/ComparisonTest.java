package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import backcopy.run.Measurement;
import backcopy.run.RunDirectory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    private Path store;

    private List<RunDirectory> runs() throws Exception {
        return List.of(
                StoredTinyRuns.run(store, "model.width=16"),
                StoredTinyRuns.run(store),
                StoredTinyRuns.run(store, "optimizer.name=sgd"));
    }

    @Test
    void onlyKeysThatDifferAreShownAndTheySort() throws Exception {
        List<RunDirectory> runs = runs();
        Comparison comparison = Comparison.of(StoredTinyRuns.selection(runs), "", false);
        assertEquals(
                List.of("8", "8", "16"), comparison.table().texts("model.width"), "8 comes before 16, as numbers do");
        assertEquals(List.of("adamw", "sgd", "adamw"), comparison.table().texts("optimizer.name"));
        assertEquals("", comparison.table().texts("optimizer.beta1").get(1), "sgd has no beta1");
        assertEquals(
                Stream.of(1, 2, 0).map(r -> runs.get(r).identity()).toList(),
                comparison.table().texts("run"));
        assertEquals(false, comparison.table().has("model.layers"));
    }

    @Test
    void anOverviewLeavesOutWhatComesWithAName() throws Exception {
        Comparison comparison = Comparison.of(StoredTinyRuns.selection(runs()), "", false);
        assertEquals(true, comparison.table().has("optimizer.beta1"));
        assertEquals(
                List.of("run", "model.width", "optimizer.name", "status", "step", "sink"),
                comparison.overview().columns().stream().limit(6).toList());
        assertEquals(List.of("adamw", "sgd", "adamw"), comparison.overview().texts("optimizer.name"));
    }

    @Test
    void sortsByARecordedNumber() throws Exception {
        Selection selection = StoredTinyRuns.selection(runs());
        double[] losses =
                Comparison.of(selection, "loss.evaluation", true).table().numbers("loss.evaluation");
        assertEquals(true, losses[0] > losses[1] && losses[1] > losses[2]);
        assertThrows(IllegalArgumentException.class, () -> Comparison.of(selection, "nothing", false));
    }

    @Test
    void jsonHasTheSharedKeysOnce() throws Exception {
        JsonNode json = new ObjectMapper()
                .readTree(Comparison.of(StoredTinyRuns.selection(runs()), "", false)
                        .json());
        assertEquals("1", json.at("/shared/model.layers").asText());
        assertEquals(3, json.get("runs").size());
        assertEquals("16", json.at("/runs/2/keys/model.width").asText());
        assertEquals(false, json.at("/runs/0/numbers/sink").isMissingNode());
    }

    @Test
    void aSinkFormsAtTheFirstRecordAboveItsThreshold() {
        List<Measurement> records = List.of(
                new Measurement(0, Map.of("triad.sink", 0.1)),
                new Measurement(10, Map.of("triad.sink", 0.31)),
                new Measurement(20, Map.of("triad.sink", 0.2)));
        assertEquals(10, Signature.FORMATION.of(records));
        assertEquals(0.2, Signature.SINK.of(records));
        assertEquals(Double.NaN, Signature.FORMATION.of(records.subList(0, 1)));
        assertEquals(Double.NaN, Signature.DRAIN.of(records));
    }

    /** A run that goes on from another may begin with its sink. */
    @Test
    void aSinkThatWasThereFromTheBeginningFormedInNoStepOfThisRun() {
        List<Measurement> records = List.of(
                new Measurement(640, Map.of("triad.sink", 0.8)),
                new Measurement(660, Map.of("triad.sink", 0.7)),
                new Measurement(680, Map.of("triad.sink", 0.2)),
                new Measurement(700, Map.of("triad.sink", 0.4)));
        assertEquals(Double.NaN, Signature.FORMATION.of(records.subList(0, 3)));
        assertEquals(700, Signature.FORMATION.of(records), "it fell apart and formed again");
    }
}
