package backcopy.run;

import backcopy.backend.Backend;
import backcopy.model.Initialization;
import backcopy.model.Intervention;
import backcopy.model.Transformer;
import backcopy.probe.Probes;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Purpose;
import backcopy.task.Task;
import backcopy.train.Crew;
import backcopy.train.Evaluator;
import backcopy.train.Trainer;
import java.nio.file.Path;
import java.util.List;

/** Everything a spec speaks of, made: task, backend, model at its initial weights, evaluation batch, threads. */
final class Setup implements AutoCloseable {
    private final RunSpec spec;
    private final Task task;
    private final Backend backend;
    private final Crew crew;
    private final Transformer model;
    private final Batch evaluationBatch;

    /**
     * Reads every file that the spec names and writes none.
     *
     * @param spec resolved
     * @param init a safetensors file of initial weights, or null to draw them from the seed
     * @throws IllegalArgumentException when the spec asks for what is not to be had
     */
    Setup(RunSpec spec, Path init) {
        this.spec = spec;
        task = Task.of(spec.task());
        evaluationBatch = evaluationBatch(spec, task);
        backend = Backends.open(spec.train().backend());
        crew = new Crew(spec.train().threads());
        model = new Transformer(spec.model(), task.vocabularySize(), task.sequenceLength(), backend);
        if (init == null) draw(model, spec.train().seed());
        else ModelState.readWeights(Safetensors.read(init).tensors(), "--init " + init, model);
    }

    Task task() {
        return task;
    }

    Backend backend() {
        return backend;
    }

    Crew crew() {
        return crew;
    }

    Transformer model() {
        return model;
    }

    /** What is done inside the forward pass of a step. */
    List<Intervention> interventions(long step) {
        return spec.intervention().at(step, task::isTrigger);
    }

    Trainer trainer() {
        BatchStream stream =
                new BatchStream(task, Purpose.DATA.seed(spec.train().seed()));
        return new Trainer(
                model, spec.optimizer(), stream::sequence, spec.train().batchSize(), task.sequenceLength(), crew);
    }

    Evaluator evaluator() {
        return new Evaluator(model, evaluationBatch, Probes.of(task, spec.model()), crew);
    }

    @Override
    public void close() {
        crew.close();
        backend.close();
    }

    private static void draw(Transformer model, long seed) {
        Initialization.draw(model.weights(), new CounterRandom(Purpose.INIT.seed(seed)));
        model.pack();
    }

    private static Batch evaluationBatch(RunSpec spec, Task task) {
        EvaluationSpec evaluation = spec.evaluation();
        if (evaluation.tokens().isEmpty())
            return new BatchStream(task, Purpose.EVALUATION.seed(spec.train().seed())).batch(0, evaluation.sequences());
        Batch batch = Batch.read(Path.of(evaluation.tokens()), task.vocabularySize());
        if (batch.length() > task.sequenceLength())
            throw new IllegalArgumentException("evaluation.tokens = " + evaluation.tokens() + " has sequences of "
                    + batch.length() + " predictions, more than task.sequenceLength = " + task.sequenceLength());
        return batch;
    }
}
