package backcopy.experiment;

import static backcopy.experiment.Ablation.base;
import static backcopy.experiment.Ablation.larger;
import static backcopy.experiment.Ablation.smaller;

import backcopy.experiment.Ablation.Group;
import backcopy.experiment.Ablations.Sheet;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.List;

/**
 * What optimization and data do to the sink, beside what "When Attention Sink Emerges" (arXiv 2410.10781) found of 60 million
 * parameters. Decays are the published ones: what bounds a weight under AdamW is one over the decay, whatever the rate.
 */
public final class TrainingAblations implements Experiment {
    private static final List<Group> GROUPS = List.of(
            Group.of(
                    "Rate and steps",
                    base("as trained"),
                    smaller("a tenth of the rate", "18 to 3 at a quarter", "optimizer.learningRate=3e-4"),
                    larger("3 times the rate", "18 to 32 at twice", "optimizer.learningRate=9e-3"),
                    smaller("half the steps", "32 to 23 at twice the rate").by(SinkAttention.HALFWAY)),
            Group.of(
                    "Weight decay",
                    base("nearly none"),
                    larger("decay 0.1", "15 to 18", "optimizer.weightDecay=0.1"),
                    larger("decay 0.5", "15 to 41", "optimizer.weightDecay=0.5"),
                    larger("decay 1", "15 to 38", "optimizer.weightDecay=1"),
                    smaller("decay 2", "15 to 6", "optimizer.weightDecay=2"),
                    smaller("decay 5", "15 to 0", "optimizer.weightDecay=5")),
            Group.of(
                    "Amount of data",
                    base("all fresh"),
                    smaller("12 batches", "18 to below 1 at 2 % of the data", "train.freshBatches=12"),
                    smaller("6 batches", "18 to below 1 at 1 %", "train.freshBatches=6")),
            Group.of(
                    "Batch size",
                    base("uniform attention").by(SinkAttention.UNIFORM),
                    larger("batch of 16", "no effect", "train.batchSize=16"),
                    larger("batch of 64", "no effect", "train.batchSize=64")),
            Group.of(
                    "First tokens",
                    base("no <s>", "task.bosCount=0"),
                    larger("a random token", "18 to 27", "task.bosCount=0", "task.randomTokens=1"),
                    smaller("2 random tokens", "18 to 2", "task.bosCount=0", "task.randomTokens=2"),
                    larger("<s> at 0", "18 to 74", "task.bosCount=0", "task.fixedPosition=0"),
                    larger("<s> at 1", "18 to 69", "task.bosCount=0", "task.fixedPosition=1")
                            .by(SinkAttention.at(1)),
                    larger("<s> at 2", "18 to 70", "task.bosCount=0", "task.fixedPosition=2")
                            .by(SinkAttention.at(2))));

    private static final Ablations ABLATIONS = new Ablations("training-ablations", List.of(new Sheet("", GROUPS)));

    private static final Plan PLAN = ABLATIONS.plan();

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new TrainingAblations(), arguments);
    }

    @Override
    public String name() {
        return "training-ablations";
    }

    @Override
    public String about() {
        return "how rate, decay, data and first tokens make or break the sink, beside the published directions";
    }

    @Override
    public String laptopTime() {
        return "6 min";
    }

    @Override
    public List<String> figures() {
        return List.of("training-ablations");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        return ABLATIONS.analyze(PLAN, scale, runs);
    }
}
