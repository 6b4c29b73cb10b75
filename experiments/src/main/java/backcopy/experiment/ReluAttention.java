package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * One layer with ReLU attention beside its softmax twin (arXiv 2410.13835, section 4): the task is learned and there is no sink.
 * What becomes of the norms is another matter: the authors' own curves show value and residual norms that grow without bound.
 */
public final class ReluAttention implements Experiment {
    private static final String SOFTMAX = "softmax", RELU = "ReLU";
    private static final String ATTENTION = "layers.0.heads.0.attention.bos";
    private static final String VALUE = "layers.0.value.norm.bos";
    private static final String RESIDUAL = "layers.0.residual.norm.bos", OTHERS = "layers.0.residual.norm.others";
    /** A risk, in nats, at which the task is learned. */
    private static final double LEARNED = 0.1;
    /** Attention below this is no sink. */
    static final double NO_SINK = 0.01;

    /** A token stands out when its norm is more than this many times the others'. */
    private static final double PEAK = 2;
    /** The authors trained with ReLU at ten times the rate of softmax; at laptop scale both have this one. */
    private static final Plan PLAN =
            SinkEmergence.PLAN.and(RELU, "model.attention=relu", "optimizer.learningRate=3e-3");

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ReluAttention(), arguments);
    }

    @Override
    public String name() {
        return "relu-attention";
    }

    @Override
    public String about() {
        return "with ReLU attention there is no sink, but value and residual norms grow (paper, section 4; one layer)";
    }

    @Override
    public String laptopTime() {
        return "4 min after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("relu-attention");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble relu = PLAN.ensemble(RELU, scale, runs), softmax = PLAN.ensemble(SOFTMAX, scale, runs);
        return new Findings(verdicts(relu, softmax), List.of(drawing(scale, PLAN.ensembles(scale, runs))));
    }

    private static List<Verdict> verdicts(Ensemble relu, Ensemble softmax) {
        double[] growth = relu.curves(VALUE, ReluAttention::growth);
        double[] residual = relu.curves(RESIDUAL, ReluAttention::growth);
        return List.of(
                Verdict.below(
                                "ReLU attention learns to copy",
                                "final backcopy excess risk (nats)",
                                LEARNED,
                                relu.finals("excess.backcopy"))
                        .published(authors("excess.backcopy").last()),
                Verdict.below(
                                "and the bigram law",
                                "final bigram excess risk (nats)",
                                LEARNED,
                                relu.finals("excess.bigram"))
                        .published(authors("excess.bigram").last()),
                Verdict.below(
                                "there is no sink",
                                "final attention of non-trigger queries on <s>",
                                NO_SINK,
                                relu.finals(ATTENTION))
                        .in(0, 1)
                        .published(authors("attention.bos").last()),
                Verdict.mostly(
                        "in most seeds there is none", "final attention < 0.01", without(relu.finals(ATTENTION))),
                Verdict.above(
                        "softmax has one on the same batches",
                        "final attention on <s>, softmax minus ReLU",
                        0.5,
                        Ensemble.differences(softmax.finals(ATTENTION), relu.finals(ATTENTION))),
                Verdict.above(
                                "the value state of <s> does not drain",
                                "its norm's end over its peak",
                                0.5,
                                relu.curves(VALUE, curve -> curve.last() / curve.max()))
                        .atLeast(0)
                        .published(authors("value.norm.bos").last()
                                / authors("value.norm.bos").max()),
                Verdict.above("it grows", "log10(its norm's end over its start)", 0, growth)
                        .published(growth(authors("value.norm.bos"))),
                Verdict.above("so does the residual norm of <s>", "log10(its end over its start)", 0, residual)
                        .published(growth(authors("residual.norm.bos"))),
                Verdict.above(
                        "more than with softmax",
                        "log10(growth of the residual norm of <s>, ReLU over softmax)",
                        0,
                        Ensemble.differences(residual, softmax.curves(RESIDUAL, ReluAttention::growth))),
                Verdict.below(
                        "<s> does not stand out",
                        "log10(its residual norm over that of tokens that are no trigger, at the end)",
                        Math.log10(PEAK),
                        Ensemble.logRatios(relu.finals(RESIDUAL), relu.finals(OTHERS))));
    }

    /** [seeds] whether there is no sink: seeds end in one of two ways, which a mean would hide. */
    static boolean[] without(double[] attention) {
        boolean[] without = new boolean[attention.length];
        for (int seed = 0; seed < without.length; seed++) without[seed] = attention[seed] < NO_SINK;
        return without;
    }

    /** The decimal logarithm: seeds differ by factors. */
    private static double growth(Curve norm) {
        return Math.log10(norm.last() / norm.first());
    }

    /** The authors' run up to the length of {@link Scale#PAPER}. */
    private static Curve authors(String column) {
        long steps = Scale.PAPER.spec().train().steps();
        Table curves = AuthorsCurves.oneLayerRelu().where("step", step -> step <= steps);
        return new Curve(curves.numbers("step"), curves.numbers(column));
    }

    private static Drawing drawing(Scale scale, List<Ensemble> ensembles) {
        List<String> columns = List.of(
                "excess.backcopy",
                "excess.bigram",
                "attention.bos",
                "value.norm.bos",
                "residual.norm.bos",
                "residual.norm.others");
        List<String> numbers = List.of(
                "excess.backcopy",
                scale.isPapersModel() ? "excess.bigram.paper" : "excess.bigram",
                ATTENTION,
                VALUE,
                RESIDUAL,
                OTHERS);
        List<Table> tables = new ArrayList<>(List.of(Ensemble.table(ensembles, columns, numbers)));
        if (scale.isPapersModel()) tables.add(AuthorsCurves.oneLayerRelu());
        return new Drawing(
                Figures.named("relu-attention"),
                Settings.of(ensembles.stream().flatMap(e -> e.specs().stream()).toList()),
                tables.toArray(new Table[0]));
    }
}
