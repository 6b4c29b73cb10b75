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

    /** Values of every signature: those given, and else all of them 1. */
    private static SwitchRuns runs(int seeds, Map<SwitchSignature, double[]> given) {
        Map<SwitchSignature, double[]> values = new EnumMap<>(SwitchSignature.class);
        for (SwitchSignature signature : SwitchSignature.values())
            values.put(
                    signature, LongStream.range(0, seeds).mapToDouble(seed -> 1).toArray());
        values.putAll(given);
        return new SwitchRuns(LongStream.rangeClosed(1, seeds).toArray(), values, "");
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
        SwitchRuns base = new SwitchRuns(new long[] {1, 2, 3, 5}, Map.of(SINK, new double[] {.9, .8, .7, .1}), "");
        SwitchRuns own = new SwitchRuns(new long[] {5, 2}, Map.of(SINK, new double[] {.2, .6}), "");
        assertArrayEquals(new double[] {.1, -.2}, own.changes(SINK, base), 1e-12);
        SwitchRuns drained = new SwitchRuns(new long[] {1}, Map.of(DRAIN, new double[] {10}), "");
        assertArrayEquals(
                new double[] {2},
                drained.changes(DRAIN, new SwitchRuns(new long[] {1}, Map.of(DRAIN, new double[] {.1}), "")),
                1e-12);
        SwitchRuns other = new SwitchRuns(new long[] {4}, Map.of(SINK, new double[] {.2}), "");
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
    void whatIsRefusedHasAnEmptyCellWithItsReason() {
        SwitchRuns whole = runs(3, Map.of(INT8, new double[] {2, 2.1, 1.9}));
        Map<SwitchSignature, double[]> without = new EnumMap<>(whole.values());
        without.remove(EVICTION);
        SwitchRuns refused = new SwitchRuns(whole.seeds(), without, "model.sinkTokens = 1");
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
        assertEquals("less: larger value norm of <s>", verdicts.get(1).claim());
        assertEquals("0.1 to 1", verdicts.get(1).published());
        assertEquals(-.7, verdicts.get(0).interval().mean(), 1e-12);
    }
}
