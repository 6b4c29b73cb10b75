package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.model.Intervention;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.probe.Record;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Layer 0 knocked out of a trained model of three layers whose last has no attention (arXiv 2410.13835, massive-interventions):
 * without the peak that layer 0 writes, layer 1 has neither sink nor drained value. Nothing is trained again.
 */
public final class LayerKnockout implements Experiment {
    static final Plan PLAN = Plan.single("2xTF+MLP", "model.layers=3", "model.attentionOff=2")
            .at(Scale.LAPTOP, ThreeLayers.AT_LAPTOP)
            .at(Scale.DESK);
    private static final List<String> MODELS = List.of("full model", "no layer 0", "no attention 0", "no MLP 0");
    private static final String PEAK = "Residual peak after block 0", DELTA = "Delta-logit in layer 1";
    private static final String VALUE = "Value state of <s> in layer 1", SINK = "Attention on <s> in layer 1";
    private static final String BACKCOPY = "Backcopy excess risk", BIGRAM = "Bigram excess risk";
    /** The authors' bars of full model and no layer 0. */
    private static final Map<String, Integer> AUTHORS = Map.of(PEAK, 0, DELTA, 1, VALUE, 2);

    private static final int AUTHORS_QUANTITIES = 3;
    /** Sequences of the evaluation batch that are looked at. */
    private static final int SEQUENCES = 128;
    /** Attention that is lost by more than this is no sink any more. */
    private static final double HALF = 0.5;

    /** A norm is another when it is more than twice, or less than half: log10(2). */
    private static final double FACTOR = 0.3;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new LayerKnockout(), arguments);
    }

    @Override
    public String name() {
        return "layer-knockout";
    }

    @Override
    public String about() {
        return "layer 0 writes the residual peak that the sink of layer 1 needs: knocked out (paper, massive interventions)";
    }

    @Override
    public String laptopTime() {
        return "6 min";
    }

    @Override
    public List<String> figures() {
        return List.of("layer-knockout", "peak-writers");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble ensemble = PLAN.ensembles(scale, runs).get(0);
        Map<String, double[][]> found = new LinkedHashMap<>(); // by quantity, [model][seeds]
        for (String quantity : List.of(PEAK, DELTA, VALUE, SINK, BACKCOPY, BIGRAM))
            found.put(quantity, new double[MODELS.size()][runs.size()]);
        for (int run = 0; run < runs.size(); run++)
            try (Trace trace = Trace.of(runs.get(run), ensemble.last(), SEQUENCES)) {
                for (int m = 0; m < MODELS.size(); m++) {
                    Record record = trace.observe(removed(MODELS.get(m)));
                    found.get(PEAK)[m][run] = ResidualPeak.massive(record.array("residual.norm"), 0);
                    found.get(DELTA)[m][run] = record.number("layers.1.heads.0.score.delta");
                    found.get(VALUE)[m][run] = record.number("layers.1.value.norm.bos");
                    found.get(SINK)[m][run] = record.number("layers.1.heads.0.attention.bos");
                    found.get(BACKCOPY)[m][run] = record.number("excess.backcopy");
                    found.get(BIGRAM)[m][run] = record.number("excess.bigram");
                }
            }
        Points points = new Points();
        found.forEach((quantity, models) -> {
            for (int m = 0; m < MODELS.size(); m++)
                points.add(quantity, MODELS.get(m), "trained model", authors(quantity, m), models[m]);
        });
        String setting = "2 layers and an MLP: " + Settings.of(ensemble.specs());
        Rows writers = new Rows();
        double[] attention = PeakWriters.add(writers, ensemble)[0];
        return new Findings(
                verdicts(ensemble, found, attention),
                List.of(
                        new Drawing(Figures.named("layer-knockout"), setting, points.table()),
                        new Drawing(Figures.named("peak-writers"), setting, writers.table())));
    }

    private static List<Intervention> removed(String model) {
        List<Intervention> removed = new ArrayList<>();
        if (model.equals("no layer 0") || model.equals("no attention 0"))
            removed.add(new ForcePattern(0, -1, ForcedPattern.zero()));
        if (model.equals("no layer 0") || model.equals("no MLP 0")) removed.add(new ZeroMlp(0));
        return removed;
    }

    private static double authors(String quantity, int model) {
        Integer bar = AUTHORS.get(quantity);
        return bar == null || model > 1
                ? Double.NaN
                : AuthorsCurves.bar("massive_interventions", bar + AUTHORS_QUANTITIES * model);
    }

    /** @param attention [seeds] the share of layer 0's attention in what is written after block 0 */
    private static List<Verdict> verdicts(Ensemble runs, Map<String, double[][]> found, double[] attention) {
        return List.of(
                Verdict.above(
                                "the full model has a peak",
                                "residual norm of <s> minus that of later tokens, after block 0",
                                0,
                                found.get(PEAK)[0])
                        .published(authors(PEAK, 0)),
                Verdict.above(
                                "and a sink in layer 1 (strongest: " + SinkHead.layers(runs) + ")",
                                "attention on <s> there",
                                0.5,
                                found.get(SINK)[0])
                        .in(0, 1),
                lost("layer 0 writes the peak", "residual norm of <s> minus that of later tokens", found.get(PEAK))
                        .published(authors(PEAK, 0) - authors(PEAK, 1)),
                Verdict.above(
                                "its attention does",
                                "share of attention in the residual stream of <s> after block 0",
                                0.5,
                                attention)
                        .published("value state 1,055 of 1,067, three layers at step 100,000"),
                lost("the sink of layer 1 needs layer 0", "attention on <s> there", found.get(SINK)),
                Verdict.above(
                        "it needs its attention",
                        "attention on <s> there, with attention 0 - without",
                        HALF,
                        Ensemble.differences(found.get(SINK)[0], found.get(SINK)[2])),
                Verdict.above(
                        "it needs its MLP",
                        "attention on <s> there, with MLP 0 - without",
                        HALF,
                        Ensemble.differences(found.get(SINK)[0], found.get(SINK)[3])),
                lost("so does its delta-logit", "delta-logit", found.get(DELTA))
                        .published(authors(DELTA, 0) - authors(DELTA, 1)),
                Verdict.above(
                                "so does the drain of its value state",
                                "log10(value norm of <s> without layer 0 / with it)",
                                FACTOR,
                                Ensemble.logRatios(found.get(VALUE)[1], found.get(VALUE)[0]))
                        .published(Math.log10(authors(VALUE, 1) / authors(VALUE, 0))),
                Verdict.above("copying needs layer 0", "backcopy excess risk without it", 1, found.get(BACKCOPY)[1])
                        .published(2.4397),
                Verdict.above(
                                "the bigram law suffers without layer 0",
                                "bigram excess risk without it",
                                0.1,
                                found.get(BIGRAM)[1])
                        .published(2.4740 - 2.219267));
    }

    private static Verdict lost(String claim, String quantity, double[][] models) {
        return Verdict.above(
                claim, quantity + ", with layer 0 - without", 0, Ensemble.differences(models[0], models[1]));
    }
}
