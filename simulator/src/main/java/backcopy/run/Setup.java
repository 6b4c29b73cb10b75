package backcopy.run;

import backcopy.backend.Backend;
import backcopy.model.Initialization;
import backcopy.model.Intervention;
import backcopy.model.Network;
import backcopy.probe.Observable;
import backcopy.probe.Probes;
import backcopy.probe.Record;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Purpose;
import backcopy.task.Task;
import backcopy.train.Crew;
import backcopy.train.Evaluator;
import backcopy.train.Trainer;
import backcopy.train.UpdateObserver;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything a spec speaks of, made: task, backend, threads, model at its initial weights, trainer, evaluator. So a run that
 * does not fit the memory fails before anything is written.
 */
final class Setup implements AutoCloseable {
    private static final List<String> SIZES = List.of(
            "task.sequenceLength",
            "model.layers",
            "model.heads",
            "model.width",
            "model.mlpWidth",
            "train.batchSize",
            "evaluation.sequences");

    private final Task task;
    private final Backend backend;
    private final Crew crew;
    private final Network model;
    private final Trainer trainer;
    private final Evaluator evaluator;
    private final UpdateObserver updates;
    private final RunIntervention intervention;

    private Setup(RunSpec spec, Path init, Backend backend) {
        task = Task.of(spec.task());
        Batch evaluationBatch = evaluationBatch(spec, task);
        this.backend = backend;
        crew = new Crew(threads(spec.train().threads()));
        model = Network.of(spec.model(), task, backend);
        if (init == null) draw(model, spec.train().seed());
        else ModelState.readWeights(Safetensors.read(init).tensors(), "--init " + init, model);
        intervention = new RunIntervention(spec.intervention(), task, model, evaluationBatch.token(0, 0));
        BatchStream stream = new BatchStream(
                task, Purpose.DATA.seed(spec.train().seed()), spec.train().freshBatches());
        trainer = new Trainer(
                model,
                spec.recipe(),
                stream::sequence,
                spec.train().batchSize(),
                task.sequenceLength(),
                task.leftOut(),
                crew);
        trainer.add(spec.train().auxiliary());
        evaluator = new Evaluator(
                model,
                evaluationBatch,
                Probes.of(task, spec.model(), spec.record().extraProbes()),
                crew);
        updates = new UpdateObserver(
                model, trainer, evaluationBatch.token(0, 0), spec.record().updateProbes());
    }

    /**
     * Reads every file that the spec names and writes none.
     *
     * @param spec resolved
     * @param init a safetensors file of initial weights, or null to draw them from the seed
     * @throws IllegalArgumentException when the spec asks for what is not to be had
     */
    static Setup of(RunSpec spec, Path init) {
        Backend backend = Backends.open(spec);
        boolean made = false;
        try {
            Setup setup = new Setup(spec, init, backend);
            made = true;
            return setup;
        } catch (ArithmeticException | NegativeArraySizeException e) {
            Map<String, String> keys = Keys.flatten(spec);
            throw new IllegalArgumentException(
                    SIZES.stream().map(key -> key + " = " + keys.get(key)).collect(Collectors.joining(", "))
                            + " need an array of more than 2^31 numbers",
                    e);
        } finally {
            if (!made) backend.close();
        }
    }

    Task task() {
        return task;
    }

    Backend backend() {
        return backend;
    }

    Network model() {
        return model;
    }

    /** What is done inside the forward pass of a step and on its way back. */
    List<Intervention> interventions(long step) {
        return intervention.at(step);
    }

    RunIntervention intervention() {
        return intervention;
    }

    /**
     * What a run records of a step.
     *
     * @param numbers by name, the loss of the step's batch first
     */
    record Measured(Map<String, Double> numbers, List<Observable> arrays) {}

    /** Measures the weights after {@code step} updates; the trainer then has the gradient of the step's batch. */
    Measured measure(long step) {
        List<Intervention> interventions = interventions(step);
        Record record = evaluator.evaluate(interventions);
        double loss = trainer.gradient(step, interventions);
        updates.observe(step, interventions, record);
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("loss.train", loss);
        numbers.putAll(record.numbers());
        return new Measured(numbers, record.arrays());
    }

    /** What the run goes on from after {@code step} updates; the trainer is settled. */
    Checkpoint checkpoint(long step) {
        Checkpoint checkpoint = ModelState.capture(model, trainer, step);
        intervention.save(step, checkpoint.tensors());
        return checkpoint;
    }

    Trainer trainer() {
        return trainer;
    }

    @Override
    public void close() {
        crew.close();
        backend.close();
    }

    /** A thread takes whole lanes: more than there are would find nothing to do. */
    private static int threads(int asked) {
        int available = asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
        return Math.min(available, Evaluator.LANES);
    }

    private static void draw(Network model, long seed) {
        Initialization.draw(model.spec().initialization(), model.weights(), new CounterRandom(Purpose.INIT.seed(seed)));
        model.pack();
    }

    /** The batch that a run's probes see; of resolved specs. */
    static Batch evaluationBatch(RunSpec spec, Task task) {
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
