package backcopy.run;

import backcopy.model.AuxiliaryLosses;
import backcopy.model.InterventionSpec;
import backcopy.model.ModelSpec;
import backcopy.optim.Optimizer;
import backcopy.optim.Recipe;
import backcopy.optim.Schedule;
import backcopy.probe.ExtraProbes;
import backcopy.task.Purpose;
import backcopy.task.TaskSpec;

/** Everything that a run is made from. {@link Keys} names its parts as a user types them. */
public record RunSpec(
        TaskSpec task,
        ModelSpec model,
        Optimizer optimizer,
        Schedule schedule,
        TrainSpec train,
        RecordSpec record,
        CheckpointSpec checkpoint,
        EvaluationSpec evaluation,
        InterventionSpec intervention) {

    public RunSpec {
        if (model.isSimple() && !train.auxiliary().equals(AuxiliaryLosses.NONE))
            throw new IllegalArgumentException(
                    "train.zLoss and train.decorrelation are not for model.kind = " + model.kind());
        if (train.decorrelation() > 0 && model.layers() < 2)
            throw new IllegalArgumentException("train.decorrelation = " + train.decorrelation()
                    + " has nothing to act on: it leaves out the last layer, and model.layers = " + model.layers());
        if (train.decorrelation() > 0 && model.surroundings().sinkTokens() > 0)
            throw new IllegalArgumentException("train.decorrelation = " + train.decorrelation()
                    + " is from position 0, before which model.sinkTokens puts tokens");
        if (model.isSimple() && !record.probes().isEmpty())
            throw new IllegalArgumentException(
                    "record.probes = " + record.probes() + " are not for model.kind = " + model.kind());
        if (task.kind().isOfVectors()) {
            String beyond = beyondVectors(model, train, record, intervention);
            if (beyond != null)
                throw new IllegalArgumentException(
                        beyond + " is not for task.name = " + task.name() + ", whose tokens are vectors");
        }
        if (!intervention.kind().equals("none")) {
            if (model.isSimple())
                throw new IllegalArgumentException(
                        "intervention.kind = " + intervention.kind() + " is not done to model.kind = " + model.kind());
            within("layer", intervention.layer(), "layers", model.layers());
            within("head", intervention.head(), "heads", model.heads());
            if (intervention.isOnAttention() && model.attentionOff().contains(intervention.layer()))
                throw new IllegalArgumentException("intervention.layer = " + intervention.layer()
                        + " has no attention: it is in model.attentionOff");
            String beyond = model.surroundings().beyondTokens();
            if (beyond == null && intervention.isOnSink())
                beyond = model.surroundings().beyondOnePattern();
            if (beyond != null && intervention.isOnAttention())
                throw new IllegalArgumentException(
                        "intervention.kind = " + intervention.kind() + " does not go with " + beyond);
        }
    }

    /** A key, with its value, that needs a vocabulary, or room in front of a sequence; or null. */
    private static String beyondVectors(
            ModelSpec model, TrainSpec train, RecordSpec record, InterventionSpec intervention) {
        if (model.isSimple()) return "model.kind = " + model.kind();
        if (model.surroundings().sinkTokens() > 0)
            return "model.sinkTokens = " + model.surroundings().sinkTokens();
        if (train.zLoss() > 0) return "train.zLoss = " + train.zLoss();
        if (train.decorrelation() > 0) return "train.decorrelation = " + train.decorrelation();
        if (record.extraProbes().contains(ExtraProbes.MIXING)) return "record.probes = " + ExtraProbes.MIXING;
        boolean heldByToken = intervention.kind().equals("clamp-score") && intervention.isHeld();
        return heldByToken ? "intervention.kind = clamp-score without an intervention.level" : null;
    }

    /** How the weights are updated. */
    public Recipe recipe() {
        return new Recipe(optimizer, schedule.within(train.steps()), Purpose.OPTIMIZER.seed(train.seed()));
    }

    /**
     * The same run with its defaults filled in: the backend by name, the batch size where
     * {@code evaluation.sequences} was left to it, and the steps where a schedule's horizon was. Stores and identities are made from this form.
     *
     * @param backend what {@code train.backend} came to on this machine
     */
    public RunSpec resolved(String backend) {
        int sequences = evaluation.sequences() == 0 ? train.batchSize() : evaluation.sequences();
        return new RunSpec(
                task,
                model,
                optimizer,
                schedule.within(train.steps()),
                train.on(backend),
                record,
                checkpoint,
                new EvaluationSpec(sequences, evaluation.tokens()),
                intervention);
    }

    /** Multiplications of a step's forward passes, but for a factor; the rest of a step is about in proportion. */
    public double workPerStep() {
        double width = model.width(), length = task.sequenceLength();
        double attention = 4 * width * width + length * width;
        double mlp = 2 * width * model.mlpWidth();
        double unembedding = 64 * width;
        double perToken = unembedding
                + attention * (model.layers() - model.attentionOff().size())
                + mlp * (model.layers() - model.mlpOff().size());
        return perToken * length * train.batchSize();
    }

    private static void within(String key, int value, String countKey, int count) {
        if (value >= count)
            throw new IllegalArgumentException(
                    "intervention." + key + " = " + value + " is not below model." + countKey + " = " + count);
    }
}
