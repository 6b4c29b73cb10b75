package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.task.Batch;
import backcopy.task.Task;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Sink-logit concentration in one layer (arXiv 2410.13835, section 3): whatever the query that is no trigger, its score on {@code
 * <s>} is nearly the same; its scores on the other keys are spread widely.
 */
public final class SinkConcentration implements Experiment {
    /** The authors' notebook computes them at step 100,000 and prints no more digits. */
    private static final double AUTHORS_BOS = 2.1, AUTHORS_OTHERS = 9.1;
    /** Sequences of the evaluation batch that are looked at. */
    private static final int SEQUENCES = 64;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new SinkConcentration(), arguments);
    }

    @Override
    public String name() {
        return "sink-concentration";
    }

    @Override
    public String about() {
        return "scores on <s> are nearly the same for all dormant queries, those on other keys are not (paper, section 3)";
    }

    @Override
    public String laptopTime() {
        return "no runs of its own after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("sink-concentration");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return SinkEmergence.PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble ensemble = SinkEmergence.PLAN.ensembles(scale, runs).get(0);
        Task task = ensemble.runs().get(0).task();
        double[] bos = new double[runs.size()], others = new double[runs.size()];
        for (int run = 0; run < runs.size(); run++)
            try (Trace trace = Trace.of(runs.get(run), ensemble.last(), SEQUENCES)) {
                Spread spread = Spread.of(
                        trace.batch(),
                        trace.activation("layers.0.attention.scores").values(),
                        task::isTrigger);
                bos[run] = spread.bos();
                others[run] = spread.others();
            }
        String panel = "Spread of attention scores";
        Points points = new Points()
                .add(panel, "on <s>, over all queries", "queries that are no trigger", AUTHORS_BOS, bos)
                .add(
                        panel,
                        "on the other keys, for each query token",
                        "queries that are no trigger",
                        AUTHORS_OTHERS,
                        others);
        Verdict verdict = Verdict.below(
                        "scores on <s> are concentrated",
                        "log10(spread of scores on <s> / spread of those on the other keys)",
                        0,
                        Ensemble.logRatios(bos, others))
                .published(Math.log10(AUTHORS_BOS / AUTHORS_OTHERS));
        return new Findings(
                List.of(verdict),
                List.of(new Drawing(
                        Figures.named("sink-concentration"), Settings.of(ensemble.specs()), points.table())));
    }

    /**
     * Standard deviations of scores of queries that are no trigger, from position 2 on.
     *
     * @param bos of the scores on {@code <s>} over all these queries
     * @param others of the scores on the keys after {@code <s>}, the query's own included, over all occurrences of a query token;
     *     mean over tokens
     */
    record Spread(double bos, double others) {
        /** @param scores {@code [sequence, query, key]} of a model with one head, not modified */
        static Spread of(Batch batch, double[] scores, IntPredicate isTrigger) {
            SummaryStatistics onBos = new SummaryStatistics();
            Map<Integer, SummaryStatistics> onOthers = new TreeMap<>();
            for (int sequence = 0; sequence < batch.sequences(); sequence++)
                for (int query = 2; query < batch.length(); query++) {
                    int token = batch.token(sequence, query);
                    if (isTrigger.test(token)) continue;
                    int row = (sequence * batch.length() + query) * batch.length();
                    onBos.addValue(scores[row]);
                    SummaryStatistics others = onOthers.computeIfAbsent(token, t -> new SummaryStatistics());
                    for (int key = 1; key <= query; key++) others.addValue(scores[row + key]);
                }
            double others = onOthers.values().stream()
                    .mapToDouble(SummaryStatistics::getStandardDeviation)
                    .average()
                    .orElse(Double.NaN);
            return new Spread(onBos.getStandardDeviation(), others);
        }
    }
}
