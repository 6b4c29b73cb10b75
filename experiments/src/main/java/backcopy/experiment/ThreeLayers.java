package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Three layers under AdamW, under SGD and with ReLU attention (arXiv 2410.13835, adam-vs-sgd and the appendix): the residual norm
 * of {@code <s>} grows without bound under AdamW and not under SGD, which sinks all the same; attention of the first layer
 * writes it. With ReLU attention there is no sink; the norm stays small after block 0, but not after the next.
 */
public final class ThreeLayers implements Experiment {
    static final String ADAMW = "AdamW", SGD = "SGD", RELU = "ReLU attention";
    static final int LAYERS = 3;
    static final String THREE = "model.layers=" + LAYERS;
    /** What {@link NormInfluence} looks at. */
    static final String UPDATES = "record.updates=update-norm,norm-influence";
    /**
     * At a rate of 3e-3 or 2e-3 some seeds have their sink in layer 0, before which no block can write a peak; at 1e-3 it sits in
     * later layers. The peak grows with updates, not with tokens: 3,000 steps of batch 16 end where 3,000 of batch 64 do (19.7
     * and 19.3 of seed 1 after block 0), at a quarter of the cost. Rate times steps is 10, a third of the authors' 100,000 steps.
     */
    static final String[] AT_LAPTOP = {
        "optimizer.learningRate=1e-3", "train.batchSize=16", "train.steps=10000", "evaluation.sequences=64"
    };

    static final Plan PLAN = Plan.EMPTY
            .and(ADAMW, THREE, UPDATES)
            .and(SGD, THREE, UPDATES, "optimizer.name=sgd")
            .and(RELU, THREE, UPDATES, "model.attention=relu")
            .at(Scale.LAPTOP, AT_LAPTOP)
            .at(Scale.DESK);

    /** A risk, in nats, at which a task is learned. */
    private static final double LEARNED = 0.1;
    /** Growth by less is none. */
    private static final double GROWN = 2;
    /** Tokens of the sequence that is drawn. */
    private static final int SHOWN = 16;
    /** Positions of the authors' sequence after {@code <s>}. */
    private static final int AUTHORS_LAST = 9;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ThreeLayers(), arguments);
    }

    @Override
    public String name() {
        return "three-layers";
    }

    @Override
    public String about() {
        return "the residual norm of <s> grows under AdamW, not under SGD; who writes it (paper, adam vs sgd; three layers)";
    }

    @Override
    public String laptopTime() {
        return "24 min";
    }

    @Override
    public List<String> figures() {
        return List.of("three-layers", "norms-by-layer", "peak-writers", "layer-maps");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        List<Ensemble> ensembles = PLAN.ensembles(scale, runs);
        String setting =
                Settings.of(ensembles.stream().flatMap(e -> e.specs().stream()).toList());
        Rows atEnd = new Rows(), writers = new Rows();
        List<Drawing> drawings = new ArrayList<>();
        List<double[][]> shares = new ArrayList<>();
        for (Ensemble ensemble : ensembles) {
            addLayers(atEnd, ensemble);
            shares.add(PeakWriters.add(writers, ensemble));
        }
        drawings.add(dynamics(scale, ensembles, setting));
        drawings.add(new Drawing(Figures.named("norms-by-layer"), setting, atEnd.table()));
        drawings.add(new Drawing(Figures.named("peak-writers"), setting, writers.table()));
        for (Ensemble ensemble : ensembles) drawings.add(maps(ensemble));
        return new Findings(verdicts(ensembles, shares), drawings);
    }

    private static List<Verdict> verdicts(List<Ensemble> ensembles, List<double[][]> shares) throws IOException {
        Ensemble adamw = ensembles.get(0), sgd = ensembles.get(1), relu = ensembles.get(2);
        String after0 = "its residual norm after block 0, end over start";
        String largest = "its residual norm over that of later tokens, after the block where it is largest";
        String strongest = "attention on <s> of the head that has most";
        double[] adamwGrowth = growth(adamw), sgdGrowth = growth(sgd);
        return List.of(
                Verdict.below("AdamW learns the task", "the larger excess risk (nats)", LEARNED, risks(adamw)),
                Verdict.below("so does SGD", "the larger excess risk (nats)", LEARNED, risks(sgd)),
                Verdict.below("so does ReLU attention", "the larger excess risk (nats)", LEARNED, risks(relu)),
                Verdict.above("AdamW: <s> grows", after0, GROWN, adamwGrowth)
                        .atLeast(0)
                        .published(authorsGrowth("adamw")),
                Verdict.above(
                                "AdamW: <s> stands out",
                                "its residual norm over that of later tokens, after block 0",
                                ResidualPeak.PEAK,
                                ResidualPeak.ratio(adamw, 0))
                        .atLeast(0)
                        .published(MinimalStructures.authorsRatio(1)),
                Verdict.above(
                                "AdamW: it stands out in what the sink's layer reads (" + SinkHead.layers(adamw) + ")",
                                "its residual norm over that of later tokens, in what the sink's layer reads",
                                ResidualPeak.PEAK,
                                ResidualPeak.intoSink(adamw))
                        .atLeast(0),
                Verdict.above(
                                "AdamW: it stands out after block 0 where a later layer sinks",
                                "its residual norm over that of later tokens, in those seeds",
                                ResidualPeak.PEAK,
                                SinkHead.seeds(adamw, ResidualPeak.ratio(adamw, 0), layer -> layer > 0))
                        .atLeast(0),
                Verdict.below(
                                "AdamW: and does not where layer 0 sinks",
                                "its residual norm over that of later tokens, in those seeds",
                                ResidualPeak.PEAK,
                                SinkHead.seeds(adamw, ResidualPeak.ratio(adamw, 0), layer -> layer == 0))
                        .atLeast(0),
                Verdict.below(
                                "AdamW: the last block takes the peak away",
                                "residual norm of <s> minus that of later tokens, after block 2",
                                0,
                                ResidualPeak.massive(adamw, 2))
                        .published(AuthorsCurves.bar("Norms_L3", 2) + " at step 100,000"),
                Verdict.above(
                                "AdamW: attention of layer 0 writes the peak",
                                "its share of the residual stream of <s> after block 0",
                                0.5,
                                shares.get(0)[0])
                        .published("value state 1,055 of 1,067 at step 100,000"),
                Verdict.above("AdamW: there is a sink", strongest, 0.5, SinkHead.attention(adamw))
                        .in(0, 1)
                        .published("0.2 to 0.77, layer 1"),
                Verdict.below(
                                "AdamW: its value state is drained",
                                "norm of <s> over that of the others, in the layer of that head",
                                0.5,
                                drain(adamw))
                        .atLeast(0),
                Verdict.below("SGD: <s> does not grow", after0, GROWN, sgdGrowth)
                        .atLeast(0)
                        .published(authorsGrowth("sgd")),
                Verdict.above(
                                "SGD: it grows less than under AdamW",
                                "log10(growth under AdamW / growth under SGD)",
                                0,
                                Ensemble.logRatios(adamwGrowth, sgdGrowth))
                        .published(Math.log10(authorsGrowth("adamw") / authorsGrowth("sgd"))),
                Verdict.below("SGD: <s> does not stand out", largest, ResidualPeak.PEAK, ResidualPeak.largest(sgd))
                        .atLeast(0)
                        .published(authorsLargest("sgd_norms_layer_")),
                Verdict.above(
                                "SGD: there is a sink all the same (" + SinkHead.layers(sgd) + ")",
                                strongest,
                                0.5,
                                SinkHead.attention(sgd))
                        .in(0, 1)
                        .published("0.94 to 1, layer 2"),
                Verdict.below("ReLU: there is no sink", strongest, ReluAttention.NO_SINK, SinkHead.attention(relu))
                        .in(0, 1)
                        .published("0"),
                Verdict.mostly(
                        "ReLU: in most seeds there is none",
                        strongest + " < 0.01",
                        ReluAttention.without(SinkHead.attention(relu))),
                Verdict.below("ReLU: <s> does not grow", after0, GROWN, growth(relu))
                        .atLeast(0)
                        .published(authorsGrowth("relu")),
                Verdict.below(
                                "ReLU: <s> does not stand out after any block",
                                largest,
                                ResidualPeak.PEAK,
                                ResidualPeak.largest(relu))
                        .atLeast(0)
                        .published(authorsLargest("relu_norms_layer_")));
    }

    private static double[] risks(Ensemble runs) {
        return Ensemble.paired(runs.finals("excess.backcopy"), runs.finals("excess.bigram"), Math::max);
    }

    private static double[] growth(Ensemble runs) {
        return runs.curves(residual(0, "bos"), curve -> curve.last() / curve.first());
    }

    /** [seeds] in the layer of the strongest head, value norm of {@code <s>} over the others'. */
    static double[] drain(Ensemble runs) {
        return IntStream.range(0, runs.runs().size())
                .mapToDouble(run -> {
                    String norm = "layers." + SinkHead.of(runs, run).layer() + ".value.norm.";
                    return runs.curve(run, norm + "bos").last()
                            / runs.curve(run, norm + "others").last();
                })
                .toArray();
    }

    private static double authorsGrowth(String run) {
        double[] norms = AuthorsCurves.threeLayerResidual().numbers(run);
        return norms[norms.length - 1] / norms[0];
    }

    /** From the authors' bars of one sequence after each block. */
    private static double authorsLargest(String bars) {
        return IntStream.range(0, LAYERS)
                .mapToDouble(block -> AuthorsCurves.bar(bars + block, 0)
                        / IntStream.rangeClosed(1, AUTHORS_LAST)
                                .mapToDouble(position -> AuthorsCurves.bar(bars + block, position))
                                .average()
                                .orElseThrow())
                .max()
                .orElseThrow();
    }

    private static String residual(int block, String role) {
        return "layers." + block + ".residual.norm." + role;
    }

    private static Drawing dynamics(Scale scale, List<Ensemble> ensembles, String setting) {
        Table.Rows rows = Table.rows(
                "condition",
                "seed",
                "step",
                "bos.0",
                "others.0",
                "bos.1",
                "others.1",
                "attention.bos",
                "value.norm.bos",
                "layer");
        for (Ensemble ensemble : ensembles)
            for (int run = 0; run < ensemble.runs().size(); run++) {
                SinkHead head = SinkHead.of(ensemble, run);
                List<Curve> curves = new ArrayList<>();
                for (int block = 0; block < 2; block++)
                    for (String role : List.of("bos", "others")) curves.add(ensemble.curve(run, residual(block, role)));
                curves.add(ensemble.curve(run, head.number("attention.bos")));
                curves.add(ensemble.curve(run, "layers." + head.layer() + ".value.norm.bos"));
                double[] steps = curves.get(0).steps();
                for (int i = 0; i < steps.length; i++) {
                    List<Object> row = new ArrayList<>(List.of(ensemble.name(), ensemble.seed(run), steps[i]));
                    for (Curve curve : curves) row.add(curve.values()[i]);
                    row.add(head.layer());
                    rows.add(row.toArray());
                }
            }
        List<Table> tables = new ArrayList<>(List.of(rows.table()));
        if (scale.isPapersModel()) tables.add(authors());
        return new Drawing(Figures.named("three-layers"), setting, tables.toArray(new Table[0]));
    }

    /** The authors' curves, as {@link backcopy.figure.ConditionCurves} takes them. */
    private static Table authors() {
        Table curves = AuthorsCurves.threeLayerResidual();
        Table.Rows rows = Table.rows("condition", "step", "bos.0");
        List<String> runs = List.of("adamw", "sgd", "relu"), conditions = List.of(ADAMW, SGD, RELU);
        double[] steps = curves.numbers("step");
        for (int c = 0; c < runs.size(); c++) {
            double[] norms = curves.numbers(runs.get(c));
            for (int i = 0; i < steps.length; i++) rows.add(conditions.get(c), steps[i], norms[i]);
        }
        return rows.table();
    }

    private static void addLayers(Rows rows, Ensemble runs) throws IOException {
        for (int layer = 0; layer < LAYERS; layer++) {
            String row = "layer " + layer, prefix = "layers." + layer + ".", head = prefix + "heads.0.";
            rows.add(runs.name(), row, "", "attention", runs.finals(head + "attention.bos"))
                    .add(runs.name(), row, "", "delta-logit", runs.finals(head + "score.delta"))
                    .add(
                            runs.name(),
                            row,
                            "",
                            "value",
                            Ensemble.paired(
                                    runs.finals(prefix + "value.norm.bos"),
                                    runs.finals(prefix + "value.norm.others"),
                                    (bos, others) -> bos / others))
                    .add(runs.name(), row, "", "residual", runs.finals(prefix + "residual.norm.bos"))
                    .add(runs.name(), row, "", "peak", ResidualPeak.ratio(runs, layer));
        }
    }

    /** The first seed's layers on one sequence. */
    private static Drawing maps(Ensemble runs) throws IOException {
        RunSpec spec = runs.specs().get(0);
        try (Trace trace = Trace.of(runs.runs().get(0), runs.last(), 1)) {
            return LayerMaps.drawing(trace, spec, SHOWN)
                    .of(spec.optimizer().name() + "-" + spec.model().attention().name());
        }
    }
}
