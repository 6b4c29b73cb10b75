package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.RunIdentity;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Plan PLAN = Plan.single("softmax")
            .and("relu", "model.attention=relu", "train.steps=7")
            .at(Scale.LAPTOP, "train.steps=9", "model.width=32");

    @Test
    void conditionsDifferInTheirKeysAndShareTheirSeeds() {
        List<RunSpec> runs = PLAN.runs(Scale.LAPTOP);
        assertEquals(10, runs.size());
        for (int seed = 0; seed < 5; seed++) {
            assertEquals("softmax", runs.get(seed).model().attention().name());
            assertEquals("relu", runs.get(5 + seed).model().attention().name());
            assertEquals(
                    runs.get(seed).train().seed(), runs.get(5 + seed).train().seed());
            assertEquals(32, runs.get(5 + seed).model().width());
        }
    }

    @Test
    void aConditionsOwnKeysGoBeforeTheScales() {
        assertEquals(9, PLAN.runs(Scale.LAPTOP).get(0).train().steps());
        assertEquals(7, PLAN.runs(Scale.LAPTOP).get(5).train().steps());
        assertEquals(
                Scale.PAPER.spec().train().steps(),
                PLAN.runs(Scale.PAPER).get(0).train().steps());
    }

    @Test
    void aConditionGoesOnWhereItsParentEndsSeedBySeed() {
        Plan plan = PLAN.after("relu", 3, "relu, later", "intervention.kind=clamp-value");
        List<RunSpec> runs = plan.runs(Scale.LAPTOP);
        for (int seed = 0; seed < 5; seed++) {
            RunSpec parent = runs.get(5 + seed), child = runs.get(10 + seed);
            assertEquals(RunIdentity.of(parent) + "@7", child.train().from());
            assertEquals(21, child.train().steps());
            assertEquals(parent.train().seed(), child.train().seed());
            assertEquals(parent.model(), child.model());
            assertEquals("clamp-value", child.intervention().kind());
        }
        assertThrows(IllegalArgumentException.class, () -> PLAN.after("sgd", 2, "later"));
    }

    @Test
    void moreSeedsBeginAsTheFiveDo() {
        List<RunSpec> runs = PLAN.withSeeds(Scale.LAPTOP, 8).runs(Scale.LAPTOP);
        assertEquals(16, runs.size());
        assertEquals(PLAN.runs(Scale.LAPTOP).subList(0, 5), runs.subList(0, 5));
        assertEquals(PLAN.runs(Scale.SMOKE), PLAN.withSeeds(Scale.LAPTOP, 8).runs(Scale.SMOKE));
    }

    @Test
    void aPlanWithKeysOfItsOwnIsRefusedAtTheDeskWhereItHasNone() {
        String refusal = assertThrows(IllegalArgumentException.class, () -> PLAN.runs(Scale.DESK))
                .getMessage();
        assertEquals("it is not defined at scale desk, only at laptop", refusal);
        RunSpec desk = PLAN.at(Scale.DESK).runs(Scale.DESK).get(0);
        assertEquals(256, desk.model().width());
        assertEquals(16, desk.train().batchSize());
        assertEquals(64, desk.evaluation().sequences());
        assertEquals(3, Plan.single("softmax").runs(Scale.DESK).size());
        assertEquals(
                List.of(42L, 43L, 44L),
                Plan.single("softmax").runs(Scale.PAPER).stream()
                        .map(run -> run.train().seed())
                        .toList());
    }

    @Test
    void tuningSeedsAreInNoExperiment() {
        Set<Long> tuning = LongStream.of(Plan.TUNING).boxed().collect(Collectors.toSet());
        int looked = 0;
        for (Experiment experiment : Experiments.ALL)
            for (Scale scale : List.of(Scale.LAPTOP, Scale.PAPER))
                for (RunSpec run : experiment.runs(scale)) {
                    assertFalse(tuning.contains(run.train().seed()), experiment.name());
                    looked++;
                }
        assertTrue(looked > 1000);
    }

    @Test
    void aPartOfTheSeedsIsThoseSeeds() {
        List<RunSpec> runs = PLAN.runs(Scale.LAPTOP);
        List<RunSpec> part = new FirstLook(0, 3, 4, 0).of(runs);
        assertEquals(List.of(runs.get(2), runs.get(3), runs.get(7), runs.get(8)), part);
        assertEquals(
                "--seeds = 4..6 is not within its seeds 1..5",
                assertThrows(IllegalArgumentException.class, () -> new FirstLook(0, 4, 6, 0).of(runs))
                        .getMessage());
    }

    @Test
    void aConditionThatIsNotThereIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PLAN.ensemble("sgd", Scale.SMOKE, List.of()));
    }

    @Test
    void pairsAreFormedSeedBySeed() {
        assertArrayEquals(new double[] {1, -2}, Ensemble.differences(new double[] {3, 4}, new double[] {2, 6}));
        assertArrayEquals(new double[] {1, -1}, Ensemble.logRatios(new double[] {30, 4}, new double[] {3, 40}), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> Ensemble.differences(new double[2], new double[3]));
    }
}
