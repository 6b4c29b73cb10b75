package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.optim.AdamW;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.task.BigramBackcopy;
import backcopy.task.Occupancy;
import backcopy.task.Task;
import backcopy.theory.AdamLaw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The laws of the sink logit beside one trained layer: how it grows under AdamW and under SGD, and whether the sink logits of all
 * tokens come together. Theory says 1/2 log t of gradient flow and SGD; of Adam a line in t on a full batch, log t under label
 * noise, and the root of t where that noise makes the sink logit wander by more than 1.
 */
public final class TheoryBesideTraining implements Experiment {
    private static final String ADAMW = "AdamW", OTHER = "AdamW at 1e-3", SGD = "SGD";
    /** SGD at the paper's rate needs more steps than these; its coupled decay would shrink what is to grow. */
    private static final Plan PLAN = Plan.single(ADAMW)
            .and(OTHER, "optimizer.learningRate=1e-3")
            .and(SGD, "optimizer.name=sgd", "optimizer.learningRate=0.3", "optimizer.weightDecay=0");

    private static final String HEAD = "layers.0.heads.0.";
    /** Laws are of late times: slopes are taken over the last decade of steps. */
    private static final double LATE = 0.1;
    /** A law is drawn through one place more than these, evenly in log(step). */
    private static final int LAW_PARTS = 20;
    /** Of the evaluation batch, at the end. */
    private static final int SEQUENCES = 64;
    /** A token counts when it stands so often in those. */
    private static final int FEWEST = 5;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new TheoryBesideTraining(), arguments);
    }

    @Override
    public String name() {
        return "theory-beside-training";
    }

    @Override
    public String about() {
        return "the sink logit's laws by optimizer beside one trained layer: 1/2 log t, log t, a root or a line; and concentration";
    }

    @Override
    public String laptopTime() {
        return "4 min after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("sink-growth");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    /**
     * What is read of one run; slopes are over the last decade of steps.
     *
     * @param slope of the sink logit in log(step)
     * @param power slope of the logarithm of the sink logit in log(step): 1 of a line, 0.5 of a root
     * @param deltaSlope of delta-logit in log(step)
     * @param walk log10 of the sink logit at the end over that of Adam's law for a walk with the steps that it was seen to take
     * @param spread log10 of the spread over tokens at the end over that at the decade's beginning
     * @param relativeSpread the same of the spread over the mean
     * @param frequencySlope of a token's sink logit in the logarithm of its frequency, at the end
     * @param beyond the leak that would cost least minus the leak, at the end
     */
    private record Found(
            double slope,
            double power,
            double deltaSlope,
            double walk,
            double spread,
            double relativeSpread,
            double frequencySlope,
            double beyond) {
        static double[] each(List<Found> seeds, ToDoubleFunction<Found> quantity) {
            return seeds.stream().mapToDouble(quantity).toArray();
        }
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        Table.Rows measured =
                Table.rows("condition", "seed", "step", "sink.logit", "delta.logit", "spread", "attention");
        Table.Rows laws = Table.rows("condition", "seed", "step", "law", "sink.logit");
        List<Verdict> verdicts = new ArrayList<>();
        for (Ensemble ensemble : PLAN.ensembles(scale, runs)) {
            List<Found> seeds = new ArrayList<>();
            for (int run = 0; run < ensemble.runs().size(); run++) seeds.add(read(ensemble, run, measured, laws));
            verdicts.addAll(verdicts(ensemble.name(), seeds));
        }
        return new Findings(
                verdicts,
                List.of(new Drawing(
                        Figures.named("sink-growth"), PLAN.settings(scale, runs), measured.table(), laws.table())));
    }

    private static List<Verdict> verdicts(String name, List<Found> seeds) {
        String slope = "slope of the sink logit in log(step) over the last decade";
        String spread = "log10(spread over tokens at the end / at the decade's beginning)";
        List<Verdict> verdicts = new ArrayList<>(List.of(
                Verdict.between(
                        name + ": the sink logit grows like 1/2 log t",
                        slope,
                        0.35,
                        0.65,
                        Found.each(seeds, Found::slope)),
                Verdict.between(name + ": it grows like log t", slope, 0.8, 1.2, Found.each(seeds, Found::slope)),
                Verdict.between(
                        name + ": it grows like t",
                        "slope of log(sink logit) in log(step)",
                        0.8,
                        1.2,
                        Found.each(seeds, Found::power)),
                Verdict.between(
                        name + ": it grows like the root of t",
                        "slope of log(sink logit) in log(step)",
                        0.35,
                        0.65,
                        Found.each(seeds, Found::power)),
                Verdict.below(
                        name + ": the sink logits of tokens come together (mean field)",
                        spread,
                        -0.3,
                        Found.each(seeds, Found::spread)),
                Verdict.between(
                        name + ": their differences stay (finite context)",
                        spread,
                        -0.15,
                        0.15,
                        Found.each(seeds, Found::spread)),
                Verdict.below(
                        name + ": they come together relative to their mean",
                        "log10(spread over mean at the end / at the decade's beginning)",
                        -0.1,
                        Found.each(seeds, Found::relativeSpread)),
                Verdict.between(
                        name + ": half the logarithm of its frequency tells a token's sink logit",
                        "slope of the sink logits of tokens in the log of their frequency",
                        0.35,
                        0.65,
                        Found.each(seeds, Found::frequencySlope)),
                Verdict.above(
                        name + ": the sink goes beyond what serves the bigram law best",
                        "even leak that would cost least minus the leak, at the end",
                        0,
                        Found.each(seeds, Found::beyond)),
                Verdict.between(
                        name + ": delta-logit grows like the sink logit",
                        "log10(slope of delta-logit in log(step) / that of the sink logit)",
                        -0.1,
                        0.1,
                        Ensemble.logRatios(Found.each(seeds, Found::deltaSlope), Found.each(seeds, Found::slope)))));
        if (!name.equals(SGD))
            verdicts.add(Verdict.between(
                    name + ": a random walk above a wall, with the steps that it is seen to take, tells the sink logit",
                    "log10(sink logit at the end / that of the law)",
                    -0.15,
                    0.15,
                    Found.each(seeds, Found::walk)));
        return verdicts;
    }

    private static Found read(Ensemble ensemble, int run, Table.Rows measured, Table.Rows laws) throws IOException {
        Task task = ensemble.runs().get(run).task();
        double[] frequencies = frequencies(task);
        SinkLogits.History history = SinkLogits.history(ensemble.runs().get(run), task, 0, ensemble.last());
        Curve logit = history.mean(), spread = history.spread();
        Curve delta = ensemble.curve(run, HEAD + "score.delta"),
                attention = ensemble.curve(run, HEAD + "attention.bos");
        for (int i = 0; i < logit.steps().length; i++) {
            double step = logit.steps()[i];
            measured.add(
                    ensemble.name(),
                    ensemble.seed(run),
                    step,
                    logit.values()[i],
                    delta.at(step),
                    spread.values()[i],
                    attention.at(step));
        }
        LeakedRisk risk;
        SinkLogits atEnd;
        try (Trace trace = Trace.of(ensemble.runs().get(run), ensemble.last(), SEQUENCES)) {
            risk = LeakedRisk.of(trace, task);
            atEnd = atEnd(trace, task);
        }
        double from = LATE * ensemble.last(), middle = Math.sqrt(LATE) * ensemble.last();
        addLaw(laws, ensemble, run, "1/2 log t", step -> logit.at(middle) + Math.log(step / middle) / 2);
        addLaw(laws, ensemble, run, "log t", step -> logit.at(middle) + Math.log(step / middle));
        double walk = Double.NaN;
        if (ensemble.specs().get(run).optimizer() instanceof AdamW) {
            DoubleUnaryOperator law =
                    walk(ensemble.specs().get(run), logit.from(from), history.last(), risk, frequencies);
            addLaw(laws, ensemble, run, "walk", law);
            walk = Math.log10(logit.last() / law.applyAsDouble(ensemble.last()));
        }
        return new Found(
                logit.slopeInLogStep(from),
                logit.map(Math::log).slopeInLogStep(from),
                delta.slopeInLogStep(from),
                walk,
                Math.log10(spread.last() / spread.at(from)),
                Math.log10(spread.last() / logit.last() / (spread.at(from) / logit.at(from))),
                frequencySlope(atEnd, frequencies),
                risk.best() - (1 - attention.last()));
    }

    /** At the end, from all sequences of the evaluation batch. */
    private static SinkLogits atEnd(Trace trace, Task task) {
        int sequences = trace.batch().sequences(), length = trace.batch().length();
        int[][] tokens = new int[sequences][length];
        for (int s = 0; s < sequences; s++)
            for (int t = 0; t < length; t++) tokens[s][t] = trace.batch().token(s, t);
        double[] pattern = trace.activation("layers.0.attention.pattern").values();
        return SinkLogits.of(task, tokens, pattern, length, FEWEST);
    }

    private static double frequencySlope(SinkLogits logits, double[] frequencies) {
        SimpleRegression line = new SimpleRegression();
        logits.byToken().forEach((token, logit) -> line.addData(Math.log(frequencies[token]), logit));
        return line.getSlope();
    }

    /** [vocabulary] of the queries of a sequence, how large a share is at each token. */
    private static double[] frequencies(Task task) {
        Occupancy occupancy = new Occupancy((BigramBackcopy) task);
        double[] frequencies = new double[task.vocabularySize()];
        for (int position = 0; position < task.sequenceLength(); position++)
            for (int token = 0; token < frequencies.length; token++)
                frequencies[token] += occupancy.law(position)[token] / task.sequenceLength();
        return frequencies;
    }

    /**
     * Adam's law where noise is far above the signal, {@link AdamLaw#diffusiveLogit}, with what is measured of a run and nothing
     * fitted: the steps of the walk, which for a weight are the learning rate and for a sink logit those of a product of many
     * weights, and the variance of the bag.
     *
     * @param logit over the decade that the steps are taken from
     * @param tokens that it is the mean of
     */
    private static DoubleUnaryOperator walk(
            RunSpec spec, Curve logit, Map<Integer, Double> tokens, LeakedRisk risk, double[] frequencies) {
        AdamW adamW = (AdamW) spec.optimizer();
        double length = spec.task().sequenceLength() / 2.0;
        double logFrequency = tokens.keySet().stream()
                .mapToDouble(token -> Math.log(frequencies[token]))
                .average()
                .orElseThrow();
        double queries = Math.exp(logFrequency)
                * spec.task().sequenceLength()
                * spec.train().batchSize();
        double signal = Math.sqrt(queries * Math.max(0, risk.variance()));
        AdamLaw law = new AdamLaw(logit.diffusion(), adamW.beta1(), adamW.beta2());
        return step -> law.diffusiveLogit(length, signal, step);
    }

    private static void addLaw(Table.Rows laws, Ensemble ensemble, int run, String law, DoubleUnaryOperator sinkLogit) {
        for (int part = 0; part <= LAW_PARTS; part++) {
            double step = ensemble.last() * Math.pow(LATE, (LAW_PARTS - part) / (double) LAW_PARTS);
            laws.add(ensemble.name(), ensemble.seed(run), step, law, sinkLogit.applyAsDouble(step));
        }
    }
}
