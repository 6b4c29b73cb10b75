package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How training and data make a sink: the ablations of "When Attention Sink Emerges" (arXiv 2410.10781) that are neither of
 * attention nor of positions, each in the published direction. A verdict {@code holds} is the same direction, {@code does not
 * hold} the opposite, {@code undecided} no effect at this scale. Measured is {@code alpha}, the mean attention on a position of
 * the queries from it on, as one head has no rate; compared seed by seed.
 */
public final class TrainingAblations implements Experiment {
    private static final String PAPER = "as trained", NO_BOS = "no <s>";

    /**
     * One ablation.
     *
     * @param against the condition that it is compared with, at position 0
     * @param grows whether the published sink grows by it
     * @param position whose attention counts
     * @param published sink rates in percent, before and after
     */
    private record Case(String name, String against, boolean grows, int position, String published, List<String> keys) {
        Case(String name, String against, boolean grows, int position, String published, String... keys) {
            this(name, against, grows, position, published, List.of(keys));
        }
    }

    /** The published decays act by rate times decay: 4e-4 times 0.5 and 5 there, 3e-3 times these here. */
    private static final List<Case> CASES = List.of(
            new Case("rate / 10", PAPER, false, 0, "18 to 3 at a quarter", "optimizer.learningRate=3e-4"),
            new Case("rate * 3", PAPER, true, 0, "18 to 32 at twice", "optimizer.learningRate=9e-3"),
            new Case("decay 0.07", PAPER, true, 0, "15 to 41 at 0.5", "optimizer.weightDecay=0.07"),
            new Case("decay 0.7", PAPER, false, 0, "15 to 0 at 5", "optimizer.weightDecay=0.7"),
            new Case("4 batches", PAPER, false, 0, "18 to below 1 on 1 to 2 % of the data", "train.freshBatches=4"),
            new Case("post-norm", PAPER, false, 0, "18 to 14", "model.normPlacement=post"),
            new Case("random token", NO_BOS, true, 0, "18 to 27", "task.bosCount=0", "task.randomTokens=1"),
            new Case("2 random tokens", NO_BOS, false, 0, "18 to 2", "task.bosCount=0", "task.randomTokens=2"),
            new Case("<s> at 0", NO_BOS, true, 0, "18 to 74", "task.bosCount=0", "task.fixedPosition=0"),
            new Case("<s> at 1", NO_BOS, true, 1, "18 to 69", "task.bosCount=0", "task.fixedPosition=1"),
            new Case("<s> at 2", NO_BOS, true, 2, "18 to 70", "task.bosCount=0", "task.fixedPosition=2"));

    private static final Plan PLAN = plan();

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new TrainingAblations(), arguments);
    }

    private static Plan plan() {
        String probes = "record.probes=sink-score";
        Plan plan = Plan.EMPTY
                .at(Scale.SMOKE, "train.steps=6", "train.batchSize=4", probes)
                .at(Scale.LAPTOP, "train.steps=600", "record.every=100", probes)
                .at(Scale.PAPER, probes)
                .and(PAPER)
                .and(NO_BOS, "task.bosCount=0");
        for (Case one : CASES) plan = plan.and(one.name, one.keys.toArray(new String[0]));
        return plan;
    }

    @Override
    public String name() {
        return "training-ablations";
    }

    @Override
    public String about() {
        return "how rate, decay, data and norms make or break the sink, beside the published directions";
    }

    @Override
    public String laptopTime() {
        return "4 min";
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
        List<Verdict> verdicts = new ArrayList<>();
        Points points = new Points();
        Ensemble paper = PLAN.ensemble(PAPER, scale, runs);
        for (String base : List.of(PAPER, NO_BOS))
            points.add("Attention", base, "compared with", alphas(PLAN.ensemble(base, scale, runs), 0));
        for (Case one : CASES) {
            double[] after = alphas(PLAN.ensemble(one.name, scale, runs), one.position);
            double[] before = alphas(PLAN.ensemble(one.against, scale, runs), 0);
            double[] change = Ensemble.differences(after, before);
            String claim = one.name + (one.grows ? ": a larger sink" : ": a smaller sink");
            String quantity = "alpha minus that of " + one.against;
            verdicts.add(
                    (one.grows ? Verdict.above(claim, quantity, 0, change) : Verdict.below(claim, quantity, 0, change))
                            .published(one.published));
            points.add("Attention", one.name, one.grows ? "published: larger" : "published: smaller", after);
        }
        Drawing drawing = new Drawing(Figures.named("training-ablations"), Settings.of(paper.specs()), points.table());
        return new Findings(verdicts, List.of(drawing));
    }

    /** [seeds] the mean attention on a position of the queries from it on. */
    private static double[] alphas(Ensemble runs, int position) throws IOException {
        double[] alphas = new double[runs.runs().size()];
        for (int run = 0; run < alphas.length; run++)
            alphas[run] = runs.array(run, "attention.alpha").get(0, 0, position);
        return alphas;
    }
}
