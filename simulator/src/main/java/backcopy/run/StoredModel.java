package backcopy.run;

import backcopy.backend.Backend;
import backcopy.model.Network;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.Purpose;
import backcopy.task.Task;
import backcopy.train.CachedStream;
import backcopy.train.Crew;
import java.util.Map;

/** The weights that a run had at a step, to be evaluated on sequences that are longer than those it was trained on. */
public final class StoredModel implements AutoCloseable {
    private final RunSpec spec;
    private final Backend backend;
    private final Crew crew;
    private final Network model;

    /** @throws IllegalArgumentException when the run has no checkpoint of that step */
    public StoredModel(RunDirectory run, long step) {
        spec = run.spec();
        Checkpoint checkpoint = run.checkpoints().read(step);
        Task task = run.task();
        backend = Backends.open(spec);
        crew = new Crew(spec.train().threads());
        model = Network.of(spec.model(), task, backend);
        ModelState.readWeights(
                checkpoint.tensors(), run.checkpoints().path(step).toString(), model);
    }

    /**
     * Sequences of the run's task, some times as long as those that it was trained on.
     *
     * @param sequences drawn by the run's seed for evaluation
     */
    public CachedStream stream(int times, int sequences) {
        int length = Math.multiplyExact(times, spec.task().sequenceLength());
        Task longer = Task.of(Keys.parse(spec, Map.of("task.sequenceLength", Integer.toString(length)))
                .task());
        Batch batch =
                new BatchStream(longer, Purpose.EVALUATION.seed(spec.train().seed())).batch(0, sequences);
        return new CachedStream(model, longer, batch, crew);
    }

    @Override
    public void close() {
        crew.close();
        backend.close();
    }
}
