package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Which structures have a residual peak (arXiv 2410.13835, massive-norm-minimal): two whole layers and an MLP do, as three layers
 * do; two layers, or one with an MLP or with attention alone before it, do not.
 */
public final class MinimalStructures implements Experiment {
    /** In the order of the authors' bars. */
    private static final List<String> STRUCTURES = List.of("2xTF", "3xTF", "2xTF+MLP", "MLP+TF+MLP", "Attn+TF+MLP");
    /** The structure that the others are compared with. */
    private static final int MINIMAL = 2;

    /** Whether the authors find a peak. */
    private static final List<Boolean> PEAKS = List.of(false, true, true, false, false);

    private static final Plan PLAN = Plan.EMPTY
            .and("2xTF", "model.layers=2")
            .and("3xTF", ThreeLayers.THREE, ThreeLayers.UPDATES)
            .and("2xTF+MLP", "model.layers=3", "model.attentionOff=2")
            .and("MLP+TF+MLP", "model.layers=3", "model.attentionOff=0,2")
            .and("Attn+TF+MLP", "model.layers=3", "model.attentionOff=2", "model.mlpOff=0")
            .at(Scale.LAPTOP, ThreeLayers.AT_LAPTOP)
            .at(Scale.DESK);

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new MinimalStructures(), arguments);
    }

    @Override
    public String name() {
        return "minimal-structures";
    }

    @Override
    public String about() {
        return "which structures of layers without some parts have a residual peak (paper, massive norm minimal)";
    }

    @Override
    public String laptopTime() {
        return "13 min after three-layers and layer-knockout";
    }

    @Override
    public List<String> figures() {
        return List.of("minimal-structures");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        List<Ensemble> ensembles = PLAN.ensembles(scale, runs);
        List<double[]> ratios = new ArrayList<>();
        Points points = new Points();
        for (int s = 0; s < STRUCTURES.size(); s++) {
            Ensemble ensemble = ensembles.get(s);
            ratios.add(ResidualPeak.ratio(ensemble, 0));
            for (int block = 0; block < ensemble.specs().get(0).model().layers(); block++) {
                boolean first = block == 0;
                String condition = "layer " + block;
                double authors = first ? AuthorsCurves.bar("massive_norm_minimal", s) : Double.NaN;
                points.add("Massive norm", ensemble.name(), condition, authors, ResidualPeak.massive(ensemble, block));
                points.add(
                        "Residual peak",
                        ensemble.name(),
                        condition,
                        first ? authorsRatio(s) : Double.NaN,
                        ResidualPeak.ratio(ensemble, block));
                boolean attends =
                        !ensemble.specs().get(0).model().attentionOff().contains(block);
                if (attends)
                    points.add(
                            "Sink",
                            ensemble.name(),
                            condition,
                            ensemble.finals("layers." + block + ".heads.0.attention.bos"));
            }
        }
        String setting = PLAN.settings(scale, runs);
        return new Findings(
                verdicts(ensembles, ratios),
                List.of(new Drawing(Figures.named("minimal-structures"), setting, points.table())));
    }

    private static List<Verdict> verdicts(List<Ensemble> ensembles, List<double[]> ratios) {
        String ratio = "residual norm of <s> over that of later tokens, after block 0";
        List<Verdict> verdicts = new ArrayList<>();
        for (int s = 0; s < STRUCTURES.size(); s++) {
            String where = " (sink: " + SinkHead.layers(ensembles.get(s)) + ")";
            Verdict verdict = PEAKS.get(s)
                    ? Verdict.above(STRUCTURES.get(s) + " has a peak" + where, ratio, ResidualPeak.PEAK, ratios.get(s))
                    : Verdict.below(STRUCTURES.get(s) + " has none" + where, ratio, ResidualPeak.PEAK, ratios.get(s));
            verdicts.add(verdict.published(authorsRatio(s)));
        }
        for (int s = 0; s < STRUCTURES.size(); s++)
            if (!PEAKS.get(s))
                verdicts.add(Verdict.above(
                                "2xTF+MLP has more of one than " + STRUCTURES.get(s),
                                "log10 of the one's " + ratio + ", over the other's",
                                0,
                                Ensemble.logRatios(ratios.get(MINIMAL), ratios.get(s)))
                        .published(Math.log10(authorsRatio(MINIMAL) / authorsRatio(s))));
        verdicts.add(Verdict.above(
                "<s> stands out after block 0 where a later layer sinks",
                ratio + ", every run of 2xTF, 3xTF and 2xTF+MLP where one does",
                ResidualPeak.PEAK,
                whole(ensembles, ratios, layer -> layer > 0)));
        verdicts.add(Verdict.below(
                "and does not where layer 0 sinks",
                ratio + ", every run of the same where it does",
                ResidualPeak.PEAK,
                whole(ensembles, ratios, layer -> layer == 0)));
        return verdicts;
    }

    /** [runs] of the structures whose layer 0 is whole, the ratios of those runs whose sink's layer satisfies the condition. */
    private static double[] whole(List<Ensemble> ensembles, List<double[]> ratios, IntPredicate layer) {
        return IntStream.rangeClosed(0, MINIMAL)
                .boxed()
                .flatMapToDouble(s -> DoubleStream.of(SinkHead.seeds(ensembles.get(s), ratios.get(s), layer)))
                .toArray();
    }

    /** The norm of {@code <s>} over that of later tokens in the authors' run of a structure, after block 0 at step 10,000. */
    static double authorsRatio(int structure) {
        double bos = AuthorsCurves.bar("massive_norms", structure);
        return bos / (bos - AuthorsCurves.bar("massive_norm_minimal", structure));
    }
}
