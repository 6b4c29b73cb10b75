package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    private static Differences of(String... runs) {
        return Differences.of(Arrays.stream(runs).map(DifferencesTest::spec).toList());
    }

    private static RunSpec spec(String keys) {
        return Keys.parse(Scale.SMOKE.spec(), Keys.overrides(keys.isEmpty() ? List.of() : List.of(keys.split(" "))));
    }

    @Test
    void keysThatChangeNoNumberAreNoDifference() {
        assertEquals(
                List.of("model.layers"),
                of("train.threads=1", "train.threads=2 model.layers=2 checkpoint.every=5")
                        .keys());
    }

    @Test
    void anOptimizerAndWhatComesWithItAreOneFactor() {
        Differences differences =
                of("", "optimizer.name=sgd", "model.attention=relu", "model.attention=relu optimizer.name=sgd");
        List<Factor> factors = Factor.of(differences);
        assertEquals(
                List.of("attention", "optimizer"),
                factors.stream().map(Factor::name).toList());
        assertEquals(List.of("adamw", "sgd", "adamw", "sgd"), factors.get(1).levels());
        assertEquals(
                List.of(
                        "attention=softmax, optimizer=adamw",
                        "attention=softmax, optimizer=sgd",
                        "attention=relu, optimizer=adamw",
                        "attention=relu, optimizer=sgd"),
                differences.conditions());
    }

    @Test
    void keysThatMoveTogetherAreNamedTogether() {
        Differences differences = of("", "model.width=64 model.mlpWidth=128 train.seed=1");
        assertEquals(List.of("width=32, mlpWidth=64", "width=64, mlpWidth=128"), differences.conditions());
        assertEquals(
                List.of("width=32, mlpWidth=64, seed 42", "width=64, mlpWidth=128, seed 1"),
                differences.names(List.of("a", "b")));
    }

    @Test
    void runsWithoutADifferenceAreNamedByTheirIdentities() {
        assertEquals(List.of("a", "b"), of("", "train.threads=2").names(List.of("a", "b")));
        assertEquals(List.of("a"), of("").names(List.of("a")));
    }
}
