package backcopy.experiment;

import static backcopy.experiment.SwitchSignature.DRAIN;
import static backcopy.experiment.SwitchSignature.EVICTION;
import static backcopy.experiment.SwitchSignature.INT8;
import static backcopy.experiment.SwitchSignature.PEAK;
import static backcopy.experiment.SwitchSignature.SINK;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.Verdict.Outcome;
import backcopy.figure.Table;
import backcopy.run.Provenance;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import backcopy.sweep.SweepProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MitigationsTest {
    private static final Switch BASE = Switch.of("baseline", "base"),
            LESS = Switch.of("x", "less"),
            MORE = Switch.of("x", "more");

    private static final long[] NEVER = {};

    private static final String[] TINY = {
        "model.width=8",
        "model.mlpWidth=8",
        "task.sequenceLength=16",
        "train.batchSize=4",
        "train.backend=cpu",
        "train.steps=2",
        "evaluation.sequences=4"
    };

    private final StringWriter printed = new StringWriter();

    private Table summary(Mitigations experiment, Path directory, FirstLook look) throws IOException {
        Reproduction reproduction = new Reproduction(
                new RunStore(directory),
                Provenance.here("unknown"),
                () -> false,
                new PrintWriter(printed),
                SweepProgress.SILENT,
                1,
                1);
        reproduction.reproduce(List.of(experiment), Scale.LAPTOP, look);
        String part = look.isWhole() ? "" : "-first-look";
        return Table.read(
                directory.resolve("experiments/mitigations-laptop" + part).resolve("mitigations-summary.csv"));
    }

    /** Values of every signature: those given, and else all of them 1. */
    private static SwitchRuns runs(int seeds, Map<SwitchSignature, double[]> given) {
        Map<SwitchSignature, double[]> values = new EnumMap<>(SwitchSignature.class);
        for (SwitchSignature signature : SwitchSignature.values())
            values.put(
                    signature, LongStream.range(0, seeds).mapToDouble(seed -> 1).toArray());
        values.putAll(given);
        return new SwitchRuns(LongStream.rangeClosed(1, seeds).toArray(), values, "", NEVER);
    }

    private static SwitchRuns sinks(double... sinks) {
        return runs(sinks.length, Map.of(SINK, sinks));
    }

    @Test
    void everySwitchIsOneThingOfItsOwnThatTheKeysKnow() {
        List<RunSpec> runs = new Mitigations().runs(Scale.LAPTOP);
        assertEquals(3 * Switches.ALL.size(), runs.size());
        assertEquals(runs.size(), new HashSet<>(runs).size());
        assertEquals(Switches.BASELINE, Switches.ALL.get(0));
        assertTrue(Switches.BASELINE.keys().isEmpty());
        assertEquals(
                Switches.ALL.size(),
                Switches.ALL.stream().map(Switch::name).distinct().count());
        for (Switch one : Switches.ALL)
            assertTrue(
                    one.claims().stream().noneMatch(claim -> claim.signature().isCost()), one.name());
        assertEquals(8, new Mitigations().switches(Scale.SMOKE).size());
    }

    @Test
    void aSwitchIsPairedWithTheSeedsThatItHas() {
        SwitchRuns base =
                new SwitchRuns(new long[] {1, 2, 3, 5}, Map.of(SINK, new double[] {.9, .8, .7, .1}), "", NEVER);
        SwitchRuns own = new SwitchRuns(new long[] {5, 2}, Map.of(SINK, new double[] {.2, .6}), "", NEVER);
        assertArrayEquals(new double[] {.1, -.2}, own.changes(SINK, base), 1e-12);
        SwitchRuns drained = new SwitchRuns(new long[] {1}, Map.of(DRAIN, new double[] {10}), "", NEVER);
        assertArrayEquals(
                new double[] {2},
                drained.changes(DRAIN, new SwitchRuns(new long[] {1}, Map.of(DRAIN, new double[] {.1}), "", NEVER)),
                1e-12);
        SwitchRuns other = new SwitchRuns(new long[] {4}, Map.of(SINK, new double[] {.2}), "", NEVER);
        assertThrows(IllegalArgumentException.class, () -> other.changes(SINK, base));
    }

    @Test
    void aSwitchIsOpenUntilEveryMainSignatureIsOnOneSide() {
        SwitchRuns base = runs(3, Map.of());
        Map<SwitchSignature, double[]> apart = new EnumMap<>(SwitchSignature.class);
        for (SwitchSignature signature : SwitchSignature.MAIN) apart.put(signature, new double[] {.5, .51, .49});
        assertFalse(runs(3, apart).isOpen(base));
        apart.put(PEAK, new double[] {.5, 1.5, 1.1});
        assertTrue(runs(3, apart).isOpen(base));
        assertTrue(base.isOpen(base), "what changes nothing");
    }

    /** What records more but trains the same is open for good: it gets five seeds, and the baseline with it. */
    @Test
    void whatThreeSeedsLeaveOpenHasFive(@TempDir Path directory) throws IOException {
        Mitigations few = new Mitigations(
                List.of(Switches.BASELINE, Switch.of("x", "the same", "record.updates=update-norm")),
                "model.width=8",
                "model.mlpWidth=8",
                "task.sequenceLength=12",
                "train.batchSize=4",
                "train.backend=reference",
                "train.steps=2");
        RunStore store = new RunStore(directory);
        Provenance here = Provenance.here("unknown");
        PrintWriter out = new PrintWriter(new StringWriter());
        Reproduction reproduction = new Reproduction(store, here, () -> false, out, SweepProgress.SILENT, 0, 1);
        reproduction.reproduce(List.of(few), Scale.LAPTOP, new FirstLook(2, 0));
        Path look = directory.resolve("experiments/mitigations-laptop-first-look/mitigations-summary.csv");
        assertArrayEquals(new double[] {2, 2}, Table.read(look).numbers("seeds"));
        assertEquals(4, store.all().size());

        reproduction.reproduce(List.of(few), Scale.LAPTOP, FirstLook.WHOLE);
        Table summary = Table.read(directory.resolve("experiments/mitigations-laptop/mitigations-summary.csv"));
        assertArrayEquals(new double[] {5, 5}, summary.numbers("seeds"));
        assertTrue(Double.isFinite(summary.numbers("eviction")[1]));
        assertEquals(10, store.all().size());
        FinishedRuns found = FinishedRuns.of(few, Scale.LAPTOP, new Runner(store, here, () -> false))
                .orElseThrow();
        assertEquals(
                List.of(1L, 2L, 3L, 1L, 2L, 3L, 4L, 5L, 4L, 5L),
                found.specs().stream().map(spec -> spec.train().seed()).toList());
    }

    @Test
    void everySwitchIsMeasuredByEverySignatureOrSaysWhyNot(@TempDir Path directory) throws IOException {
        Table summary = summary(new Mitigations(Switches.ALL, TINY), directory, new FirstLook(1, 0));
        assertEquals(Switches.ALL.size(), summary.rows());
        for (SwitchSignature signature : SwitchSignature.values())
            for (int row = 0; row < summary.rows(); row++) {
                boolean refused = signature == EVICTION
                        && summary.texts("not measured").get(row).startsWith("eviction: ");
                assertEquals(
                        refused,
                        Double.isNaN(summary.numbers(signature.heading())[row]),
                        summary.texts("switch").get(row) + ": " + signature.heading());
            }
        assertTrue(printed.toString().contains("mitigations-beyond-attention.png"), printed.toString());
    }

    @Test
    void aSwitchThatDivergesIsARowThatSaysSoAndLeavesTheOthers(@TempDir Path directory) throws IOException {
        Mitigations wild = new Mitigations(
                List.of(
                        Switches.BASELINE,
                        Switch.of("x", "wild", "optimizer.name=sgd", "optimizer.learningRate=1e6", "model.norm=none")
                                .shrinks(SINK, "1 to 0"),
                        Switch.of("x", "tame", "model.attention=relu")),
                TINY);
        Table summary = summary(wild, directory, FirstLook.WHOLE);
        Path verdicts = directory.resolve("experiments/mitigations-laptop/verdicts.csv");
        String judged = Files.readString(verdicts);
        assertEquals(List.of("softmax, AdamW", "tame", "wild"), summary.texts("switch"));
        assertEquals(
                "diverged at step 1 in 3 of 3 seeds",
                summary.texts("not measured").get(2));
        assertEquals(0, summary.numbers("seeds")[2]);
        assertTrue(summary.numbers("seeds")[1] >= 3);
        for (SwitchSignature signature : SwitchSignature.values()) {
            double[] means = summary.numbers(signature.heading());
            assertTrue(Double.isFinite(means[1]) && Double.isNaN(means[2]), signature.heading());
        }
        assertTrue(
                printed.toString().contains("undecided      wild: smaller attention on position 0"),
                printed.toString());

        RunStore store = new RunStore(directory);
        List<String> before = states(store);
        summary(wild, directory, FirstLook.WHOLE);
        assertEquals(judged, Files.readString(verdicts));
        assertEquals(before, states(store), "what diverged is not tried again");
    }

    private static List<String> states(RunStore store) {
        return store.all().stream().map(run -> run.identity() + run.state()).toList();
    }

    @Test
    void whatHasSomeSeedsLeftShowsThem() {
        SwitchRuns all = runs(3, Map.of(SINK, new double[] {.3, .31, .29}));
        SwitchRuns some = new SwitchRuns(all.seeds(), all.values(), "no reason", new long[] {40, 12});
        MitigationTable table =
                new MitigationTable(List.of(BASE, LESS), Map.of("base", runs(3, Map.of()), "less", some));
        assertEquals(.3, table.summary().numbers("sink")[1], 1e-12);
        assertEquals(
                "diverged at steps 12, 40 in 2 of 5 seeds; eviction: no reason",
                table.summary().texts("not measured").get(1));
        assertEquals(
                "diverged at steps 12, 40 in 2 of 5 seeds",
                table.cells().where("switch", "less").texts("divergence").get(0));
        assertFalse(new SwitchRuns(new long[0], Map.of(), "", new long[] {1, 1, 1}).isOpen(all), "nothing is left");
    }

    @Test
    void theBaselineComesFirstAndThenTheStrongestReductionOfTheSink() {
        Map<String, SwitchRuns> runs = new LinkedHashMap<>();
        runs.put("more", sinks(1.2, 1.21, 1.19));
        runs.put("less", sinks(.3, .31, .29));
        runs.put("base", sinks(1, 1, 1, .1, .1));
        Table summary = new MitigationTable(List.of(BASE, MORE, LESS), runs).summary();
        assertEquals(List.of("base", "less", "more"), summary.texts("switch"));
        assertEquals(List.of("", "sink", ""), summary.texts("less"));
        assertEquals(List.of("", "", "sink"), summary.texts("more"));
        assertArrayEquals(new double[] {.64, .3, 1.2}, summary.numbers("sink"), 1e-12);
        assertArrayEquals(new double[] {5, 3, 3}, summary.numbers("seeds"));
    }

    @Test
    void lessAttentionOnPositionZeroSaysWhereItWent() {
        SwitchRuns gone = sinks(.3, .31, .29);
        String where = "on position 1 in 3 of 3 seeds, 0.81 in the mean";
        SwitchRuns moved = new SwitchRuns(gone.seeds(), gone.values(), "", NEVER, where);
        Switch claimed = Switch.of("x", "less").shrinks(SINK, "1 to 0");
        MitigationTable table =
                new MitigationTable(List.of(BASE, claimed), Map.of("base", sinks(1, 1, 1), "less", moved));
        assertEquals(
                List.of("", "sink (most attention is " + where + ")"),
                table.summary().texts("less"));
        assertEquals(List.of("", where), table.summary().texts("most attention"));
        assertEquals(
                "less: smaller attention on position 0 (most is " + where + ")",
                table.verdicts().get(0).claim());
    }

    @Test
    void whatIsRefusedHasAnEmptyCellWithItsReason() {
        SwitchRuns whole = runs(3, Map.of(INT8, new double[] {2, 2.1, 1.9}));
        Map<SwitchSignature, double[]> without = new EnumMap<>(whole.values());
        without.remove(EVICTION);
        SwitchRuns refused = new SwitchRuns(whole.seeds(), without, "model.sinkTokens = 1", NEVER);
        MitigationTable table =
                new MitigationTable(List.of(BASE, LESS), Map.of("base", runs(3, Map.of()), "less", refused));
        assertTrue(Double.isNaN(table.summary().numbers("eviction")[1]));
        assertEquals(
                "eviction: model.sinkTokens = 1",
                table.summary().texts("not measured").get(1));
        assertEquals("", table.summary().texts("not measured").get(0));
        Table cell = table.cells().where("switch", "less").where("signature", "eviction");
        assertTrue(Double.isNaN(cell.numbers("mean")[0]) && Double.isNaN(cell.numbers("low")[0]));
        assertEquals(0, cell.numbers("shade")[0]);
        assertEquals(List.of("model.sinkTokens = 1"), cell.texts("note"));
        Table rounded = table.cells().where("switch", "less").where("signature", "int8");
        assertEquals(2, rounded.numbers("mean")[0], 1e-12);
        assertEquals(1, rounded.numbers("shade")[0], 1e-2);
    }

    /** Less drain is a larger ratio; a factor of two is half as strong as one of four. */
    @Test
    void shadesSayOnWhichSideAndHowFar() {
        SeedInterval half = SeedInterval.of(Math.log10(.5), Math.log10(.5), Math.log10(.5));
        assertEquals(-.5, PEAK.shade(half, 7), 1e-12);
        assertEquals(.5, DRAIN.shade(half, 7), 1e-12);
        assertEquals(-1, SINK.shade(SeedInterval.of(-.9, -.9, -.9), .7), 1e-12);
        assertEquals(-.5, SINK.shade(SeedInterval.of(-.35, -.35, -.35), .7), 1e-12);
        assertEquals(0, SINK.shade(SeedInterval.of(-.9, .1, .2), .7));
        assertEquals(0, SINK.shade(SeedInterval.of(-.9), .7));
    }

    @Test
    void publishedDirectionsAreJudgedOnPairedChanges() {
        Switch claimed =
                LESS.shrinks(SINK, "0.5 to 0.1").grows(DRAIN, "0.1 to 1").shrinks(PEAK, "3 to 1");
        SwitchRuns own = runs(
                3,
                Map.of(
                        SINK, new double[] {.3, .31, .29},
                        DRAIN, new double[] {.3, .31, .29},
                        PEAK, new double[] {.9, 1, 1.1}));
        List<Verdict> verdicts =
                new MitigationTable(List.of(BASE, claimed), Map.of("base", runs(3, Map.of()), "less", own)).verdicts();
        assertEquals(
                List.of(Outcome.SAME_DIRECTION, Outcome.OPPOSITE, Outcome.NO_EFFECT),
                verdicts.stream().map(Verdict::outcome).toList());
        assertEquals("less: larger value norm at position 0", verdicts.get(1).claim());
        assertEquals("0.1 to 1", verdicts.get(1).published());
        assertEquals(-.7, verdicts.get(0).interval().mean(), 1e-12);
    }
}
