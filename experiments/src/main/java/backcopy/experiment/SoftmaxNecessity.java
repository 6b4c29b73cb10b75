package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether softmax has to sink (arXiv 2603.11487): the trigger-conditional mean, which a head solves only if it gives nothing at
 * all wherever there is no trigger. Rows that sum to one must then rest on the anchor; rows that may be empty need not. Kinds
 * between softmax and ReLU say whether the sum decides or the exponential, and whether a head that is free leaves the anchor
 * alone. ReLU over its sum is empty only where no score is positive; {@code sigmoid / n} is {@code sigmoid(s - log n)}, as a
 * plain sigmoid has no mean.
 */
public final class SoftmaxNecessity implements Experiment {
    private static final String SOFTMAX = "softmax", RELU = "ReLU";

    /** Where the published training stops. */
    private static final double SOLVED = 5e-3;
    /** The attention that makes a sink, and the one that does not, of queries that have nothing to do. */
    private static final double SINK = 0.95, NO_SINK = 0.05;

    private static final List<String> ONE_SUM = List.of(SOFTMAX, "sparsemax", "ReLU / sum"),
            MAY_BE_EMPTY = List.of("softmax-1", "sigmoid / n", RELU);

    private static final List<Deep> DEEP = List.of(new Deep(2, "two"), new Deep(4, "four"));

    private static final Plan PLAN = plan();

    /**
     * Several layers of as many heads.
     *
     * @param word the number, in words
     */
    private record Deep(int layers, String word) {
        String condition(String kind) {
            return layers + " layers, " + kind;
        }

        String[] keys(String kind) {
            String all = IntStream.range(0, layers).mapToObj(Integer::toString).collect(Collectors.joining(","));
            return new String[] {
                "model.layers=" + layers, "model.heads=" + layers, "model.mlpOff=" + all, "model.attention=" + kind
            };
        }
    }

    /** The published sizes, initial weights and optimizer. */
    private static String[] keys(String... more) {
        List<String> keys = new ArrayList<>(List.of(
                "task.name=trigger-mean",
                "task.sequenceLength=16",
                "model.width=16",
                "model.norm=none",
                "model.position=none",
                "model.initialization=gpt2",
                "optimizer.name=adam",
                "optimizer.learningRate=1e-3",
                "optimizer.beta2=0.95",
                "optimizer.weightDecay=0"));
        keys.addAll(List.of(more));
        return keys.toArray(new String[0]);
    }

    private static Plan plan() {
        Plan plan = Plan.EMPTY
                .at(Scale.SMOKE, keys("train.batchSize=4", "train.steps=6"))
                .at(Scale.LAPTOP, keys("train.batchSize=64", "train.steps=4000"))
                .at(Scale.PAPER, keys("train.batchSize=128", "train.steps=20000"))
                .and(SOFTMAX, one("softmax"))
                .and("sparsemax", one("sparsemax"))
                .and("ReLU / sum", one("relu-normalized"))
                .and("softmax-1", one("softmax-n"))
                .and("sigmoid / n", one("sigmoid-log-n"))
                .and(RELU, one("relu"));
        for (Deep deep : DEEP)
            plan = plan.and(deep.condition(SOFTMAX), deep.keys("softmax")).and(deep.condition(RELU), deep.keys("relu"));
        return plan;
    }

    private static String[] one(String kind) {
        return new String[] {"model.mlpOff=0", "model.attention=" + kind};
    }

    /** The kind that a condition is of. */
    private static String kind(Ensemble ensemble) {
        return ensemble.name().replaceFirst(".*, ", "");
    }

    /** What the figure says above conditions of as many layers. */
    private static String group(Ensemble ensemble) {
        return DEEP.stream()
                .filter(deep -> ensemble.name().equals(deep.condition(kind(ensemble))))
                .map(deep -> deep.layers() + " layers, " + deep.layers() + " heads each")
                .findFirst()
                .orElse("1 layer, 1 head");
    }

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new SoftmaxNecessity(), arguments);
    }

    @Override
    public String name() {
        return "softmax-necessity";
    }

    @Override
    public String about() {
        return "the trigger-conditional mean: attention whose rows sum to one must sink, ReLU need not";
    }

    @Override
    public String laptopTime() {
        return "14 min";
    }

    @Override
    public List<String> figures() {
        return List.of("softmax-necessity");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        List<Verdict> verdicts = new ArrayList<>();
        List<Ensemble> all = PLAN.ensembles(scale, runs);
        for (Ensemble of : all) {
            boolean isPublished = List.of(SOFTMAX, RELU).contains(kind(of));
            verdicts.add(Verdict.below(
                            of.name() + " solves the task",
                            "largest error of a number",
                            SOLVED,
                            of.finals("error.largest"))
                    .published(isPublished ? "below 0.005" : ""));
        }
        for (String kind : ONE_SUM)
            verdicts.add(Verdict.above(
                            kind + ": every query without a trigger is on <s>",
                            "least attention on <s> of those behind it",
                            SINK,
                            PLAN.ensemble(kind, scale, runs).finals("anchor.least"))
                    .in(0, 1)
                    .published(kind.equals(SOFTMAX) ? "near 1" : ""));
        for (String kind : MAY_BE_EMPTY)
            verdicts.add(Verdict.below(
                            kind + ": none is",
                            "mean attention on <s> of queries without a trigger",
                            NO_SINK,
                            PLAN.ensemble(kind, scale, runs).finals("anchor.mean"))
                    .in(0, 1)
                    .published(kind.equals(RELU) ? "near 0" : ""));
        for (Deep deep : DEEP) {
            verdicts.add(Verdict.above(
                            "in " + deep.word() + " layers of softmax some head is on <s>",
                            "mean attention on <s>, strongest head",
                            SINK,
                            PLAN.ensemble(deep.condition(SOFTMAX), scale, runs).finals("anchor.mean"))
                    .in(0, 1)
                    .published("near 1"));
            verdicts.add(Verdict.below(
                            "in " + deep.word() + " layers of ReLU none is",
                            "mean attention on <s>, strongest head",
                            NO_SINK,
                            PLAN.ensemble(deep.condition(RELU), scale, runs).finals("anchor.mean"))
                    .in(0, 1)
                    .published("near 0"));
        }
        String setting = PLAN.settings(scale, runs);
        return new Findings(verdicts, List.of(new Drawing(Figures.named("softmax-necessity"), setting, points(all))));
    }

    private static Table points(List<Ensemble> all) {
        Rows rows = new Rows();
        for (Ensemble ensemble : all) {
            String kind = kind(ensemble), group = group(ensemble);
            String note = kind.equals(RELU) || MAY_BE_EMPTY.contains(kind) ? "rows may be empty" : "rows sum to one";
            rows.add(group, kind, note, "anchor", ensemble.finals("anchor.mean"))
                    .add(group, kind, note, "least", ensemble.finals("anchor.least"))
                    .add(group, kind, note, "error", ensemble.finals("error.largest"));
        }
        return rows.table();
    }
}
