package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Gradient and update norms of three layers, and how much each update moves the residual norm of {@code <s>} after block 0: the
 * "norm influence" that the code of arXiv 2410.13835 computes and whose results were never published. AdamW goes on making
 * updates of one size while gradients fall, and they go on raising the norm.
 */
public final class NormInfluence implements Experiment {
    private static final String INFLUENCE = "layers.0.influence", NORM = "layers.0.residual.norm.bos";
    private static final String GRADIENT = "gradient.norm", UPDATE = "update.norm";
    /** The weights that the residual stream of {@code <s>} after block 0 depends on: it sees itself alone, whatever its scores. */
    private static final List<String> WEIGHTS = List.of(
            "embedding.token",
            "embedding.position",
            "layers.0.attention.norm.gain",
            "layers.0.attention.norm.bias",
            "layers.0.attention.value.weight",
            "layers.0.attention.output.weight",
            "layers.0.mlp.norm.gain",
            "layers.0.mlp.norm.bias",
            "layers.0.mlp.up.weight",
            "layers.0.mlp.down.weight");

    private static final String ATTENTION = "layers.0.attention.";
    /** Parts of a run: where the bigram law is known, and the sink comes. */
    private static final double EARLY_FROM = 0.01, EARLY_TO = 0.04;

    private static final double LATE_FROM = 0.5;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new NormInfluence(), arguments);
    }

    @Override
    public String name() {
        return "norm-influence";
    }

    @Override
    public String about() {
        return "gradients, updates, and how much each update moves the norm of <s>: AdamW beside SGD (never published)";
    }

    @Override
    public String laptopTime() {
        return "no runs of its own after three-layers";
    }

    @Override
    public List<String> figures() {
        return List.of("norm-influence", "influence-by-weight");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return ThreeLayers.PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble adamw = ThreeLayers.PLAN.ensemble(ThreeLayers.ADAMW, scale, runs);
        Ensemble sgd = ThreeLayers.PLAN.ensemble(ThreeLayers.SGD, scale, runs);
        List<Ensemble> both = List.of(adamw, sgd);
        String setting =
                Settings.of(both.stream().flatMap(e -> e.specs().stream()).toList());
        return new Findings(
                verdicts(adamw, sgd),
                List.of(
                        new Drawing(Figures.named("norm-influence"), setting, curves(both)),
                        new Drawing(Figures.named("influence-by-weight"), setting, byWeight(both))));
    }

    private static List<Verdict> verdicts(Ensemble adamw, Ensemble sgd) {
        String late = "mean influence of an update in the second half";
        String shrinks = "log10(update norm, late over early) - log10(gradient norm, late over early)";
        return List.of(
                Verdict.between(
                        "influences add up to what the norm does",
                        "their sum over the second half, AdamW, over the growth of the norm",
                        0.5,
                        1.5,
                        Ensemble.paired(
                                adamw.curves(INFLUENCE, NormInfluence::lateSum), lateGrowth(adamw), (a, b) -> a / b)),
                Verdict.above("AdamW: late updates still raise the norm of <s>", late, 0, late(adamw, INFLUENCE)),
                Verdict.below("SGD: they do not", late, 0, late(sgd, INFLUENCE)),
                Verdict.above("AdamW: updates shrink less than gradients", shrinks, 0, shrinking(adamw)),
                Verdict.below("SGD: they shrink more, as momentum averages noise away", shrinks, 0, shrinking(sgd)),
                Verdict.above(
                        "an update of AdamW's raises it more than one of SGD's that is as large",
                        "mean influence over mean update norm in the second half, AdamW - SGD",
                        0,
                        Ensemble.differences(per(adamw, UPDATE), per(sgd, UPDATE))),
                Verdict.above(
                        "AdamW: attention of layer 0 brings most of it",
                        "its weights' share of the mean influence in the second half",
                        0.5,
                        Ensemble.paired(ofAttention(adamw), late(adamw, INFLUENCE), (part, all) -> part / all)));
    }

    /** [seeds] */
    private static double[] late(Ensemble runs, String number) {
        return runs.curves(number, NormInfluence::late);
    }

    private static double late(Curve curve) {
        double last = curve.steps()[curve.steps().length - 1];
        return curve.mean(LATE_FROM * last, last);
    }

    private static double early(Curve curve) {
        double last = curve.steps()[curve.steps().length - 1];
        return curve.mean(EARLY_FROM * last, EARLY_TO * last);
    }

    /** The mean late influence times the steps. */
    private static double lateSum(Curve influence) {
        return late(influence) * (1 - LATE_FROM) * influence.steps()[influence.steps().length - 1];
    }

    private static double[] lateGrowth(Ensemble runs) {
        return runs.curves(NORM, norm -> norm.last() - norm.at(LATE_FROM * norm.steps()[norm.steps().length - 1]));
    }

    private static double[] shrinking(Ensemble runs) {
        ToDoubleFunction<Curve> change = curve -> Math.log10(late(curve) / early(curve));
        return Ensemble.differences(runs.curves(UPDATE, change), runs.curves(GRADIENT, change));
    }

    /** [seeds] influence in the second half for one unit of another norm. */
    private static double[] per(Ensemble runs, String norm) {
        return Ensemble.paired(late(runs, INFLUENCE), late(runs, norm), (influence, unit) -> influence / unit);
    }

    private static double[] ofAttention(Ensemble runs) {
        double[] sum = new double[runs.runs().size()];
        for (String weight : WEIGHTS)
            if (weight.startsWith(ATTENTION))
                sum = Ensemble.paired(sum, late(runs, INFLUENCE + "." + weight), Double::sum);
        return sum;
    }

    private static Table curves(List<Ensemble> both) {
        Table table = Ensemble.table(
                both, List.of("gradient", "update", "norm", "influence"), List.of(GRADIENT, UPDATE, NORM, INFLUENCE));
        double[] influence = table.numbers("influence"),
                update = table.numbers("update"),
                gradient = table.numbers("gradient");
        return table.with("per.update", Ensemble.paired(influence, update, (a, b) -> a / b))
                .with("per.gradient", Ensemble.paired(influence, gradient, (a, b) -> a / b));
    }

    private static Table byWeight(List<Ensemble> both) {
        Rows rows = new Rows();
        for (Ensemble runs : both) {
            Map<String, double[]> influences = new LinkedHashMap<>();
            for (String weight : WEIGHTS) influences.put(weight, late(runs, INFLUENCE + "." + weight));
            double[] all = new double[runs.runs().size()];
            for (double[] influence : influences.values())
                all = Ensemble.paired(all, influence, (sum, part) -> sum + Math.abs(part));
            double[] whole = all;
            influences.forEach((weight, influence) -> {
                String row = weight.replace("layers.0.", "").replace(".weight", "");
                double[] gradient = late(runs, GRADIENT + "." + weight), update = late(runs, UPDATE + "." + weight);
                rows.add(runs.name(), row, "", "influence", influence)
                        .add(runs.name(), row, "", "share", Ensemble.paired(influence, whole, (a, b) -> a / b))
                        .add(runs.name(), row, "", "gradient", gradient)
                        .add(runs.name(), row, "", "update", update)
                        .add(runs.name(), row, "", "per update", Ensemble.paired(influence, update, (a, b) -> a / b))
                        .add(
                                runs.name(),
                                row,
                                "",
                                "per gradient",
                                Ensemble.paired(influence, gradient, (a, b) -> a / b));
            });
        }
        return rows.table();
    }
}
