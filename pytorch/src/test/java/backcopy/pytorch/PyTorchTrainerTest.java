package backcopy.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.Backend;
import backcopy.model.Initialization;
import backcopy.model.Transformer;
import backcopy.run.Backends;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Purpose;
import backcopy.task.Task;
import backcopy.train.Crew;
import backcopy.train.Trainer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PyTorchTrainerTest {
    private static final Map<String, String> SMALL = Map.of(
            "model.layers", "2",
            "model.heads", "2",
            "model.width", "16",
            "model.mlpWidth", "24",
            "train.batchSize", "4",
            "train.threads", "1",
            "optimizer.weightDecay", "0.1");

    /** Relative: float against double over some updates. */
    private static final double SAME_LOSS = 1e-5;

    /** Of a batch of four: the third leaves one sequence over. */
    private static final int[] MICRO_BATCHES = {1, 4, 3, 2};

    /** Moments of steps with and without micro-batches meet, so that a gradient of another size would show. */
    @Test
    void trainsTheProductsModelOnTheProductsBatches() {
        RunSpec spec = Keys.parse(Scale.SMOKE.spec(), SMALL).resolved("reference");
        Task task = Task.of(spec.task());
        PyTorchTrainer torch = new PyTorchTrainer(spec);
        try (Backend backend = Backends.open("reference");
                Crew crew = new Crew(1)) {
            Transformer model = new Transformer(spec.model(), task.vocabularySize(), task.sequenceLength(), backend);
            Initialization.draw(
                    model.weights(),
                    new CounterRandom(Purpose.INIT.seed(spec.train().seed())));
            model.pack();
            assertEquals(model.weights().layout().size(), torch.model().size());
            BatchStream stream =
                    new BatchStream(task, Purpose.DATA.seed(spec.train().seed()));
            Trainer trainer = new Trainer(model, spec.optimizer(), stream::sequence, 4, task.sequenceLength(), crew);
            double first = torch.step(4), loss = first;
            assertEquals(Math.log(task.vocabularySize()), first, 0.3);
            assertEquals(trainer.step(0, List.of()), first, SAME_LOSS * first);
            for (int step = 1; step < 8; step++) {
                loss = torch.step(MICRO_BATCHES[step % MICRO_BATCHES.length]);
                assertEquals(trainer.step(step, List.of()), loss, SAME_LOSS * loss, "step " + step);
            }
            assertTrue(loss < first - 0.1, first + " to " + loss);
        }
    }
}
