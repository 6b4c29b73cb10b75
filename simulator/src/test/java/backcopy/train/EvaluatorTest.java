package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Activations;
import backcopy.model.Initialization;
import backcopy.model.Intervention;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.ModelSpec;
import backcopy.model.Parameters;
import backcopy.model.Transformer;
import backcopy.probe.ExtraProbes;
import backcopy.probe.Observable;
import backcopy.probe.Probes;
import backcopy.probe.Record;
import backcopy.run.Keys;
import backcopy.run.Scale;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Probes that need more than a forward pass of the batch. */
class EvaluatorTest {
    private static final Task TASK = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 8, 1));
    private static final BatchStream STREAM = new BatchStream(TASK, 5);
    private static final List<Intervention> NO_ATTENTION =
            List.of(new ForcePattern(0, -1, ForcedPattern.zero()), new ForcePattern(1, -1, ForcedPattern.zero()));

    @Test
    void aChangedTokenMovesLaterStatesThroughAttentionAlone() {
        for (Backend backend : EveryBackend.ALL) {
            Transformer model = model(backend);
            Record free = record(model, List.of(), 2), cut = record(model, NO_ATTENTION, 2);
            for (int layer = 0; layer < 2; layer++) {
                assertTrue(free.number("layers." + layer + ".mixing") > 1e-4);
                assertEquals(0, cut.number("layers." + layer + ".mixing"));
            }
            Observable byPosition = free.array("mixing");
            assertEquals(8, byPosition.size("position"));
            assertTrue(Double.isNaN(byPosition.get(0, 1)) && byPosition.get(0, 2) > 0);
        }
    }

    @Test
    void anyNumberOfThreadsRecordsTheSame() {
        Transformer model = model(EveryBackend.FAST.get(0));
        Record one = record(model, List.of(), 1), three = record(model, List.of(), 3);
        one.numbers().forEach((name, value) -> assertEquals(value, three.number(name), name));
        assertEquals(one.numbers().keySet(), three.numbers().keySet());
    }

    /**
     * With {@code q = W n}: {@code <dW, W> = sum dq . W n = sum (Wᵀ dq) . n}, and so {@code sum dn . n} is the sum of
     * {@code <dW, W>} over queries, keys and values.
     */
    @Test
    void theInputsGradientIsThatOfQueriesKeysAndValues() {
        Transformer model = model(new ReferenceBackend());
        Activations a = model.probedActivations(2, 8).withInputGradients();
        for (int row = 0; row < 2; row++) a.load(row, STREAM.batch(3, 2).tokens(), row * 9);
        model.forward(a, 1, List.of());
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        model.backward(a, gradients, List.of());
        for (int layer = 0; layer < 2; layer++) {
            String name = "layers." + layer + ".attention.";
            double[] dInput = a.read(name + "input.gradient");
            double[] input = a.read(layer == 0 ? "embedding" : "layers.0.residual.out"); // no norm
            double expected = 0;
            for (String part : List.of("query", "key", "value"))
                expected += dot(
                        gradients.read(name + part + ".weight"), model.weights().read(name + part + ".weight"));
            assertTrue(Math.abs(expected) > 1e-3);
            assertEquals(expected, dot(dInput, input), 1e-12 * Math.abs(expected) * dInput.length);
        }
    }

    /** Tokens of the model's own before position 0 are no positions, to probes. */
    @Test
    void sinkTokensStandBeforeWhatIsProbed() {
        Map<String, String> keys = Map.of(
                "model.layers",
                "2",
                "model.width",
                "6",
                "model.heads",
                "2",
                "model.mlpWidth",
                "9",
                "model.sinkTokens",
                "2");
        ModelSpec spec = Keys.parse(Scale.SMOKE.spec(), keys).model();
        Transformer model = new Transformer(spec, TASK.vocabularySize(), TASK.sequenceLength(), new ReferenceBackend());
        Initialization.draw(model.weights(), new CounterRandom(11));
        model.pack();
        assertEquals(
                2 * 8 * 6,
                model.probedActivations(2, 8).withInputGradients().read("layers.1.attention.input.gradient").length);
        record(model, List.of(), 2).numbers().forEach((name, value) -> {
            if (!name.endsWith("secondary.cosine")) assertTrue(Double.isFinite(value), name + " = " + value);
        });
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) sum += x[i] * y[i];
        return sum;
    }

    private static Record record(Transformer model, List<Intervention> interventions, int threads) {
        try (Crew crew = new Crew(threads)) {
            return new Evaluator(model, STREAM.batch(0, 20), Probes.of(TASK, model.spec(), ExtraProbes.NAMES), crew)
                    .evaluate(interventions);
        }
    }

    private static Transformer model(Backend backend) {
        ModelSpec spec =
                new ModelSpec(2, 2, 6, 9, "relu", "softmax", "learned", "none", 1e-5, "pre", List.of(), List.of());
        Transformer model = new Transformer(spec, TASK.vocabularySize(), TASK.sequenceLength(), backend);
        Initialization.draw(model.weights(), new CounterRandom(11));
        model.pack();
        return model;
    }
}
