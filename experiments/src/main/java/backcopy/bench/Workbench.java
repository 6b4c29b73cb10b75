package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.model.Initialization;
import backcopy.model.Transformer;
import backcopy.probe.Observable;
import backcopy.probe.Probes;
import backcopy.run.ObservablesFile;
import backcopy.run.RunSpec;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Purpose;
import backcopy.task.Task;
import backcopy.train.Crew;
import backcopy.train.Evaluator;
import backcopy.train.SequenceSource;
import backcopy.train.Trainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** One run's model, sampler, trainer and probes, as a run makes them, with its steps in windows of time. */
final class Workbench implements AutoCloseable {
    private final RunSpec spec;
    private final Task task;
    private final Crew crew;
    private final Transformer model;
    private final Trainer trainer;
    private long steps;
    private double lastLoss;

    /**
     * @param spec resolved; its {@code train.threads} are used as they are
     * @param backend not closed
     */
    Workbench(RunSpec spec, Backend backend) {
        this(spec, backend, source -> source);
    }

    /** @param sampler what to do to the product's sampler */
    Workbench(RunSpec spec, Backend backend, UnaryOperator<SequenceSource> sampler) {
        this.spec = spec;
        task = Task.of(spec.task());
        crew = new Crew(spec.train().threads());
        model = new Transformer(spec.model(), task.vocabularySize(), task.sequenceLength(), backend);
        long seed = spec.train().seed();
        Initialization.draw(model.weights(), new CounterRandom(Purpose.INIT.seed(seed)));
        model.pack();
        BatchStream stream =
                new BatchStream(task, Purpose.DATA.seed(seed), spec.train().freshBatches());
        trainer = new Trainer(
                model,
                spec.recipe(),
                sampler.apply(stream::sequence),
                spec.train().batchSize(),
                task.sequenceLength(),
                0,
                crew);
        trainer.add(spec.train().auxiliary());
    }

    Transformer model() {
        return model;
    }

    Crew crew() {
        return crew;
    }

    double tokensPerStep() {
        return (double) spec.train().batchSize() * task.sequenceLength();
    }

    double operationsPerToken() {
        return OperationCount.perToken(spec.model(), task.sequenceLength(), task.vocabularySize());
    }

    /** The loss of the last step, before its update. */
    double lastLoss() {
        return lastLoss;
    }

    /** One training step; its loss before the update. */
    double step() {
        return lastLoss = trainer.step(steps++, List.of());
    }

    /** Whole steps for at least {@code seconds}, and at least two; tokens a second. */
    double window(double seconds) {
        long before = steps, start = System.nanoTime();
        do trainer.advance(steps++, List.of());
        while (1e-9 * (System.nanoTime() - start) < seconds);
        step(); // waits for those that a device has queued
        return (steps - before) * tokensPerStep() / (1e-9 * (System.nanoTime() - start));
    }

    /**
     * Seconds that a record takes from a run: its probes on the evaluation batch, and the processor's time for their file, which
     * another thread writes while the next steps go on.
     */
    double secondsPerRecord(double seconds) throws IOException {
        BatchStream stream =
                new BatchStream(task, Purpose.EVALUATION.seed(spec.train().seed()));
        Evaluator evaluator = new Evaluator(
                model,
                stream.batch(0, spec.evaluation().sequences()),
                Probes.of(task, spec.model(), spec.record().extraProbes()),
                crew);
        Path file = Files.createTempFile("backcopy-bench", ".npz");
        try {
            ObservablesFile.write(file, evaluator.evaluate(List.of()).arrays());
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long records = 0, taken = 0, start = System.nanoTime();
            do {
                long before = System.nanoTime();
                List<Observable> arrays = evaluator.evaluate(List.of()).arrays();
                taken += System.nanoTime() - before;
                long busy = threads.getCurrentThreadCpuTime();
                ObservablesFile.write(file, arrays);
                taken += threads.getCurrentThreadCpuTime() - busy;
                records++;
            } while (1e-9 * (System.nanoTime() - start) < seconds);
            return 1e-9 * taken / records;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() {
        crew.close();
    }
}
