package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sink, value drain and residual peak under AdamW, Muon and gradient descent with momentum, with norms before parts and around
 * them (sandwich), in two layers of the task's other definition, beside the means that a public study of Muon and norms found
 * there over five seeds of 10,000 steps; and OrthoAdam, which it has not.
 */
public final class OptimizersAndNorms implements Experiment {
    private static final List<String> TASK = List.of(
            "task.corpus=gaussian-chain",
            "task.loss=roles",
            "model.layers=2",
            "model.heads=4",
            "model.initialization=gpt2");

    /** The study's means of sink, drain and peak. */
    private record Published(double sink, double drain, double peak) {}

    private record Case(Published published, List<String> keys) {
        Case(double sink, double drain, double peak, String... keys) {
            this(new Published(sink, drain, peak), List.of(keys));
        }
    }

    private static final String ADAMW = "AdamW", MUON = "Muon", SGD = "SGD", ORTHO = "OrthoAdam";
    private static final String SANDWICH = ", sandwich";
    private static final Map<String, Case> CASES = cases();
    private static final Plan PLAN = plan();

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new OptimizersAndNorms(), arguments);
    }

    private static Map<String, Case> cases() {
        String adamw = "optimizer.learningRate=1e-3", muon = "optimizer.name=muon", sgd = "optimizer.name=sgd";
        String rate = "optimizer.learningRate=0.02", sandwich = "model.normPlacement=sandwich";
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put(ADAMW, new Case(0.963, 0.073, 0.67, adamw));
        cases.put(ADAMW + SANDWICH, new Case(0.614, 2.37, 0.91, adamw, sandwich));
        cases.put(MUON, new Case(0.926, 0.33, 0.40, muon, rate));
        cases.put(MUON + SANDWICH, new Case(0.967, 3.50, 0.59, muon, rate, sandwich));
        cases.put(SGD, new Case(0.301, 0.18, 1.05, sgd, rate));
        cases.put(SGD + SANDWICH, new Case(0.254, 1.04, 1.00, sgd, rate, sandwich));
        cases.put(ORTHO, new Case(Double.NaN, Double.NaN, Double.NaN, "optimizer.name=ortho-adam", adamw));
        return cases;
    }

    private static Plan plan() {
        Plan plan = Plan.EMPTY
                .at(Scale.SMOKE, with(TASK, "train.steps=6", "train.batchSize=4"))
                .at(Scale.LAPTOP, with(TASK, "train.steps=2000", "train.batchSize=32", "record.every=500"))
                .at(Scale.PAPER, with(TASK));
        for (Map.Entry<String, Case> one : CASES.entrySet())
            plan = plan.and(one.getKey(), with(one.getValue().keys()));
        return plan;
    }

    private static String[] with(List<String> some, String... more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    @Override
    public String name() {
        return "optimizers-and-norms";
    }

    @Override
    public String about() {
        return "sink, drain and peak under AdamW, Muon, SGD and OrthoAdam, with pre and sandwich norms";
    }

    @Override
    public String laptopTime() {
        return "15 min";
    }

    @Override
    public List<String> figures() {
        return List.of("optimizers-and-norms");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Map<String, Ensemble> of = new LinkedHashMap<>();
        for (Ensemble ensemble : PLAN.ensembles(scale, runs)) of.put(ensemble.name(), ensemble);
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(Verdict.above("Muon keeps the sink", "attention on <s>", 0.5, sinks(of.get(MUON)))
                .in(0, 1)
                .published(0.926));
        verdicts.add(smaller("SGD: a smaller sink", of.get(SGD), of.get(ADAMW)).published(0.301 - 0.963));
        verdicts.add(smaller("OrthoAdam: a smaller sink", of.get(ORTHO), of.get(ADAMW)));
        for (String optimizer : List.of(ADAMW, MUON, SGD)) {
            double before = CASES.get(optimizer).published().drain();
            double after = CASES.get(optimizer + SANDWICH).published().drain();
            verdicts.add(Verdict.above(
                            optimizer + ": sandwich norms undo the drain",
                            "log10(value norm at <s> over the others', sandwich / pre)",
                            0,
                            Ensemble.logRatios(drains(of.get(optimizer + SANDWICH)), drains(of.get(optimizer))))
                    .published(Math.log10(after / before)));
        }
        Drawing drawing = new Drawing(
                Figures.named("optimizers-and-norms"), Settings.of(of.get(ADAMW).specs()), points(of));
        return new Findings(verdicts, List.of(drawing));
    }

    private static Verdict smaller(String claim, Ensemble some, Ensemble others) {
        double[] change = Ensemble.differences(sinks(some), sinks(others));
        return Verdict.below(claim, "attention on <s> minus AdamW's", 0, change);
    }

    private static double[] sinks(Ensemble runs) {
        return runs.finals("triad.sink");
    }

    private static double[] drains(Ensemble runs) {
        return runs.finals("triad.drain");
    }

    private static Table points(Map<String, Ensemble> of) {
        Points points = new Points();
        CASES.forEach((name, one) -> {
            Ensemble runs = of.get(name);
            points.add("Residual peak", name, "trained", one.published().peak(), runs.finals("triad.peak"))
                    .add("Sink", name, "trained", one.published().sink(), sinks(runs))
                    .add("Value drain", name, "trained", one.published().drain(), drains(runs));
        });
        return points.table();
    }
}
