package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.run.Keys;
import backcopy.run.Scale;
import backcopy.task.TaskKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What varies in sweeps of named choices. */
class FactorTest {
    private static Differences differences(String... runs) {
        return Differences.of(Arrays.stream(runs)
                .map(keys -> Keys.parse(
                        Scale.SMOKE.spec(), Keys.overrides(keys.isEmpty() ? List.of() : List.of(keys.split(" ")))))
                .toList());
    }

    /** The factors of runs, each with what it can be: {@code optimizer: adamw | sgd}. */
    private static List<String> factors(String... runs) {
        return Factor.of(differences(runs)).stream()
                .map(factor -> factor.name() + ": " + String.join(" | ", factor.distinct()))
                .toList();
    }

    /** All combinations of the words. */
    private static String[] grid(List<String> some, List<String> others) {
        List<String> all = new ArrayList<>();
        for (String one : some) for (String other : others) all.add((one + " " + other).strip());
        return all.toArray(String[]::new);
    }

    @Test
    void threeOptimizersAreOneFactor() {
        List<String> optimizers = List.of("", "optimizer.name=sgd", "optimizer.name=lion");
        assertEquals(List.of("optimizer: adamw | sgd | lion"), factors(optimizers.toArray(String[]::new)));
        assertEquals(
                List.of("layers: 1 | 2", "optimizer: adamw | sgd | lion"),
                factors(grid(List.of("model.layers=1", "model.layers=2"), optimizers)));
    }

    @Test
    void threeAttentionKindsAreOneFactor() {
        List<String> kinds = List.of("", "model.attention=softmax-n", "model.attention=sink-score");
        assertEquals(List.of("attention: softmax | softmax-n | sink-score"), factors(kinds.toArray(String[]::new)));
        assertEquals(
                List.of("attention: softmax | softmax-n | sink-score", "norm: layer-norm | none"),
                factors(grid(kinds, List.of("", "model.norm=none"))));
    }

    @Test
    void threeTasksAreOneFactor() {
        String[] tasks = Arrays.stream(TaskKind.values())
                .map(kind -> "task.name=" + kind)
                .toArray(String[]::new);
        assertEquals(1, factors(tasks).size(), String.join("; ", factors(tasks)));
        for (int first = 0; first + 2 < tasks.length; first++) {
            List<String> three = List.of(tasks).subList(first, first + 3);
            assertEquals(
                    List.of("layers: 1 | 2", "task: " + String.join(" | ", names(three))),
                    factors(grid(List.of("model.layers=1", "model.layers=2"), three)).stream()
                            .sorted()
                            .toList());
        }
    }

    private static List<String> names(List<String> tasks) {
        return tasks.stream().map(task -> task.substring("task.name=".length())).toList();
    }

    @Test
    void aLevelBelongsToItsInterventionAndNothingIsFirst() {
        String clamp = "intervention.kind=clamp-value intervention.level=";
        assertEquals(
                List.of("intervention, level: none | clamp-value, 0.5 | clamp-value, 2 | stop-value-gradient, -"),
                factors(clamp + "0.5", clamp + "2", "", "intervention.kind=stop-value-gradient"));
        assertEquals(
                List.of("intervention: none | clamp-value | quantize-token"),
                factors(clamp + "1", "intervention.kind=quantize-token intervention.level=8", ""));
        // In a grid the level is there without an intervention too, and says nothing there.
        assertEquals(
                List.of("intervention, level: none | clamp-value, 1 | clamp-value, 2"),
                factors(grid(
                        List.of("intervention.kind=none", "intervention.kind=clamp-value"),
                        List.of("intervention.level=1", "intervention.level=2"))));
        // Of two that use it, it is a factor of its own.
        assertEquals(
                List.of("intervention: clamp-value | reset-value", "level: 1 | 2"),
                factors(grid(
                        List.of("intervention.kind=clamp-value", "intervention.kind=reset-value"),
                        List.of("intervention.level=1", "intervention.level=2"))));
        assertEquals(
                List.of("intervention, layer: none | zero-mlp, 0 | zero-mlp, 1"),
                factors(
                        "model.layers=2",
                        "model.layers=2 intervention.kind=zero-mlp",
                        "model.layers=2 intervention.kind=zero-mlp intervention.layer=1"));
    }

    @Test
    void aNumberOfOneKindAloneIsPartOfIt() {
        Differences differences = differences(
                "", "model.attention=softmax-n model.attention.n=1", "model.attention=softmax-n model.attention.n=2");
        List<Factor> factors = Factor.of(differences);
        assertEquals(1, factors.size());
        assertEquals(
                List.of("softmax", "softmax-n, 1", "softmax-n, 2"),
                factors.get(0).distinct());
        assertEquals(
                List.of("attention=softmax", "attention=softmax-n, n=1", "attention=softmax-n, n=2"),
                differences.conditions());
    }

    @Test
    void aKeyThatAllChoicesHaveIsAFactorWhereItIsCrossed() {
        assertEquals(
                List.of("optimizer: adamw | sgd | lion", "learningRate: 0.001 | 0.01"),
                factors(grid(
                        List.of("optimizer.name=adamw", "optimizer.name=sgd", "optimizer.name=lion"),
                        List.of("optimizer.learningRate=0.001", "optimizer.learningRate=0.01"))));
    }

    @Test
    void ratesThatEachOptimizerHasForItselfArePartOfIt() {
        assertEquals(
                List.of("optimizer, learningRate: adamw, 0.001 | adamw, 0.003 | sgd, 0.03 | sgd, 0.1"),
                factors(
                        "optimizer.learningRate=0.001",
                        "optimizer.learningRate=0.003",
                        "optimizer.name=sgd optimizer.learningRate=0.03",
                        "optimizer.name=sgd optimizer.learningRate=0.1"));
    }

    @Test
    void masksBringTheirSizesAndSchedulesTheirHorizons() {
        assertEquals(
                List.of("mask: causal | window | prefix"),
                factors("", "model.mask=window model.maskSize=4", "model.mask=prefix model.maskSize=4"));
        assertEquals(
                List.of("warmup: 0 | 4", "schedule: constant | cosine"),
                factors(grid(
                                List.of("", "optimizer.warmup=4"),
                                List.of("", "optimizer.schedule=cosine optimizer.horizon=20")))
                        .stream()
                        .sorted((a, b) -> b.compareTo(a))
                        .toList());
    }

    @Test
    void whatMovesWithAFinerKeyIsNoFactorOfItsOwn() {
        // As of a zip of three widths with two sizes of batches.
        List<String> zip = List.of(
                "model.width=8 train.batchSize=4",
                "model.width=16 train.batchSize=4",
                "model.width=32 train.batchSize=8");
        assertEquals(List.of("width, batchSize: 8, 4 | 16, 4 | 32, 8"), factors(zip.toArray(String[]::new)));
        assertEquals(
                List.of("layers: 1 | 2", "width, batchSize: 8, 4 | 16, 4 | 32, 8"),
                factors(grid(List.of("model.layers=1", "model.layers=2"), zip)));
        // One at a time, a key is changed by itself.
        assertEquals(
                List.of("layers: 1 | 2", "width: 32 | 16", "norm: layer-norm | none"),
                factors("", "model.layers=2", "model.width=16", "model.norm=none"));
    }
}
