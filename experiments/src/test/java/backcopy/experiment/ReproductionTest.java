package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.Table;
import backcopy.run.Keys;
import backcopy.run.Progress;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunIdentity;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import backcopy.sweep.Cell;
import backcopy.sweep.SweepProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproductionTest {
    private static final Provenance HERE = Provenance.here("unknown");

    @TempDir
    private Path directory;

    /** Two seeds at first; as many again where the first has come to a loss, which it always has. */
    private static final class TwoStages implements Experiment {
        @Override
        public String name() {
            return "two-stages";
        }

        @Override
        public String about() {
            return "two stages";
        }

        @Override
        public String laptopTime() {
            return "1 s";
        }

        @Override
        public List<String> figures() {
            return List.of();
        }

        @Override
        public List<RunSpec> runs(Scale scale) {
            return List.of(spec(1), spec(2));
        }

        @Override
        public List<RunSpec> more(Scale scale, List<RunDirectory> runs) {
            assertEquals(2, runs.size());
            Ensemble first = new Ensemble("first", runs(scale), runs);
            String refusal = assertThrows(IllegalArgumentException.class, () -> first.finals("los.evaluation"))
                    .getMessage();
            assertTrue(refusal.endsWith("has no recorded number los.evaluation"), refusal);
            List<RunSpec> more = new ArrayList<>();
            for (int run = 0; run < 2; run++) if (first.finals("loss.evaluation")[run] > 0) more.add(spec(3 + run));
            return more;
        }

        @Override
        public Findings analyze(Scale scale, List<RunDirectory> runs) {
            Table.Rows seeds = Table.rows("seed");
            for (RunDirectory run : runs) seeds.add(run.spec().train().seed());
            return new Findings(List.of(), List.of(), Map.of("seeds", seeds.table()));
        }

        private static RunSpec spec(int seed) {
            List<String> tiny = List.of(
                    "model.width=8",
                    "model.mlpWidth=8",
                    "task.sequenceLength=8",
                    "train.batchSize=2",
                    "train.backend=reference",
                    "train.steps=2");
            return Keys.parse(
                    Keys.parse(Scale.SMOKE.spec(), Keys.overrides(tiny)), Map.of("train.seed", Integer.toString(seed)));
        }
    }

    /** @param done told the seeds of the runs that were done, two at a time */
    private String reproduce(RunStore store, List<String> done) throws IOException {
        StringWriter out = new StringWriter();
        SweepProgress progress = new SweepProgress() {
            @Override
            public void finished(Cell cell, double seconds) {
                done.add(cell.values().get("train.seed"));
            }
        };
        new Reproduction(store, HERE, () -> false, new PrintWriter(out), progress, 2, 2)
                .reproduce(List.of(new TwoStages()), Scale.SMOKE, FirstLook.WHOLE);
        return out.toString();
    }

    @Test
    void runsThatTheFirstOnesAskForFollowAndAreFoundAgain() throws IOException {
        RunStore store = new RunStore(directory);
        Reproduction reader = new Reproduction(
                store, HERE, () -> false, new PrintWriter(new StringWriter()), SweepProgress.SILENT, 1, 1);
        Runner runner = new Runner(store, HERE, () -> false);
        for (RunSpec spec : new TwoStages().runs(Scale.SMOKE)) runner.run(spec, null, Progress.SILENT);
        assertFalse(reader.hasRuns(new TwoStages(), Scale.SMOKE), "the second stage is missing");

        List<String> done = new ArrayList<>();
        String first = reproduce(store, done);
        Path table = directory.resolve("experiments/two-stages-smoke/seeds.csv");
        assertEquals(List.of("1", "2", "3", "4"), Table.read(table).texts("seed"));
        assertEquals(List.of("3", "4"), done.stream().sorted().toList());
        assertTrue(first.contains(table.toString()), first);

        assertTrue(reader.hasRuns(new TwoStages(), Scale.SMOKE));
        int stored = store.all().size();
        Files.delete(table);
        assertEquals(first, reproduce(store, done));
        assertEquals(2, done.size());
        assertTrue(Files.exists(table));
        assertEquals(stored, store.all().size());
    }

    /** It needed the checkpoint of its own last step, which the longer run had replaced, and never came to an end again. */
    @Test
    void anExperimentIsTheSameAfterOneOfItsRunsWasLengthened() throws IOException {
        RunStore store = new RunStore(directory);
        Experiment experiment = Experiments.named("active-dormant");
        String first = reproduce(store, experiment);
        Map<String, String> before = files();
        assertTrue(before.size() > 2, before.keySet().toString());
        RunDirectory run = store.all().get(0);
        RunSpec spec = run.spec();
        long steps = spec.train().steps();
        RunSpec longer = Keys.parse(
                spec, Map.of("train.steps", Long.toString(steps + 13), "checkpoint.every", Long.toString(steps + 3)));
        new Runner(store, HERE, () -> false).run(longer, null, Progress.SILENT);
        assertEquals(steps + 13, run.state().steps());
        assertEquals(first, reproduce(store, experiment));
        assertEquals(before, files());
        Files.delete(directory.resolve("experiments/active-dormant-smoke/verdicts.csv"));
        Files.delete(directory
                .resolve("experiments/active-dormant-smoke")
                .resolve(experiment.figures().get(0) + ".svg"));
        StringWriter out = new StringWriter();
        new Reproduction(store, HERE, () -> false, new PrintWriter(out), SweepProgress.SILENT, 1, 1)
                .redraw(experiment, experiment.figures().get(0), Scale.SMOKE);
        before.remove("verdicts.csv");
        assertEquals(before, files());
    }

    private static String reproduce(RunStore store, Experiment experiment) throws IOException {
        StringWriter out = new StringWriter();
        new Reproduction(store, HERE, () -> false, new PrintWriter(out), SweepProgress.SILENT, 2, 2)
                .reproduce(List.of(experiment), Scale.SMOKE, FirstLook.WHOLE);
        return out.toString();
    }

    /** What the experiment wrote: the sums of its files by their names. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory.resolve("experiments/active-dormant-smoke"))) {
            for (Path file : all.toList()) files.put(file.getFileName().toString(), RunIdentity.contentOf(file));
        }
        return files;
    }
}
