package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.Findings;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
    @TempDir
    private Path store;

    @Test
    void anExperimentsTablesAreListed() throws IOException {
        Table table = Table.rows("switch", "sink").add("softpick", 0.25).table();
        Selection runs = StoredTinyRuns.selection(StoredTinyRuns.softmaxAndRelu(store));
        Selection found = new Selection(
                "tiny",
                runs.runs(),
                Map.of("tiny", new Findings(List.of(), List.of(), Map.of("summary", table))),
                List.of(),
                List.of());
        String html = RunReport.html(found);
        assertTrue(html.contains("<td>softpick</td>"));
        assertTrue(html.contains("data-value=\"0.25\""));
    }

    /** Keys that are changed one at a time have no effects over all levels of the others. */
    @Test
    void effectsAreOfFewFactors() throws IOException {
        List<RunDirectory> runs = new ArrayList<>(List.of(StoredTinyRuns.run(store)));
        String[] keys = {
            "model.attention=relu",
            "model.norm=none",
            "model.layers=2",
            "model.mlp=gelu",
            "model.gate=value",
            "model.valueBias=shared",
            "model.queryKeyNorm=rms-norm",
            "model.position=rope",
            "optimizer.beta1=0.8",
            "train.zLoss=0.1"
        };
        for (String key : keys) runs.add(StoredTinyRuns.run(store, key));
        assertEquals(10, Factor.of(StoredTinyRuns.selection(runs).differences()).size());
        assertTrue(RunReport.html(StoredTinyRuns.selection(runs)).contains("Effects of what varies"));
        runs.add(StoredTinyRuns.run(store, "model.headNorm=rms-norm"));
        assertFalse(RunReport.html(StoredTinyRuns.selection(runs)).contains("Effects of what varies"));
    }
}
