package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.cpu.CpuBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Activations;
import backcopy.model.Initialization;
import backcopy.model.Intervention;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.model.Transformer;
import backcopy.optim.AdamW;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.optim.Recipe;
import backcopy.optim.Schedule;
import backcopy.probe.Observable;
import backcopy.probe.Probes;
import backcopy.probe.Record;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static final Task TASK = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 16, 1));
    private static final BatchStream STREAM = new BatchStream(TASK, 5);
    private static final AdamW OPTIMIZER = new AdamW(1e-2, 0.9, 0.99, 1e-8, 1e-4);

    /** One slice, as many as lanes, and smaller last slices of one sequence and of more, alone in a lane and not. */
    private static final List<Integer> BATCH_SIZES = List.of(1, 5, 16, 17, 37, 103);

    @ParameterizedTest
    @FieldSource("BATCH_SIZES")
    void anyNumberOfThreadsGivesTheSameBits(int batchSize) {
        for (Backend backend : EveryBackend.ALL) {
            Map<String, double[]> one = trained(backend, batchSize, 1);
            for (int threads : new int[] {2, 5, 32}) {
                Map<String, double[]> several = trained(backend, batchSize, threads);
                assertEquals(one.keySet(), several.keySet());
                one.forEach((name, values) -> assertArrayEquals(
                        values, several.get(name), backend.description() + ", " + threads + " threads: " + name));
            }
        }
    }

    /** Losses, weights, moments and what the probes say after some steps. */
    private static Map<String, double[]> trained(Backend backend, int batchSize, int threads) {
        Map<String, double[]> all = new TreeMap<>();
        Transformer model = model("softmax", backend);
        try (Crew crew = new Crew(threads)) {
            Trainer trainer = trainer(model, batchSize, crew);
            double[] losses = new double[4];
            for (int step = 0; step < losses.length; step++) losses[step] = trainer.step(step, List.of());
            assertTrue(losses[3] < losses[0]);
            all.put("losses", losses);
            put("", model.weights(), all);
            put("first ", trainer.moments().get(0), all);
            put("second ", trainer.moments().get(1), all);
            Record record = new Evaluator(model, STREAM.batch(99, batchSize), Probes.of(TASK, model.spec()), crew)
                    .evaluate(List.of());
            record.numbers().forEach((name, number) -> all.put("number " + name, new double[] {number}));
            for (Observable array : record.arrays()) all.put("array " + array.name(), array.toArray());
        }
        return all;
    }

    private static void put(String prefix, Parameters parameters, Map<String, double[]> all) {
        for (Entry entry : parameters.layout().entries()) all.put(prefix + entry.name(), parameters.read(entry.name()));
    }

    @Test
    void aRehearsalChangesNoStep() {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Transformer rehearsed = model("softmax", backend), other = model("softmax", backend);
                Trainer first = trainer(rehearsed, 37, crew), second = trainer(other, 37, crew);
                for (int step = 0; step < 3; step++) {
                    first.rehearse(step, List.of());
                    assertEquals(second.step(step, List.of()), first.step(step, List.of()));
                }
                for (Entry entry : other.weights().layout().entries())
                    assertArrayEquals(
                            other.weights().read(entry.name()),
                            rehearsed.weights().read(entry.name()));
            }
    }

    @Test
    void aPlanIsWhatTheUpdateAddsAndChangesNothing() {
        for (Backend backend : EveryBackend.ALL) assertPlans(Recipe.of(OPTIMIZER), backend);
    }

    /** Matrices that an optimizer remembers, and a gradient that is scaled down, are put back as well. */
    @Test
    void aPlanChangesNothingForAnyOptimizer() {
        Schedule clipped = new Schedule("constant", 0, OptionalLong.empty(), 0, OptionalDouble.of(1e-2), "");
        for (Optimizer optimizer : Optimizers.ALL)
            assertPlans(new Recipe(optimizer, clipped, 3), new ReferenceBackend());
    }

    private static void assertPlans(Recipe recipe, Backend backend) {
        try (Crew crew = new Crew(2)) {
            Transformer planned = model("softmax", backend), other = model("softmax", backend);
            Trainer first = new Trainer(planned, recipe, STREAM::sequence, 5, TASK.sequenceLength(), 0, crew);
            Trainer second = new Trainer(other, recipe, STREAM::sequence, 5, TASK.sequenceLength(), 0, crew);
            Parameters change = new Parameters(planned.weights().layout(), backend);
            for (int step = 0; step < 3; step++) {
                Map<String, double[]> before = new TreeMap<>(), after = new TreeMap<>();
                double loss = first.gradient(step, List.of());
                first.plan(step, change);
                put("", planned.weights(), before);
                first.update(step);
                put("", planned.weights(), after);
                assertEquals(second.step(step, List.of()), loss);
                before.forEach((name, values) -> {
                    double[] changes = change.read(name);
                    for (int i = 0; i < values.length; i++)
                        assertEquals(after.get(name)[i], values[i] + changes[i], 1e-7, name);
                    assertTrue(Arrays.stream(changes).anyMatch(x -> x != 0), name);
                });
            }
            for (Entry entry : other.weights().layout().entries())
                assertArrayEquals(
                        other.weights().read(entry.name()),
                        planned.weights().read(entry.name()),
                        recipe.optimizer().name() + ": " + entry.name());
        }
    }

    /** 37 sequences are four slices of nine and one of one, which shares the last of four lanes. */
    @ParameterizedTest
    @CsvSource({"1, 37", "2, 19", "5, 10", "16, 10"})
    void theBusiestThreadSetsTheTimeOfAStep(int threads, int sequences) {
        try (Crew crew = new Crew(threads)) {
            assertEquals(
                    sequences / 9.0,
                    trainer(model("softmax", CpuBackend.scalar()), 37, crew).slicesPerThread());
        }
    }

    /**
     * A gradient of this model has 7,000 numbers, and a slice's activations more. In plain Java: a vector is an object until
     * the compiler has seen to it.
     */
    @Test
    void aStepAllocatesNoArrays() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Crew crew = new Crew(1)) {
            Trainer trainer = trainer(model("softmax", CpuBackend.scalar()), 16, crew);
            for (int step = 0; step < 10; step++) trainer.step(step, List.of());
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int step = 10; step < 30; step++) trainer.step(step, List.of());
            long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / 20;
            assertTrue(bytes < 4000, bytes + " bytes a step");
        }
    }

    /** Lanes change the order of sums and nothing else. */
    @ParameterizedTest
    @FieldSource("BATCH_SIZES")
    void theGradientIsThatOfTheMeanLossOfTheBatch(int batchSize) {
        Transformer model = model("softmax", new ReferenceBackend());
        Activations a = model.trainingActivations(batchSize, TASK.sequenceLength());
        Parameters expected = new Parameters(model.weights().layout(), model.backend());
        for (int row = 0; row < batchSize; row++)
            a.load(row, STREAM.batch(3, batchSize).tokens(), row * 17);
        model.forward(a, 1.0 / (batchSize * 16), List.of());
        model.backward(a, expected, List.of());
        try (Crew crew = new Crew(2)) {
            Trainer trainer = trainer(model, batchSize, crew);
            assertEquals(a.summedLoss() / (batchSize * 16), trainer.gradient(3, List.of()), Tolerances.DOUBLE_PASS);
            for (Entry entry : expected.layout().entries()) {
                double error = Tolerances.relativeError(
                        expected.read(entry.name()), trainer.gradients().read(entry.name()));
                assertTrue(error <= Tolerances.DOUBLE_PASS, entry.name() + " differs by " + error);
            }
        }
    }

    /** The first predictions are left out of the sum, of the gradient, and of the number that the sum is divided by. */
    @Test
    void predictionsThatAreLeftOutDoNotCount() {
        Transformer model = model("softmax", new ReferenceBackend());
        Activations a = model.trainingActivations(5, TASK.sequenceLength());
        for (int row = 0; row < 5; row++) a.load(row, STREAM.batch(3, 5).tokens(), row * 17);
        model.forward(a, 1, List.of());
        double[] losses = new double[5 * 16];
        model.backend().read(a.named().get("losses").buffer(), losses);
        double counted = 0;
        for (int i = 0; i < losses.length; i++) if (i % 16 >= 2) counted += losses[i];
        Parameters expected = new Parameters(model.weights().layout(), model.backend());
        for (int row = 0; row < 5; row++) a.leaveOut(row, 2);
        model.forward(a, 1.0 / (5 * 14), List.of());
        model.backward(a, expected, List.of());
        try (Crew crew = new Crew(2)) {
            Trainer trainer =
                    new Trainer(model, Recipe.of(OPTIMIZER), STREAM::sequence, 5, TASK.sequenceLength(), 2, crew);
            assertEquals(counted / (5 * 14), trainer.gradient(3, List.of()), Tolerances.DOUBLE_PASS);
            for (Entry entry : expected.layout().entries()) {
                double error = Tolerances.relativeError(
                        expected.read(entry.name()), trainer.gradients().read(entry.name()));
                assertTrue(error <= Tolerances.DOUBLE_PASS, entry.name() + " differs by " + error);
            }
        }
    }

    @Test
    void interventionsChangeTheLossAndStopTheirGradients() {
        Map<Intervention, List<String>> dead = Map.of(
                new ZeroMlp(1), List.of("layers.1.mlp."),
                new ForcePattern(0, -1, ForcedPattern.previous()),
                        List.of("layers.0.attention.query", "layers.0.attention.key"),
                new ForcePattern(1, -1, ForcedPattern.zero()), List.of("layers.1.attention."),
                new ForcePattern(1, 1, ForcedPattern.bos()), List.of());
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Trainer trainer = trainer(model("relu", backend), 5, crew);
                double free = trainer.gradient(0, List.of());
                dead.forEach((intervention, prefixes) -> {
                    assertNotEquals(free, trainer.gradient(0, List.of(intervention)));
                    for (Entry entry : trainer.gradients().layout().entries())
                        assertEquals(
                                prefixes.stream().anyMatch(entry.name()::startsWith),
                                Arrays.stream(trainer.gradients().read(entry.name()))
                                        .allMatch(x -> x == 0),
                                intervention + ": " + entry.name());
                });
                assertEquals(free, trainer.gradient(0, List.of()), "an intervention leaves nothing behind");
            }
    }

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "relu"})
    void aWeightThatIsNoNumberIsNamedWithTheStep(String attention) {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Transformer model = model(attention, backend);
                Trainer trainer = trainer(model, 5, crew);
                for (Entry entry : model.weights().layout().entries()) {
                    double[] good = model.weights().read(entry.name()), bad = good.clone();
                    Arrays.fill(bad, Double.NaN);
                    model.weights().write(entry.name(), bad);
                    model.pack();
                    NonFiniteLossException failure = assertThrows(
                            NonFiniteLossException.class,
                            () -> trainer.step(7, List.of()),
                            backend.description() + ": " + entry.name());
                    assertEquals(7, failure.step());
                    assertEquals(entry.name(), failure.tensor());
                    assertTrue(failure.getMessage().contains("step 7 "), failure.getMessage());
                    assertTrue(failure.getMessage().endsWith(entry.name()), failure.getMessage());
                    model.weights().write(entry.name(), good);
                    model.pack();
                }
            }
    }

    @Test
    void anOverflowOfFiniteWeightsNamesTheFirstActivation() {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                double large = backend.bytesPerNumber() == Double.BYTES ? 1e200 : 1e30;
                Transformer model = model("softmax", backend);
                for (String part : List.of("value", "output"))
                    scale(model.weights(), "layers.1.attention." + part + ".weight", large);
                model.pack();
                Map<String, double[]> before = new TreeMap<>(), after = new TreeMap<>();
                put("", model.weights(), before);
                NonFiniteLossException failure = assertThrows(
                        NonFiniteLossException.class,
                        () -> trainer(model, 5, crew).step(2, List.of()));
                assertEquals("layers.1.attention.output", failure.tensor(), backend.description());
                put("", model.weights(), after);
                before.forEach((name, values) -> assertArrayEquals(values, after.get(name), name));
            }
    }

    /** A device has queued the later steps when it notes the first. */
    @Test
    void stepsWhoseLossNobodyAsksForFailAtTheFirstThatIsNotFinite() {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Transformer model = model("softmax", backend);
                Trainer trainer = trainer(model, 5, crew);
                for (int step = 0; step < 3; step++) trainer.advance(step, List.of());
                trainer.settle();
                double large = backend.bytesPerNumber() == Double.BYTES ? 1e200 : 1e30;
                for (String part : List.of("value", "output"))
                    scale(model.weights(), "layers.1.attention." + part + ".weight", large);
                model.pack();
                Map<String, double[]> before = new TreeMap<>(), after = new TreeMap<>();
                put("", model.weights(), before);
                NonFiniteLossException failure = assertThrows(NonFiniteLossException.class, () -> {
                    for (int step = 3; step < 7; step++) trainer.advance(step, List.of());
                    trainer.settle();
                });
                assertEquals(3, failure.step(), backend.description());
                assertEquals("layers.1.attention.output", failure.tensor(), backend.description());
                put("", model.weights(), after);
                before.forEach((name, values) -> assertArrayEquals(values, after.get(name), name));
            }
    }

    /** Sums that are merged in the update's pieces, and sums that were merged before because somebody read the gradient. */
    @ParameterizedTest
    @FieldSource("BATCH_SIZES")
    void whoReadsTheGradientChangesNoStep(int batchSize) {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Transformer read = model("softmax", backend), other = model("softmax", backend);
                Trainer first = trainer(read, batchSize, crew), second = trainer(other, batchSize, crew);
                for (int step = 0; step < 3; step++) {
                    Map<String, double[]> before = new TreeMap<>(), after = new TreeMap<>();
                    double loss = first.gradient(step, List.of());
                    put("", first.gradients(), before);
                    first.update(step);
                    put("weight ", read.weights(), before);
                    assertEquals(loss, second.step(step, List.of()));
                    put("", second.gradients(), after);
                    put("weight ", other.weights(), after);
                    before.forEach((name, values) ->
                            assertArrayEquals(values, after.get(name), backend.description() + ": " + name));
                }
            }
    }

    @Test
    void stepsWhoseLossNobodyAsksForAreTheSameSteps() {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Transformer asked = model("softmax", backend), other = model("softmax", backend);
                Trainer first = trainer(asked, 5, crew), second = trainer(other, 5, crew);
                for (int step = 0; step < 6; step++) {
                    first.step(step, List.of());
                    second.advance(step, List.of());
                }
                second.settle();
                for (Entry entry : asked.weights().layout().entries())
                    assertArrayEquals(
                            asked.weights().read(entry.name()),
                            other.weights().read(entry.name()),
                            backend.description());
            }
    }

    private static void scale(Parameters weights, String name, double factor) {
        weights.write(
                name, Arrays.stream(weights.read(name)).map(x -> factor * x).toArray());
    }

    private static Trainer trainer(Transformer model, int batchSize, Crew crew) {
        return new Trainer(model, OPTIMIZER, STREAM::sequence, batchSize, TASK.sequenceLength(), crew);
    }

    private static Transformer model(String attention, Backend backend) {
        ModelSpec spec = new ModelSpec(
                2, 2, 10, 13, "relu", attention, "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
        Transformer model = new Transformer(spec, TASK.vocabularySize(), TASK.sequenceLength(), backend);
        Initialization.draw(model.weights(), new CounterRandom(11));
        model.pack();
        return model;
    }
}
