package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.optim.AdamW;
import backcopy.optim.Sgd;
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
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The laws of the sink logit beside one trained layer: how it grows in log t under AdamW and under SGD, and whether the sink
 * logits of all tokens come together. Theory says 1/2 log t of gradient flow and SGD, log t of Adam under label noise, and a
 * line in t of Adam on a full batch.
 */
public final class TheoryBesideTraining implements Experiment {
    private static final String ADAMW = "AdamW", SGD = "SGD";
    /** SGD at the paper's rate needs more steps than these; its coupled decay would shrink what is to grow. */
    private static final Plan PLAN =
            Plan.single(ADAMW).and(SGD, "optimizer.name=sgd", "optimizer.learningRate=0.3", "optimizer.weightDecay=0");

    /** Laws are of late times: slopes are taken over the last decade of steps. */
    private static final double LATE = 0.1;
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
        return "the sink logit's laws by optimizer beside one trained layer: 1/2 log t, log t, or a line; and concentration";
    }

    @Override
    public String laptopTime() {
        return "2 min after sink-emergence";
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
     * What is read of the runs of one optimizer, each array [seeds].
     *
     * @param slope of the sink logit in log(step), over the last decade
     * @param bend that slope over the decade's later half, by the earlier half's: 1 of a logarithm, 3.2 of a line
     * @param deltaSlope of delta-logit
     * @param spread of the sink logits over tokens at the end
     * @param spreadRatio log10 of it over that at the decade's beginning
     * @param frequencySlope of a token's sink logit in the logarithm of its frequency, at the end
     * @param linear share of the first-order part in what more attention on {@code <s>} gains, at the end
     */
    private record Found(
            double[] slope,
            double[] bend,
            double[] deltaSlope,
            double[] spread,
            double[] spreadRatio,
            double[] frequencySlope,
            double[] linear) {
        Found(int seeds) {
            this(
                    new double[seeds],
                    new double[seeds],
                    new double[seeds],
                    new double[seeds],
                    new double[seeds],
                    new double[seeds],
                    new double[seeds]);
        }
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        Table.Rows measured =
                Table.rows("condition", "seed", "step", "sink.logit", "delta.logit", "spread", "attention");
        Table.Rows laws = Table.rows("condition", "seed", "step", "law", "sink.logit");
        List<Verdict> verdicts = new ArrayList<>();
        for (Ensemble ensemble : PLAN.ensembles(scale, runs))
            verdicts.addAll(verdicts(ensemble.name(), read(ensemble, measured, laws)));
        return new Findings(
                verdicts,
                List.of(new Drawing(
                        Figures.named("sink-growth"), Settings.of(runs(scale)), measured.table(), laws.table())));
    }

    private static List<Verdict> verdicts(String name, Found found) {
        String slope = "slope of the sink logit in log(step) over the last decade";
        return List.of(
                Verdict.between(name + ": the sink logit grows like 1/2 log t", slope, 0.35, 0.65, found.slope()),
                Verdict.between(name + ": it grows like log t", slope, 0.8, 1.2, found.slope()),
                Verdict.above(
                        name + ": it grows like t",
                        "that slope over the decade's later half by the earlier half's, 3.2 of a line",
                        2,
                        found.bend()),
                Verdict.between(
                        name + ": delta-logit grows like the sink logit",
                        "slope of delta-logit minus that of the sink logit",
                        -0.25,
                        0.25,
                        Ensemble.differences(found.deltaSlope(), found.slope())),
                Verdict.below(
                        name + ": the sink logits of tokens come together (mean field)",
                        "log10(spread over tokens at the end / at the decade's beginning)",
                        -0.3,
                        found.spreadRatio()),
                Verdict.between(
                        name + ": their differences stay (finite context)",
                        "log10(spread over tokens at the end / at the decade's beginning)",
                        -0.1,
                        0.1,
                        found.spreadRatio()),
                Verdict.between(
                        name + ": half the logarithm of its frequency tells a token's sink logit",
                        "slope of the sink logits of tokens in the log of their frequency",
                        0.35,
                        0.65,
                        found.frequencySlope()),
                Verdict.below(
                        name + ": the pull on the sink is of second order (a drained <s>, a settled MLP)",
                        "share of the first-order part of what the leak costs",
                        0.5,
                        found.linear()));
    }

    private static Found read(Ensemble ensemble, Table.Rows measured, Table.Rows laws) throws IOException {
        int seeds = ensemble.runs().size();
        Found found = new Found(seeds);
        RunSpec spec = ensemble.specs().get(0);
        Task task = Task.of(spec.task());
        double[] frequencies = frequencies(task);
        for (int run = 0; run < seeds; run++) {
            SinkLogits.History history = SinkLogits.history(ensemble.runs().get(run), task, 0, ensemble.last());
            Curve logit = history.mean(), delta = ensemble.curve(run, "layers.0.heads.0.score.delta");
            Curve attention = ensemble.curve(run, "layers.0.heads.0.attention.bos");
            double from = LATE * ensemble.last(), middle = Math.sqrt(LATE) * ensemble.last();
            found.slope()[run] = logit.slopeInLogStep(from);
            found.bend()[run] =
                    logit.slopeInLogStep(middle) / logit.until(middle).slopeInLogStep(from);
            found.deltaSlope()[run] = delta.slopeInLogStep(from);
            found.spread()[run] = history.spread().last();
            found.spreadRatio()[run] =
                    Math.log10(history.spread().last() / history.spread().at(from));
            LeakedRisk risk;
            try (Trace trace = Trace.of(ensemble.runs().get(run), ensemble.last(), SEQUENCES)) {
                risk = LeakedRisk.of(trace, task);
                found.frequencySlope()[run] = frequencySlope(atEnd(trace, task), frequencies);
            }
            double leak = 1 - attention.last();
            found.linear()[run] = Math.abs(risk.slope()) / (Math.abs(risk.slope()) + risk.variance() * leak);
            for (int i = 0; i < logit.steps().length; i++)
                measured.add(
                        ensemble.name(),
                        ensemble.seed(run),
                        logit.steps()[i],
                        logit.values()[i],
                        delta.at(logit.steps()[i]),
                        history.spread().values()[i],
                        attention.at(logit.steps()[i]));
            addLaws(laws, ensemble, run, history, risk, frequencies);
        }
        return found;
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
     * The laws with what is measured of a run put in; the mean over the tokens that its curve is of. Adam's law has no free
     * constant. That of the flow supposes that alpha is a weight; in a layer it is a product of many, so that its constant is
     * larger by half the logarithm of the squared gradient of alpha by the weights, and only its slope says anything.
     */
    private static void addLaws(
            Table.Rows laws,
            Ensemble ensemble,
            int run,
            SinkLogits.History history,
            LeakedRisk risk,
            double[] frequencies) {
        RunSpec spec = ensemble.specs().get(run);
        double length = spec.task().sequenceLength() / 2.0;
        double last = ensemble.last(),
                middle = Math.sqrt(LATE) * last,
                anchor = history.mean().at(middle);
        double logFrequency = history.last().keySet().stream()
                .mapToDouble(token -> Math.log(frequencies[token]))
                .average()
                .orElseThrow();
        addLaw(laws, ensemble, run, "1/2 log t", step -> anchor + Math.log(step / middle) / 2);
        addLaw(laws, ensemble, run, "log t", step -> anchor + Math.log(step / middle));
        double queries = Math.exp(logFrequency)
                * spec.task().sequenceLength()
                * spec.train().batchSize();
        if (spec.optimizer() instanceof AdamW adamW) {
            AdamLaw law = new AdamLaw(adamW.learningRate(), adamW.beta1(), adamW.beta2());
            double signal = Math.sqrt(queries * risk.variance());
            addLaw(laws, ensemble, run, "law", step -> law.noisyLogit(0, length, signal, step));
        }
        if (spec.optimizer() instanceof Sgd sgd) {
            double rate = sgd.learningRate() / (1 - sgd.momentum());
            double constant = Math.log(2 * rate * Math.exp(logFrequency) * risk.variance() * length * length) / 2;
            addLaw(laws, ensemble, run, "law", step -> constant + Math.log(step) / 2);
        }
    }

    private static void addLaw(Table.Rows laws, Ensemble ensemble, int run, String law, DoubleUnaryOperator sinkLogit) {
        for (double part = 0; part <= 1.0001; part += 0.05) {
            double step = ensemble.last() * Math.pow(LATE, 1 - part);
            laws.add(ensemble.name(), ensemble.seed(run), step, law, sinkLogit.applyAsDouble(step));
        }
    }
}
