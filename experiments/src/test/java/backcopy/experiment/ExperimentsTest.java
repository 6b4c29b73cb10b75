package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.Figures;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExperimentsTest {
    @Test
    void everyExperimentHasItsNameAndItsFiguresExist() {
        for (Experiment experiment : Experiments.ALL) {
            assertEquals(experiment, Experiments.named(experiment.name()));
            assertFalse(experiment.about().isBlank());
            assertFalse(experiment.laptopTime().isBlank());
            for (String figure : experiment.figures()) Figures.named(figure);
        }
        assertEquals(
                Experiments.ALL.size(),
                Experiments.ALL.stream().map(Experiment::name).distinct().count());
    }

    /** Every experiment of the paper's, and the theory beside its one layer. */
    private static final List<Experiment> AT_THE_DESK = Stream.of(
                    "sink-emergence",
                    "attention-maps",
                    "residual-growth",
                    "sink-concentration",
                    "active-dormant",
                    "dormancy-test",
                    "three-layers",
                    "layer-knockout",
                    "minimal-structures",
                    "norm-influence",
                    "relu-attention",
                    "without-bos",
                    "relatives",
                    "two-definitions",
                    "reduced-model",
                    "theory-beside-training")
            .map(Experiments::named)
            .toList();

    @Test
    void atTheDeskAreTheExperimentsOfThePaperAndNoOthers() {
        for (Experiment experiment : Experiments.ALL)
            if (AT_THE_DESK.contains(experiment))
                for (RunSpec spec : experiment.runs(Scale.DESK))
                    assertEquals(16, spec.train().batchSize());
            else assertThrows(IllegalArgumentException.class, () -> experiment.runs(Scale.DESK), experiment.name());
        assertTrue(AT_THE_DESK.containsAll(Experiments.DEFAULT));
    }

    /** But for the experiment that adds seeds by what the first ones came to, and the one whose blocks are sizes as well. */
    @Test
    void atLaptopScaleThereAreFiveSeedsOfEverything() {
        for (Experiment experiment : Experiments.ALL) {
            Map<String, Integer> seeds = new HashMap<>();
            for (RunSpec spec : experiment.runs(Scale.LAPTOP))
                seeds.merge(without(spec, "train.seed", "train.from"), 1, Integer::sum);
            int least = experiment instanceof Mitigations || experiment instanceof Ladder ? 3 : 5;
            assertTrue(seeds.values().stream().allMatch(count -> count >= least), experiment.name() + ": " + seeds);
        }
    }

    /** A shorter one that comes after a longer one is trained once more: whoever shares a run ends at the same step. */
    @Test
    void runsThatAreSharedEndAtTheSameStep() {
        for (Scale scale : Scale.values()) {
            Map<String, Long> steps = new HashMap<>();
            for (Experiment experiment : scale == Scale.DESK ? AT_THE_DESK : Experiments.ALL)
                for (RunSpec spec : experiment.runs(scale)) {
                    Long other =
                            steps.put(without(spec, "train.steps"), spec.train().steps());
                    assertTrue(
                            other == null || other == spec.train().steps(),
                            () -> experiment.name() + " asks for "
                                    + spec.train().steps() + " steps, another for " + other);
                }
        }
    }

    private static String without(RunSpec spec, String... removed) {
        Map<String, String> keys = new HashMap<>(Keys.flatten(spec));
        for (String key : removed) keys.remove(key);
        return List.copyOf(
                        keys.entrySet().stream().map(Object::toString).sorted().toList())
                .toString();
    }
}
