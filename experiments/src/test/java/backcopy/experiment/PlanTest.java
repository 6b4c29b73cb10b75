package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import backcopy.run.RunIdentity;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.List;
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
        List<RunSpec> runs = PLAN.withLaptopSeeds(8).runs(Scale.LAPTOP);
        assertEquals(16, runs.size());
        assertEquals(PLAN.runs(Scale.LAPTOP).subList(0, 5), runs.subList(0, 5));
        assertEquals(PLAN.runs(Scale.SMOKE), PLAN.withLaptopSeeds(8).runs(Scale.SMOKE));
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
