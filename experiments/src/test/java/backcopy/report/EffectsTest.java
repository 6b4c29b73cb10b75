package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.Table;
import backcopy.run.Keys;
import backcopy.run.Measurement;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On made-up runs whose effects are known: depth adds 0.2 to the sink and triples the drain, seeds move both. */
class EffectsTest {
    private static final double[] BY_SEED = {-0.01, 0, 0.01};

    private static ReportedRun run(String status, RunSpec spec, long step, Map<String, Double> numbers) {
        Measurement before = new Measurement(0, Map.of("triad.sink", 0.0));
        return new ReportedRun("", null, spec, null, status, List.of(before, new Measurement(step, numbers)));
    }

    private static Selection grid(boolean complete) {
        List<ReportedRun> runs = new ArrayList<>();
        for (int layers = 1; layers <= 2; layers++)
            for (String attention : List.of("softmax", "relu"))
                for (int seed = 0; seed < 3; seed++) {
                    if (!complete && layers == 2 && attention.equals("relu")) continue;
                    RunSpec spec = Keys.parse(
                            Scale.SMOKE.spec(),
                            Map.of(
                                    "model.layers",
                                    Integer.toString(layers),
                                    "model.attention",
                                    attention,
                                    "train.seed",
                                    Integer.toString(seed)));
                    double sink = 0.15 + 0.2 * layers + (attention.equals("relu") ? -0.1 : 0) + BY_SEED[seed] * layers;
                    double drain = Math.pow(3, layers) * Math.exp(BY_SEED[seed]);
                    runs.add(run("finished", spec, 40, Map.of("triad.sink", sink, "triad.drain", drain)));
                }
        return new Selection("grid", runs, Map.of(), List.of(), List.of());
    }

    private static double effect(Table effects, String factor, String signature, String column) {
        Table row = effects.where("factor", factor).where("signature", signature);
        assertEquals(1, row.rows());
        return row.numbers(column)[0];
    }

    @Test
    void aFactorsEffectIsThatOfRunsEqualInAllElse() {
        for (boolean complete : List.of(true, false)) {
            Table effects = new Effects(grid(complete)).effects();
            assertEquals(0.2, effect(effects, "layers", "sink", "size"), 1e-12);
            assertEquals(-0.1, effect(effects, "attention", "sink", "size"), 1e-12);
            assertEquals(3, effect(effects, "layers", "drain", "size"), 1e-12);
            assertEquals(1, effect(effects, "attention", "drain", "size"), 1e-12);
        }
    }

    /** Student's t with two degrees of freedom at 97.5 % is 4.302653; the seeds' effects are 0.19, 0.2 and 0.21. */
    @Test
    void itsIntervalIsOverSeeds() {
        Table effects = new Effects(grid(true)).effects();
        double half = 4.302653 * 0.01 / Math.sqrt(3);
        assertEquals(0.2 - half, effect(effects, "layers", "sink", "low"), 1e-7);
        assertEquals(0.2 + half, effect(effects, "layers", "sink", "high"), 1e-7);
        assertEquals(3, effect(effects, "layers", "sink", "seeds"));
    }

    @Test
    void aSignatureThatWasNotRecordedHasNoEffect() {
        assertTrue(Double.isNaN(effect(new Effects(grid(true)).effects(), "layers", "peak", "size")));
    }

    @Test
    void pairsWithoutASinkSayNothingOfItsFormation() {
        Selection grid = grid(true);
        Table effects = new Effects(grid).effects().where("signature", "formation");
        // In one layer of ReLU attention sinks stay below 0.3, so that of two pairs a seed only softmax has both runs.
        assertEquals(List.of("3 of 6"), effects.where("factor", "layers").texts("sets"));
        assertEquals(1, effects.where("factor", "layers").numbers("size")[0], 1e-12, "all form at the one record");
        assertEquals(
                List.of("6 of 6"),
                new Effects(grid)
                        .effects()
                        .where("signature", "sink")
                        .where("factor", "layers")
                        .texts("sets"));
    }

    @Test
    void aPhaseDiagramAveragesSeedsAndKeepsConditionsApart() {
        Effects effects = new Effects(grid(true));
        Factor layers = effects.factors().get(0), attention = effects.factors().get(1);
        assertEquals("layers", layers.name());
        Table cells = effects.phase(layers, attention, 4).where("panel", "drain");
        assertEquals(4, cells.rows());
        assertEquals(3, cells.where("x", "1").numbers("value")[0], 1e-12);
        assertEquals(9, cells.where("x", "2").numbers("value")[0], 1e-12);
    }

    @Test
    void meansOfRatiosAreGeometric() {
        Table means =
                new Effects(grid(true)).means().where("group", "attention").where("panel", "drain");
        assertEquals(Math.sqrt(27), means.where("row", "relu").numbers("mean")[0], 1e-12);
    }

    /**
     * ReLU takes 0.1 of the sink at any depth, so that depth's effect is the same with both; by seeds it is 0.19, 0.2, 0.21 twice.
     * A second layer that adds 0.3 with ReLU, 0.1 more than with softmax, and doubles its growth of the drain shows as that.
     */
    @Test
    void anInteractionIsTheDifferenceOfTwoEffects() {
        Table none = new Effects(grid(true)).interactions();
        assertEquals(0, effect(none, "layers x attention", "sink", "size"), 1e-12);
        assertEquals(1, effect(none, "layers x attention", "drain", "size"), 1e-12);
        Table some = new Effects(interacting()).interactions();
        // (0.66, 0.7, 0.74) - (0.35, 0.4, 0.45) less (0.48, 0.5, 0.52) - (0.29, 0.3, 0.31) is (0.12, 0.1, 0.08)
        double half = 4.302653 * 0.02 / Math.sqrt(3);
        assertEquals(0.1, effect(some, "layers x attention", "sink", "size"), 1e-12);
        assertEquals(0.1 - half, effect(some, "layers x attention", "sink", "low"), 1e-7);
        assertEquals(0.1 + half, effect(some, "layers x attention", "sink", "high"), 1e-7);
        // (8 / 2) / (3 / 1.5)
        assertEquals(2, effect(some, "layers x attention", "drain", "size"), 1e-12);
        Table row = some.where("signature", "sink");
        assertEquals(List.of("2 x relu"), row.texts("level"));
        assertEquals(List.of("1 x softmax"), row.texts("against"));
        assertEquals(List.of("3 of 3"), row.texts("sets"));
    }

    private static Selection interacting() {
        double[][] sinks = {{0.29, 0.3, 0.31}, {0.35, 0.4, 0.45}, {0.48, 0.5, 0.52}, {0.66, 0.7, 0.74}};
        double[] drains = {1.5, 2, 3, 8};
        List<ReportedRun> runs = new ArrayList<>();
        for (int cell = 0; cell < 4; cell++)
            for (int seed = 0; seed < 3; seed++) {
                Map<String, String> keys = Map.of(
                        "model.layers", cell < 2 ? "1" : "2",
                        "model.attention", cell % 2 == 0 ? "softmax" : "relu",
                        "train.seed", Integer.toString(seed));
                Map<String, Double> numbers = Map.of("triad.sink", sinks[cell][seed], "triad.drain", drains[cell]);
                runs.add(run("finished", Keys.parse(Scale.SMOKE.spec(), keys), 40, numbers));
            }
        return new Selection("interacting", runs, Map.of(), List.of(), List.of());
    }

    @Test
    void factorsThatAreNoGridHaveNoInteraction() {
        assertEquals(0, new Effects(grid(false)).interactions().rows());
    }

    @Test
    void runsThatAreMissingInOneSeedAreLeftOut() {
        List<ReportedRun> runs = new ArrayList<>(interacting().runs());
        runs.remove(runs.size() - 1); // seed 2 of two layers of ReLU attention
        Table some = new Effects(new Selection("holes", runs, Map.of(), List.of(), List.of())).interactions();
        assertEquals(0.11, effect(some, "layers x attention", "sink", "size"), 1e-12); // of 0.12 and 0.1
        assertEquals(List.of("2 of 2"), some.where("signature", "sink").texts("sets"));
    }

    /** Two rates, of which the larger diverges at step 2 in every seed, and the smaller was stopped in the last. */
    private static Selection failing() {
        List<ReportedRun> runs = new ArrayList<>();
        for (String rate : List.of("0.03", "100000"))
            for (String layers : List.of("1", "2"))
                for (int seed = 1; seed <= 3; seed++) {
                    RunSpec spec = Keys.parse(
                            Scale.SMOKE.spec(),
                            Map.of(
                                    "optimizer.name",
                                    "sgd",
                                    "optimizer.learningRate",
                                    rate,
                                    "model.layers",
                                    layers,
                                    "train.seed",
                                    Integer.toString(seed)));
                    boolean failed = rate.equals("100000"), stopped = seed == 3 && layers.equals("2");
                    double sink = failed ? 77 : stopped ? 99 : 0.1 * seed + (layers.equals("2") ? 0.2 : 0);
                    runs.add(run(
                            failed ? "failed" : stopped ? "interrupted" : "finished",
                            spec,
                            failed ? 2 : stopped ? 20 : 40,
                            Map.of("triad.sink", sink)));
                }
        return new Selection("failing", runs, Map.of(), List.of(), List.of());
    }

    @Test
    void runsThatDidNotComeToTheirEndAreInNoNumberAndCounted() {
        Selection failing = failing();
        assertEquals("7 of 12 runs are not finished (6 failed, 1 interrupted)", failing.unfinished());
        Effects effects = new Effects(failing);
        Table rate = effects.effects().where("factor", "learningRate").where("signature", "sink");
        assertTrue(Double.isNaN(rate.numbers("size")[0]));
        assertEquals(0, rate.numbers("seeds")[0]);
        assertEquals(List.of("0 of 6"), rate.texts("sets"));
        assertEquals(7, rate.numbers("unfinished")[0]);
        Table layers = effects.effects().where("factor", "layers").where("signature", "sink");
        assertEquals(0.2, layers.numbers("size")[0], 1e-12);
        assertEquals(List.of("2 of 6"), layers.texts("sets"));
        assertEquals(7, layers.numbers("unfinished")[0]);
        Table interactions = effects.interactions().where("signature", "sink");
        assertTrue(Double.isNaN(interactions.numbers("size")[0]));
        assertEquals(List.of("0 of 3"), interactions.texts("sets"));
        Table means = effects.means().where("panel", "sink");
        assertEquals(0.8 / 3, means.where("row", "0.03").numbers("mean")[0], 1e-12); // of (0.2, 0.3, 0.3)
        assertEquals(1, means.where("row", "0.03").numbers("unfinished")[0]);
        assertTrue(Double.isNaN(means.where("row", "100000").numbers("mean")[0]));
        assertEquals(6, means.where("row", "100000").numbers("unfinished")[0]);
        Factor one = effects.factors().get(0), two = effects.factors().get(1);
        Table phase = effects.phase(one, two, 4).where("panel", "sink");
        assertEquals(
                List.of("0.200", "0.350", "NaN", "NaN"),
                Arrays.stream(phase.numbers("value"))
                        .mapToObj(value -> Double.isNaN(value) ? "NaN" : String.format(Locale.ROOT, "%.3g", value))
                        .sorted()
                        .toList());
        assertEquals(7, Arrays.stream(phase.numbers("unfinished")).sum());
    }

    @Test
    void effectsOfThreeNamedChoicesAreThere() {
        List<ReportedRun> runs = new ArrayList<>();
        double sink = 0;
        for (String optimizer : List.of("adamw", "sgd", "lion"))
            for (String attention : List.of("softmax", "softmax-n", "sink-score"))
                for (int seed = 1; seed <= 3; seed++)
                    runs.add(run(
                            "finished",
                            Keys.parse(
                                    Scale.SMOKE.spec(),
                                    Map.of(
                                            "optimizer.name",
                                            optimizer,
                                            "model.attention",
                                            attention,
                                            "train.seed",
                                            Integer.toString(seed))),
                            40,
                            Map.of("triad.sink", sink += 0.01)));
        Effects effects = new Effects(new Selection("names", runs, Map.of(), List.of(), List.of()));
        Table sinks = effects.effects().where("signature", "sink");
        assertEquals(List.of("attention", "attention", "optimizer", "optimizer"), sinks.texts("factor"));
        assertEquals(List.of("softmax-n", "sink-score", "sgd", "lion"), sinks.texts("level"));
        assertEquals(List.of("9 of 9"), sinks.texts("sets").stream().distinct().toList());
        assertEquals(0.03, sinks.numbers("size")[0], 1e-12);
        assertEquals(0.18, sinks.numbers("size")[3], 1e-12);
        Table interactions = effects.interactions().where("signature", "sink");
        assertEquals(4, interactions.rows());
        assertEquals(
                List.of("3 of 3"),
                interactions.texts("sets").stream().distinct().toList());
    }
}
