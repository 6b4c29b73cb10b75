package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.task.BatchStream;
import backcopy.task.BigramBackcopy;
import backcopy.task.BigramTable;
import backcopy.task.Purpose;
import backcopy.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The reduced model trained as a network (arXiv 2410.13835, appendix: "simplified model"): triggers are told, attention is one
 * number a token, and still a sink forms and its value state drains. With three layers, two of which act on {@code <s>} alone,
 * the residual norm of {@code <s>} can grow as well.
 */
public final class ReducedModelTraining implements Experiment {
    private static final String ONE = "1 layer", RELU = "1 layer, ReLU", THREE = "3 layers";
    private static final String BACKCOPY = "excess.backcopy", BIGRAM = "excess.bigram";
    /** Something is learned when its excess risk has fallen to this part of what it was. */
    private static final double LEARNED = 0.1;
    /** A norm has grown when it is so many times what it was. */
    private static final double GROWN = 2;
    /** What the authors' shares of the maximum are shares of, read from the same figure. */
    private static final double AUTHORS_ATTENTION = 0.993, AUTHORS_VALUE = 61.2;
    /** Bigram excess risk at their last step: as they plot it, and with the oracle of the task that they trained on. */
    private static final double AUTHORS_PLOTTED = 0.0159, AUTHORS_BIGRAM = 0.0106;

    /** Width is the number of tokens. The rates are the authors': .03, and 3e-4 in the layers around the one that copies. */
    private static final Plan PLAN = Plan.EMPTY
            .and(ONE, simple("model.norm=none"))
            .and(RELU, simple("model.norm=none", "model.attention=relu"))
            .and(THREE, simple("model.layers=3", "optimizer.rates=layers.0:0.01,layers.2:0.01"))
            .at(Scale.LAPTOP, "train.steps=1000")
            .at(Scale.DESK);

    private static String[] simple(String... keys) {
        List<String> all = new ArrayList<>(List.of("model.kind=simple", "model.width=67", "model.mlpWidth=128"));
        all.addAll(List.of(keys));
        all.add("optimizer.learningRate=0.03");
        return all.toArray(new String[0]);
    }

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ReducedModelTraining(), arguments);
    }

    @Override
    public String name() {
        return "reduced-model";
    }

    @Override
    public String about() {
        return "the reduced model, one attention logit a token, trained as a network: sink, drain and peak (paper, appendix)";
    }

    @Override
    public String laptopTime() {
        return "1 min";
    }

    @Override
    public List<String> figures() {
        return List.of("reduced-model");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        List<Ensemble> all = PLAN.ensembles(scale, runs);
        return new Findings(verdicts(all.get(0), all.get(1), all.get(2)), List.of(drawing(all)));
    }

    private static List<Verdict> verdicts(Ensemble one, Ensemble relu, Ensemble three) {
        List<Verdict> verdicts = new ArrayList<>(oneLayer(one));
        verdicts.add(Verdict.below(
                        "with ReLU attention it has no sink",
                        "final attention of non-trigger queries on <s>",
                        0.05,
                        relu.finals(head(relu, "attention.bos")))
                .in(0, 1));
        verdicts.add(Verdict.above(
                        "in three layers the sink is there as well",
                        "final attention of non-trigger queries on <s>",
                        0.5,
                        three.finals(head(three, "attention.bos")))
                .in(0, 1));
        verdicts.add(Verdict.above(
                "and the residual norm of <s> grows",
                "log10(its end over its start)",
                Math.log10(GROWN),
                three.curves("layers.0.residual.norm.bos", ReducedModelTraining::growth)));
        return verdicts;
    }

    private static List<Verdict> oneLayer(Ensemble one) {
        double[] bigram = one.curves(BIGRAM, ReducedModelTraining::learned);
        double[] backcopy = one.curves(BACKCOPY, ReducedModelTraining::learned);
        String value = "layers.0.value.norm.bos";
        Curve authorsValue = authors("val_norm");
        double othersOfAuthors = IntStream.of(1, 2, 4, 5, 6, 7, 8, 9) // bar 3 is a trigger
                .mapToDouble(bar -> AuthorsCurves.bar("simple_value_states_layer_0", bar))
                .average()
                .orElseThrow();
        return List.of(
                Verdict.above(
                                "bigram is learned before backcopy",
                                "log10(step of backcopy / step of bigram)",
                                0,
                                Ensemble.logRatios(backcopy, bigram))
                        .published(Math.log10(learned(authors("backcopy_risk")) / learned(authors("bigram_excess")))),
                Verdict.above(
                                "most attention ends on <s>",
                                "final attention of non-trigger queries on <s>",
                                0.5,
                                one.finals(head(one, "attention.bos")))
                        .in(0, 1)
                        .published(AUTHORS_ATTENTION),
                Verdict.above(
                        "the sink logit keeps growing",
                        "slope of the mean sink logit in ln(step) over the last decade",
                        0,
                        one.curves(head(one, "score.bos"), curve -> curve.slopeInLogStep(one.last() / 10.0))),
                Verdict.above(
                                "the value norm of <s> rises",
                                "its peak over its start",
                                1.1,
                                one.curves(value, curve -> curve.max() / curve.first()))
                        .atLeast(0)
                        .published(authorsValue.max() / authorsValue.first()),
                Verdict.below(
                                "and then drains",
                                "its end over its peak",
                                0.5,
                                one.curves(value, curve -> curve.last() / curve.max()))
                        .atLeast(0)
                        .published(authorsValue.last() / authorsValue.max()),
                Verdict.above(
                                "to far below that of other tokens",
                                "log10(value norm of others over that of <s>, at the end)",
                                0.5,
                                Ensemble.logRatios(one.finals("layers.0.value.norm.others"), one.finals(value)))
                        .published(Math.log10(othersOfAuthors / AuthorsCurves.bar("simple_value_states_layer_0", 0))),
                Verdict.above(
                                "the authors' oracle makes the bigram excess risk look larger",
                                "excess by the task without <s> minus the true one (nats, at the end)",
                                0,
                                Ensemble.differences(plottedAsByAuthors(one), one.finals(BIGRAM)))
                        .published(AUTHORS_PLOTTED - AUTHORS_BIGRAM));
    }

    /** Theirs is the bigram risk minus the entropy of sequences that do not begin with {@code <s>}. */
    private static double[] plottedAsByAuthors(Ensemble runs) {
        double[] risks = runs.finals("risk.bigram");
        return IntStream.range(0, risks.length)
                .mapToDouble(run -> risks[run] - entropyWithoutBos(runs.specs().get(run)))
                .toArray();
    }

    private static double entropyWithoutBos(RunSpec spec) {
        TaskSpec without = Keys.parse(spec, Map.of("task.bosCount", "0")).task();
        BigramBackcopy task = new BigramBackcopy(without, BigramTable.of(without.corpus()));
        int sequences = spec.resolved("cpu").evaluation().sequences();
        return task.oracle()
                .bigramEntropy(new BatchStream(
                                task, Purpose.EVALUATION.seed(spec.train().seed()))
                        .batch(0, sequences));
    }

    /** A recorded number of the layer that copies. */
    private static String head(Ensemble runs, String number) {
        return "layers." + copyLayer(runs) + ".heads.0." + number;
    }

    private static int copyLayer(Ensemble runs) {
        return runs.specs().get(0).model().layers() / 2;
    }

    private static double growth(Curve norm) {
        return Math.log10(norm.last() / norm.first());
    }

    private static double learned(Curve excess) {
        return excess.firstStep(value -> value < LEARNED * excess.first());
    }

    private static Curve authors(String series) {
        Table curve = AuthorsCurves.simpleModel().where("series", series);
        return new Curve(curve.numbers("step"), curve.numbers("share"));
    }

    private static Drawing drawing(List<Ensemble> ensembles) {
        Table.Rows rows = Table.rows(
                "condition",
                "seed",
                "step",
                BACKCOPY,
                BIGRAM,
                "attention.bos",
                "score.bos",
                "value.norm.bos",
                "residual.norm.bos");
        for (Ensemble ensemble : ensembles) {
            int copies = copyLayer(ensemble);
            List<String> numbers = List.of(
                    BACKCOPY,
                    BIGRAM,
                    head(ensemble, "attention.bos"),
                    head(ensemble, "score.bos"),
                    "layers." + copies + ".value.norm.bos");
            String before = "layers." + (copies - 1) + ".residual.norm.bos";
            for (int run = 0; run < ensemble.runs().size(); run++) {
                List<Curve> curves = new ArrayList<>();
                for (String number : numbers) curves.add(ensemble.curve(run, number));
                // Nothing comes before a single layer.
                curves.add(
                        copies > 0 ? ensemble.curve(run, before) : curves.get(0).map(value -> Double.NaN));
                add(rows, ensemble, run, curves);
            }
        }
        return new Drawing(
                Figures.named("reduced-model"),
                Settings.of(ensembles.stream().flatMap(e -> e.specs().stream()).toList()),
                rows.table(),
                authorsTable());
    }

    private static void add(Table.Rows rows, Ensemble ensemble, int run, List<Curve> curves) {
        for (int i = 0; i < curves.get(0).steps().length; i++) {
            List<Object> row = new ArrayList<>(
                    List.of(ensemble.name(), ensemble.seed(run), curves.get(0).steps()[i]));
            for (Curve curve : curves) row.add(curve.values()[i]);
            rows.add(row.toArray());
        }
    }

    /** Attention and value norm of the authors' one layer, both at the steps of the latter. */
    private static Table authorsTable() {
        Curve value = authors("val_norm"), attention = authors("attn_bos");
        return Table.empty()
                .with("step", value.steps())
                .with(
                        "value.norm.bos",
                        DoubleStream.of(value.values())
                                .map(share -> share * AUTHORS_VALUE)
                                .toArray())
                .with(
                        "attention.bos",
                        DoubleStream.of(value.steps())
                                .map(step -> attention.at(step) * AUTHORS_ATTENTION)
                                .toArray());
    }
}
