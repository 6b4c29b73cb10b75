package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which relatives of the Bigram-Backcopy task grow a sink, a value drain and a residual peak, in three layers of which the
 * last has no attention (arXiv 2410.13835, appendix: 2xTF+MLP); and how much backcopy it takes. Sink and drain are those of
 * the layer whose queries attend most to position 0, the peak that of the layer where it is largest.
 */
public final class Relatives implements Experiment {
    /** A position holds a sink when it takes most attention. */
    private static final double SINK = 0.5;
    /** Values are drained below half the norm of the others. */
    private static final double DRAINED = 0.5;
    /** A residual norm stands out when it is larger than that of most others; it begins a tenth below them. */
    private static final double PEAK = 1;

    /** Layers with attention; each has one head. */
    private static final int LAYERS = 2;

    private static final String FULL = "backcopy";
    private static final String NONE = "p = 0";

    /** The relatives, by what figures print. */
    private static final Map<String, List<String>> KINDS = kinds();

    /** Probability that a trigger copies, between none and all. */
    private static final List<String> DOSES = List.of("0.1", "0.25", "0.5", "0.75");

    private static final Plan PLAN = plan();

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new Relatives(), arguments);
    }

    private static Map<String, List<String>> kinds() {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put(FULL, List.of());
        kinds.put("delimiters", List.of("task.delimiterProbability=0.1"));
        kinds.put("two <s>", List.of("task.bosCount=2"));
        kinds.put("no <s>", List.of("task.bosCount=0"));
        kinds.put("skip", List.of("task.name=bigram-skip"));
        kinds.put("induction", List.of("task.name=bigram-induction"));
        kinds.put("markov", List.of("task.name=markov"));
        return kinds;
    }

    private static Plan plan() {
        String[] model = {"model.layers=3", "model.attentionOff=2"};
        Plan plan = Plan.EMPTY
                .at(Scale.SMOKE, with(model, "train.steps=6", "train.batchSize=4"))
                .at(
                        Scale.LAPTOP,
                        with(
                                model,
                                "train.steps=600",
                                "train.batchSize=32",
                                "evaluation.sequences=64",
                                "record.every=100"))
                .at(Scale.DESK, model)
                .at(Scale.PAPER, model);
        for (Map.Entry<String, List<String>> kind : KINDS.entrySet())
            plan = plan.and(kind.getKey(), kind.getValue().toArray(new String[0]));
        plan = plan.and(NONE, "task.backcopyProbability=0");
        for (String dose : DOSES) plan = plan.and("p = " + dose, "task.backcopyProbability=" + dose);
        return plan;
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    @Override
    public String name() {
        return "relatives";
    }

    @Override
    public String about() {
        return "which relatives of the task grow a sink, a drain and a peak, and how much backcopy it takes";
    }

    @Override
    public String laptopTime() {
        return "8 min";
    }

    @Override
    public List<String> figures() {
        return List.of("relatives", "backcopy-dose");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Map<String, Ensemble> ensembles = new LinkedHashMap<>();
        for (Ensemble ensemble : PLAN.ensembles(scale, runs)) ensembles.put(ensemble.name(), ensemble);
        List<Verdict> verdicts = new ArrayList<>();
        for (String kind : KINDS.keySet()) verdicts.addAll(triad(kind, ensembles.get(kind)));
        verdicts.addAll(dose(ensembles.get(FULL), ensembles.get(NONE)));
        return new Findings(verdicts, List.of(kindsDrawn(ensembles), dosesDrawn(ensembles)));
    }

    private static List<Verdict> triad(String kind, Ensemble runs) {
        return List.of(
                Verdict.above(
                                kind + ": a sink at position 0",
                                "attention on it in the strongest layer",
                                SINK,
                                sinks(runs))
                        .in(0, 1),
                Verdict.below(kind + ": its value drained", "norm over that of the others there", DRAINED, drains(runs))
                        .atLeast(0),
                Verdict.above(kind + ": a residual peak", "largest norm over the others' median", PEAK, peaks(runs))
                        .atLeast(0));
    }

    private static List<Verdict> dose(Ensemble full, Ensemble none) {
        return List.of(
                Verdict.above(
                        "backcopy makes the sink",
                        "attention with all copies minus with none",
                        0,
                        Ensemble.differences(sinks(full), sinks(none))),
                Verdict.below(
                        "backcopy makes the drain",
                        "log10(value norm with all copies / with none)",
                        0,
                        Ensemble.logRatios(drains(full), drains(none))),
                Verdict.above(
                        "backcopy makes the peak",
                        "log10(residual norm with all copies / with none)",
                        0,
                        Ensemble.logRatios(peaks(full), peaks(none))));
    }

    /** [seeds] the mean attention of non-trigger queries on position 0 in the layer where it is largest. */
    private static double[] sinks(Ensemble runs) {
        return Ensemble.paired(attention(runs, 0), attention(runs, 1), Math::max);
    }

    /** [seeds] the norm of the value state at position 0 over that of the others in the same layer. */
    private static double[] drains(Ensemble runs) {
        double[][] drains = new double[LAYERS][];
        for (int layer = 0; layer < LAYERS; layer++)
            drains[layer] = Ensemble.paired(
                    runs.finals("layers." + layer + ".value.norm.bos"),
                    runs.finals("layers." + layer + ".value.norm.others"),
                    (bos, others) -> bos / others);
        double[] first = attention(runs, 0), second = attention(runs, 1);
        return IntStream.range(0, first.length)
                .mapToDouble(seed -> drains[first[seed] >= second[seed] ? 0 : 1][seed])
                .toArray();
    }

    private static double[] peaks(Ensemble runs) {
        return runs.finals("triad.peak");
    }

    private static double[] attention(Ensemble runs, int layer) {
        return runs.finals("layers." + layer + ".heads.0.attention.bos");
    }

    private static Drawing kindsDrawn(Map<String, Ensemble> ensembles) {
        Points points = new Points();
        for (String kind : KINDS.keySet()) add(points, kind, "trained", ensembles.get(kind));
        return new Drawing(
                Figures.named("relatives"),
                Settings.of(ensembles.get(FULL).specs()),
                lines(points).table());
    }

    private static Drawing dosesDrawn(Map<String, Ensemble> ensembles) {
        Points points = new Points();
        Map<Double, Ensemble> byDose = new TreeMap<>();
        byDose.put(0.0, ensembles.get(NONE));
        for (String dose : DOSES) byDose.put(Double.valueOf(dose), ensembles.get("p = " + dose));
        byDose.put(1.0, ensembles.get(FULL));
        byDose.forEach((dose, runs) ->
                add(points, dose == Math.rint(dose) ? "" + dose.intValue() : "" + dose, "trained", runs));
        return new Drawing(
                Figures.named("backcopy-dose"),
                Settings.of(ensembles.get(FULL).specs()),
                lines(points).table());
    }

    private static void add(Points points, String category, String condition, Ensemble runs) {
        points.add("Sink", category, condition, sinks(runs));
        points.add("Value drain", category, condition, drains(runs));
        points.add("Residual peak", category, condition, peaks(runs));
    }

    private static Points lines(Points points) {
        return points.line("Sink", "bound of the claim", SINK)
                .line("Value drain", "bound of the claim", DRAINED)
                .line("Residual peak", "bound of the claim", PEAK);
    }
}
