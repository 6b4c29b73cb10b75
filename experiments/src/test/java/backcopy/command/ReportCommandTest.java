package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.Table;
import backcopy.run.RunState.Status;
import backcopy.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that show runs, on a small sweep. */
class ReportCommandTest {
    private static final List<String> TINY = List.of(
            "model.width=8",
            "model.mlpWidth=8",
            "task.sequenceLength=8",
            "train.batchSize=4",
            "train.backend=reference",
            "train.steps=3");

    @TempDir
    private static Path directory;

    private static Path store;

    @BeforeAll
    static void sweep() {
        store = directory.resolve("runs");
        List<String> arguments = new ArrayList<>(
                List.of("sweep", "--name", "grid", "--scale", "smoke", "--out", store.toString(), "model.layers=1,2"));
        arguments.addAll(List.of("model.attention=softmax,relu", "train.seed=1,2"));
        arguments.addAll(TINY);
        Bb.run(arguments.toArray(String[]::new)).assertDone();
    }

    private Bb run(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--store", store.toString()));
        return Bb.run(arguments.toArray(String[]::new));
    }

    @Test
    void aSweepsReportHasEffectsPhasesAndItsCommand() throws Exception {
        Bb report = run("report", "grid").assertDone();
        Path file = store.resolve("reports/grid.html");
        assertTrue(report.out().startsWith(file.toString()), report.out());
        String html = Files.readString(file);
        for (String part : List.of(
                "Backcopy: grid",
                "8 runs",
                "Effects of what varies",
                "how far effects depend on each other",
                "alt=\"phase\"",
                "data-part=\"film\"",
                "./bb sweep --name grid --scale smoke model.layers=1,2 model.attention=softmax,relu train.seed=1,2"))
            assertTrue(html.contains(part), part);
        assertFalse(html.contains("cells are finished"));
        assertTrue(html.length() < 5_000_000, html.length() + " characters");
    }

    @Test
    void whatASweepLacksIsSaid() throws Exception {
        String first = run("compare", "grid")
                .assertDone()
                .out()
                .lines()
                .toList()
                .get(1)
                .substring(0, 12);
        Path state = store.resolve(first).resolve("run.json"), aside = directory.resolve("aside");
        Files.move(state, aside);
        String missing = reportOfGrid();
        Files.writeString(state, "{");
        String damaged = reportOfGrid();
        Files.move(aside, state, StandardCopyOption.REPLACE_EXISTING);
        assertTrue(missing.contains("7 of 8 cells are finished"));
        assertTrue(damaged.contains("7 of 8 cells are finished"));
        assertTrue(damaged.contains("left out: " + state + " is damaged"));
    }

    private String reportOfGrid() throws IOException {
        run("report", "grid").assertDone();
        return Files.readString(store.resolve("reports/grid.html"));
    }

    @Test
    void aRunThatFailedIsReportedWithItsReason() throws Exception {
        Bb.train(store, "optimizer.name=sgd", "optimizer.learningRate=1e6", "model.norm=none");
        String failed = new RunStore(store)
                .all().stream()
                        .filter(run -> run.state().status() == Status.FAILED)
                        .findFirst()
                        .orElseThrow()
                        .identity();
        run("report", failed).assertDone();
        String html = Files.readString(store.resolve("reports/" + failed + ".html"));
        assertTrue(html.contains("Run " + failed + " failed: "));
        assertTrue(html.contains("is not finite"));
    }

    @Test
    void aReportThatCannotBeWrittenIsRefused() {
        assertTrue(run(
                        "report",
                        "grid",
                        "--out",
                        directory.resolve("no/report.html").toString())
                .refusal()
                .startsWith("--out = "));
        assertTrue(run("report", "nothing").refusal().startsWith("run nothing is not in store"));
        assertFalse(Files.exists(directory.resolve("no")));
        assertFalse(Files.exists(store.resolve("reports/nothing.html")));
    }

    @Test
    void compareSorts() {
        List<String> lines = run("compare", "grid", "--by", "loss.evaluation")
                .assertDone()
                .out()
                .lines()
                .toList();
        assertEquals(9, lines.size());
        assertTrue(
                lines.get(0).startsWith("run           model.layers  model.attention  train.seed  status"),
                lines.get(0));
        List<Double> losses = lines.subList(1, 9).stream()
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertEquals(losses.stream().sorted().toList(), losses);
        assertTrue(run("compare", "grid", "--json").assertDone().out().startsWith("{\"shared\":{\"task.name\":"));
    }

    @Test
    void exportWritesWhatWasAskedFor() throws Exception {
        run("export", "grid", "--to", "csv").assertDone();
        assertEquals(8, Table.read(store.resolve("exports/grid/runs.csv")).rows());
        assertTrue(run("export", "grid", "--to", "xml").refusal().startsWith("--to = xml is not one of csv, "));
        assertTrue(run("export", "grid", "--to", "parquet").refusal().startsWith("DuckDB is missing"));
        assertTrue(run("query", "SELECT 1").refusal().startsWith("DuckDB is missing"));
    }

    @Test
    void figuresOfASweepAreDrawnFromItsName() throws Exception {
        String[] phase = {"figure", "phase", "--out", store.toString(), "--sweep", "grid"};
        Bb.run(phase).assertDone();
        Table cells = Table.read(store.resolve("figures/grid/phase.csv"));
        assertEquals(Set.of("1", "2"), Set.copyOf(cells.texts("x")));
        assertTrue(Files.exists(store.resolve("figures/grid/phase.svg")));
        Bb.run("figure", "effects", "--out", store.toString(), "--sweep", "grid")
                .assertDone();
        assertEquals(24, Table.read(store.resolve("figures/grid/effects.csv")).rows());
        assertEquals(
                12, Table.read(store.resolve("figures/grid/effect-sizes.csv")).rows());
        Table interactions = Table.read(store.resolve("figures/grid/interactions.csv"));
        assertEquals(
                List.of("layers x attention"),
                interactions.texts("factor").stream().distinct().toList());
        assertEquals(6, interactions.rows());
        assertEquals(
                "--x = model.width does not vary in these runs; what varies: model.layers, model.attention",
                Bb.run("figure", "phase", "--out", store.toString(), "--sweep", "grid", "--x", "model.width")
                        .refusal());
        assertEquals(
                "figure phase needs --sweep NAME",
                Bb.run("figure", "phase", "--out", store.toString()).refusal());
    }
}
