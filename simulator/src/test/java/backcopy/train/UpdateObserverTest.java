package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Activations;
import backcopy.model.Initialization;
import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Transformer;
import backcopy.optim.AdamW;
import backcopy.optim.Optimizer;
import backcopy.optim.Sgd;
import backcopy.probe.Record;
import backcopy.probe.Update;
import backcopy.probe.UpdateProbe;
import backcopy.probe.UpdateProbes;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What update probes say, against the update itself. */
class UpdateObserverTest {
    private static final Task TASK = Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 16, 1));
    private static final BatchStream STREAM = new BatchStream(TASK, 5);

    /** For a small step the influences of all weights together are what the norm does; the rest is of second order. */
    @Test
    void influencesAddUpToWhatTheUpdateDoes() {
        for (Optimizer optimizer : List.of(new AdamW(1e-6, 0.9, 0.99, 1e-8, 0), new Sgd(1e-5, 0.9, 1e-4)))
            try (Crew crew = new Crew(1)) {
                Transformer model = model(new ReferenceBackend());
                Trainer trainer = trainer(model, optimizer, crew);
                for (int step = 0; step < 3; step++) {
                    Record record = observed(model, trainer, step);
                    double[] before = norms(model);
                    trainer.update(step);
                    double[] after = norms(model);
                    for (int layer = 0; layer < before.length; layer++) {
                        double done = after[layer] - before[layer];
                        double said = record.number("layers." + layer + ".influence");
                        assertTrue(Math.abs(done) > 1e-9, "the norm moves");
                        assertEquals(1, said / done, 1e-3, optimizer.name() + ", layer " + layer);
                        double sum = 0;
                        for (Entry entry : model.weights().layout().entries())
                            sum += record.number("layers." + layer + ".influence." + entry.name());
                        assertEquals(said, sum, 1e-12 * Math.abs(said) + 1e-18);
                    }
                }
            }
    }

    @Test
    void normsAreThoseOfTheGradientAndOfTheUpdate() {
        for (Backend backend : EveryBackend.ALL)
            try (Crew crew = new Crew(2)) {
                Transformer model = model(backend);
                Trainer trainer = trainer(model, AdamW.DEFAULT, crew);
                Record record = observed(model, trainer, 0);
                double squares = 0;
                for (Entry entry : model.weights().layout().entries()) {
                    double norm = trainer.gradients().norm(entry.name());
                    assertEquals(norm, record.number("gradient.norm." + entry.name()), 1e-6 * norm, entry.name());
                    squares += norm * norm;
                }
                assertEquals(Math.sqrt(squares), record.number("gradient.norm"), 1e-6 * Math.sqrt(squares));
                // the first update of Adam is the rate for every weight that has a gradient
                double size =
                        AdamW.DEFAULT.learningRate() * Math.sqrt(model.weights().read("layers.0.mlp.norm.bias").length);
                assertEquals(size, record.number("update.norm.layers.0.mlp.norm.bias"), 1e-3 * size);
            }
    }

    @Test
    void aProbeReadsWhatItDeclares() {
        UpdateProbe greedy = new UpdateProbe() {
            @Override
            public String name() {
                return "greedy";
            }

            @Override
            public String about() {
                return "reads more than it says";
            }

            @Override
            public Set<Reading> reads() {
                return Set.of(Reading.CHANGE);
            }

            @Override
            public void observe(Update update, Record record) {
                update.gradient("embedding.token");
            }
        };
        try (Crew crew = new Crew(1)) {
            Transformer model = model(new ReferenceBackend());
            Trainer trainer = trainer(model, AdamW.DEFAULT, crew);
            trainer.gradient(0, List.of());
            UpdateObserver observer = new UpdateObserver(model, trainer, TASK.bos(), List.of(greedy));
            assertEquals(
                    "probe greedy reads GRADIENT but did not declare it",
                    assertThrows(IllegalStateException.class, () -> observer.observe(0, List.of(), new Record()))
                            .getMessage());
        }
    }

    private static Record observed(Transformer model, Trainer trainer, int step) {
        trainer.gradient(step, List.of());
        Record record = new Record();
        new UpdateObserver(model, trainer, TASK.bos(), UpdateProbes.ALL).observe(step, List.of(), record);
        return record;
    }

    /** [layer] the residual norm of {@code <s>} in a sequence of the task. */
    private static double[] norms(Transformer model) {
        Activations a = model.trainingActivations(1, TASK.sequenceLength());
        a.load(0, STREAM.batch(9, 1).tokens(), 0);
        model.forward(a, 1, List.of());
        double[] norms = new double[model.spec().layers()];
        for (int layer = 0; layer < norms.length; layer++) {
            double[] h = a.read("layers." + layer + ".residual.out");
            for (int i = 0; i < model.spec().width(); i++) norms[layer] += h[i] * h[i];
            norms[layer] = Math.sqrt(norms[layer]);
        }
        return norms;
    }

    private static Trainer trainer(Transformer model, Optimizer optimizer, Crew crew) {
        return new Trainer(model, optimizer, STREAM::sequence, 8, TASK.sequenceLength(), crew);
    }

    private static Transformer model(Backend backend) {
        ModelSpec spec = new ModelSpec(
                2, 2, 10, 13, "relu", "softmax", "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
        Transformer model = new Transformer(spec, TASK.vocabularySize(), TASK.sequenceLength(), backend);
        Initialization.draw(model.weights(), new CounterRandom(11));
        model.pack();
        return model;
    }
}
