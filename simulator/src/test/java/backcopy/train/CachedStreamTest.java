package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Activations;
import backcopy.model.Initialization;
import backcopy.model.ModelSpec;
import backcopy.model.Transformer;
import backcopy.probe.Probe;
import backcopy.probe.Probes;
import backcopy.probe.Record;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.Oracle;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedStreamTest {
    private static final int SHORT = 8, LONG = 20, SEQUENCES = 5;
    private static final Task TASK = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, LONG, 1));
    private static final Batch BATCH = new BatchStream(TASK, 3).batch(0, SEQUENCES);

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "relu"})
    void withinTheModelsLengthTheRisksAreTheProbes(String attention) {
        Transformer model = model(attention);
        try (Crew crew = new Crew(2)) {
            CachedStream.Result within = new CachedStream(model, TASK, BATCH, crew).within();
            int[] tokens = new int[SEQUENCES * (SHORT + 1)];
            for (int row = 0; row < SEQUENCES; row++)
                System.arraycopy(BATCH.tokens(), row * (LONG + 1), tokens, row * (SHORT + 1), SHORT + 1);
            List<Probe> probes = Probes.of(TASK, model.spec());
            Record record = new Evaluator(model, new Batch(SEQUENCES, SHORT, tokens), probes, crew).evaluate(List.of());
            assertEquals(record.number("excess.backcopy"), within.backcopy(), 1e-9);
            assertEquals(record.number("excess.bigram"), within.bigram(), 1e-9);
            assertEquals(1, within.kept());
        }
    }

    /** By another way: for each prediction the tokens that are kept, chosen by their place in the sequence. */
    @Test
    void beyondItThePredictionsAreThoseOfTheKeptTokens() {
        Transformer model = model("softmax");
        int other = BATCH.token(0, 3);
        try (Crew crew = new Crew(2)) {
            CachedStream stream = new CachedStream(model, TASK, BATCH, crew);
            assertSame(expected(model, false, -1), stream.beyond(CachePolicy.window()));
            assertSame(expected(model, true, -1), stream.beyond(CachePolicy.sink()));
            assertSame(expected(model, true, other), stream.beyond(CachePolicy.replaced(other, "x")));
            assertNotEquals(
                    stream.beyond(CachePolicy.sink()).bigram(),
                    stream.beyond(CachePolicy.hidden()).bigram());
            assertEquals(0, stream.beyond(CachePolicy.window()).kept());
            assertEquals(1, stream.beyond(CachePolicy.sink()).kept());
            assertEquals(0, stream.beyond(CachePolicy.hidden()).kept());
            assertEquals(0, stream.beyond(CachePolicy.replaced(other, "x")).kept());
        }
    }

    private static void assertSame(double[] expected, CachedStream.Result actual) {
        assertEquals(expected[0], actual.backcopy(), 1e-9);
        assertEquals(expected[1], actual.bigram(), 1e-9);
    }

    private static double[] expected(Transformer model, boolean keepsFirst, int opening) {
        double[] sums = new double[2];
        int[] counts = new int[2];
        Activations a = model.probedActivations(1, SHORT);
        for (int row = 0; row < SEQUENCES; row++)
            for (int t = SHORT; t < LONG; t++) {
                int[] tokens =
                        Arrays.copyOfRange(BATCH.tokens(), row * (LONG + 1) + t - SHORT + 1, row * (LONG + 1) + t + 2);
                if (keepsFirst) tokens[0] = opening >= 0 ? opening : BATCH.token(row, 0);
                a.load(0, tokens, 0);
                model.forward(a, 1, List.of());
                double[] logits = a.read("logits"), law = new double[model.vocabulary()];
                TASK.oracle()
                        .law(Arrays.copyOfRange(BATCH.tokens(), row * (LONG + 1), row * (LONG + 1) + t + 1), t, law);
                double sum = 0, risk = -Oracle.entropy(law);
                int from = (SHORT - 1) * model.vocabulary();
                for (int v = 0; v < law.length; v++) sum += Math.exp(logits[from + v]);
                for (int v = 0; v < law.length; v++) risk += law[v] * (Math.log(sum) - logits[from + v]);
                int kind = TASK.isTrigger(BATCH.token(row, t)) ? 0 : 1;
                sums[kind] += risk;
                counts[kind]++;
            }
        return new double[] {sums[0] / counts[0], sums[1] / counts[1]};
    }

    /** What a policy is told: attention of every query that has seen an entry, dropped with the entry. */
    @Test
    void attentionReceivedIsAddedUpEntryByEntry() {
        Transformer model = model("softmax");
        List<double[]> told = new ArrayList<>();
        try (Crew crew = new Crew(1)) {
            Batch one = new Batch(1, LONG, Arrays.copyOf(BATCH.tokens(), LONG + 1));
            new CachedStream(model, TASK, one, crew)
                    .beyond(new CachePolicy(
                            "spy",
                            received -> {
                                told.add(received.clone());
                                return 2;
                            },
                            -1,
                            false));
        }
        assertEquals(LONG - SHORT, told.size());
        assertEquals(2 * SHORT, Arrays.stream(told.get(0)).sum(), 1e-9); // each query gives 1 with each of two heads
        for (int i = 1; i < told.size(); i++) {
            double before = Arrays.stream(told.get(i - 1)).sum() - told.get(i - 1)[2];
            assertEquals(before + 2, Arrays.stream(told.get(i)).sum(), 1e-9);
        }
    }

    @Test
    void threadsChangeNoBit() {
        Transformer model = model("relu");
        try (Crew one = new Crew(1);
                Crew three = new Crew(3)) {
            assertEquals(
                    new CachedStream(model, TASK, BATCH, one).beyond(CachePolicy.heavyHitters()),
                    new CachedStream(model, TASK, BATCH, three).beyond(CachePolicy.heavyHitters()));
        }
    }

    @Test
    void sequencesThatFitAreRefused() {
        try (Crew crew = new Crew(1)) {
            Task small = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, SHORT, 1));
            Batch batch = new BatchStream(small, 3).batch(0, 1);
            assertThrows(IllegalArgumentException.class, () -> new CachedStream(model("softmax"), small, batch, crew));
        }
    }

    private static Transformer model(String attention) {
        ModelSpec spec = new ModelSpec(
                1, 2, 8, 9, "relu", attention, "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
        Transformer model = new Transformer(spec, TASK.vocabularySize(), SHORT, new ReferenceBackend());
        Initialization.draw(model.weights(), new SplittableRandom(1));
        model.pack();
        return model;
    }
}
