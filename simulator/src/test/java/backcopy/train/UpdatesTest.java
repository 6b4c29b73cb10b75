package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Initialization;
import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.model.Transformer;
import backcopy.optim.AdamW;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.optim.Recipe;
import backcopy.optim.Schedule;
import backcopy.optim.Sgd;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Clipping, schedules, groups and matrices in a model's updates. */
class UpdatesTest {
    private static final Task TASK = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 8, 1));
    private static final BatchStream STREAM = new BatchStream(TASK, 5);
    /** Two slices of eight and one of five, each a sum of its own. */
    private static final int BATCH = 21;

    private static final Sgd SGD = new Sgd(0.1, 0, 0);

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        for (OptionalDouble clip : List.of(OptionalDouble.empty(), OptionalDouble.of(0.3)))
            for (Optimizer optimizer : Optimizers.ALL)
                for (Backend backend : EveryBackend.ALL) {
                    Schedule schedule = new Schedule("constant", 2, OptionalLong.empty(), 0, clip, "mlp:0.5");
                    Recipe recipe = new Recipe(optimizer, schedule, 1);
                    Map<String, double[]> one = trained(recipe, backend, 1, 3);
                    for (int threads : new int[] {2, 5, 32})
                        trained(recipe, backend, threads, 3)
                                .forEach((name, values) -> assertArrayEquals(one.get(name), values, optimizer.name()));
                }
    }

    /** Gradient descent moves each group by its factor, and a warm-up's first step is a part of the whole one. */
    @Test
    void scheduleAndGroupsMultiplyTheRate() {
        Schedule schedule = new Schedule(
                "constant", 4, OptionalLong.empty(), 0, OptionalDouble.empty(), "layers.0:0,query:3,embedding:2");
        Backend backend = new ReferenceBackend();
        Map<String, double[]> start = trained(Recipe.of(SGD), backend, 1, 0);
        Map<String, double[]> plain = trained(Recipe.of(SGD), backend, 1, 1);
        Map<String, double[]> grouped = trained(new Recipe(SGD, schedule, 0), backend, 1, 1);
        start.forEach((name, from) -> {
            double factor =
                    name.startsWith("embedding") ? 2 : name.contains("query") ? 3 : name.contains("s.0") ? 0 : 1;
            double[] expected = from.clone();
            for (int i = 0; i < expected.length; i++) expected[i] += factor / 4 * (plain.get(name)[i] - from[i]);
            double error = Tolerances.relativeError(expected, grouped.get(name));
            assertTrue(error < Tolerances.DOUBLE_PASS, name + " differs by " + error);
        });
    }

    @Test
    void aClippedStepHasTheNormThatIsAllowed() {
        Schedule schedule = new Schedule("constant", 0, OptionalLong.empty(), 0, OptionalDouble.of(0.01), "");
        for (Backend backend : EveryBackend.ALL) {
            Map<String, double[]> start = trained(Recipe.of(SGD), backend, 1, 0);
            double plain = moved(start, trained(Recipe.of(SGD), backend, 2, 1));
            double clipped = moved(start, trained(new Recipe(SGD, schedule, 0), backend, 2, 1));
            assertTrue(plain > 0.002, "a step of " + plain + " is not long enough to be clipped");
            assertEquals(0.001, clipped, 0.001 * 2e-3, backend.description()); // float weights of size 1
        }
    }

    /** A limit that is not reached, factors of 1 and no warm-up leave every bit as it is. */
    @Test
    void nothingToDoIsNothingDone() {
        Schedule schedule = new Schedule("constant", 0, OptionalLong.empty(), 0, OptionalDouble.of(1e9), "mlp:1");
        for (Backend backend : EveryBackend.ALL) {
            Map<String, double[]> plain = trained(Recipe.of(AdamW.DEFAULT), backend, 2, 4);
            trained(new Recipe(AdamW.DEFAULT, schedule, 3), backend, 2, 4)
                    .forEach((name, values) -> assertArrayEquals(plain.get(name), values, name));
        }
    }

    private static double moved(Map<String, double[]> from, Map<String, double[]> to) {
        double sum = 0;
        for (String name : from.keySet())
            for (int i = 0; i < from.get(name).length; i++) sum += Math.pow(to.get(name)[i] - from.get(name)[i], 2);
        return Math.sqrt(sum);
    }

    /** Weights after some steps. */
    private static Map<String, double[]> trained(Recipe recipe, Backend backend, int threads, int steps) {
        ModelSpec spec = new ModelSpec(
                2, 2, 6, 9, "relu", "softmax", "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
        Transformer model = new Transformer(spec, TASK.vocabularySize(), TASK.sequenceLength(), backend);
        Initialization.draw(model.weights(), new CounterRandom(11));
        model.pack();
        try (Crew crew = new Crew(threads)) {
            Trainer trainer = new Trainer(model, recipe, STREAM::sequence, BATCH, TASK.sequenceLength(), 0, crew);
            for (int step = 0; step < steps; step++) trainer.step(step, List.of());
        }
        Map<String, double[]> weights = new TreeMap<>();
        Parameters parameters = model.weights();
        for (Entry entry : parameters.layout().entries()) weights.put(entry.name(), parameters.read(entry.name()));
        return weights;
    }
}
