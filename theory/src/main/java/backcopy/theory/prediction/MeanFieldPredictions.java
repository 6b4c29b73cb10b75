package backcopy.theory.prediction;

import backcopy.theory.GradientFlow;
import backcopy.theory.MeanFieldLaw;
import backcopy.theory.ReducedModel;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;

/** Joint gradient flow of sink logits and beta in the mean-field model: it stops. */
final class MeanFieldPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "joint-mean-field-end",
                    "one finite alpha* for all rows, from |beta - s/n|^2 / 2 eta_b - sum(alpha + e^alpha / n) / eta_a = const",
                    "own",
                    MeanFieldPredictions::end),
            new Prediction(
                    "joint-mean-field-task",
                    "on the task's rows alpha* is so low that there is no sink: sink mass below 1/2",
                    "own",
                    MeanFieldPredictions::task),
            new Prediction(
                    "joint-mean-field-growth",
                    "alpha = 1/2 log t + O(1) also while beta is trained, with one bag for all queries",
                    "paper, theorem 2 as often read",
                    MeanFieldPredictions::growth));

    private MeanFieldPredictions() {}

    private static List<Comparison> end() {
        return Stream.of(end("equal rates", 1, 1), end("eta_a = 100 eta_b", 1, 0.01))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Comparison> end(String name, double sinkLogitRate, double betaRate) {
        ReducedModel model = Examples.meanField(8, 60, 1);
        MeanFieldLaw law = new MeanFieldLaw(model, sinkLogitRate, betaRate);
        double[] start = DrainPredictions.start(model, 0.5, 40);
        double[] end = LateSlope.last(new GradientFlow(model, model.parameters(sinkLogitRate, betaRate, 0))
                .implicit(start, GradientFlow.logTimes(-6, 24, 2), 1e-10));
        double[] alphas = alphas(model, end);
        double predicted = law.sinkLogit(start);
        double[] limit = law.end(start, predicted);
        double distance = 0;
        for (int k = 0; k < 8; k++) distance = Math.max(distance, Math.abs(end[model.beta(k)] - limit[model.beta(k)]));
        return List.of(
                Comparison.absolute("alpha*, " + name, predicted, StatUtils.mean(alphas), 1e-5),
                Comparison.absolute("largest |beta - beta*|, " + name, 0, distance, 1e-5),
                Comparison.absolute(
                        "spread of the sink logits, " + name, 0, Math.sqrt(StatUtils.variance(alphas)), 1e-6),
                Comparison.relative(
                        "the invariant at the end, " + name, law.invariant(start), law.invariant(end), 1e-6));
    }

    private static List<Comparison> task() {
        ReducedModel model = Examples.taskMeanField(Examples.task(128));
        MeanFieldLaw law = new MeanFieldLaw(model, 1, 1);
        double[] start = model.parameters(0, 0, 10);
        double[] end = LateSlope.last(new GradientFlow(model, model.parameters(1, 1, 0))
                .implicit(start, GradientFlow.logTimes(-4, 28, 2), 1e-7));
        return List.of(
                Comparison.absolute(
                        "alpha* with xi = 10, n = 128", law.sinkLogit(start), StatUtils.mean(alphas(model, end)), 1e-4),
                Comparison.atMost("sink mass at the end", 0.5, model.sinkMass(end)));
    }

    private static List<Comparison> growth() {
        ReducedModel model = Examples.meanField(8, 60, 1);
        double[] times = GradientFlow.logTimes(-4, 36, 41);
        double[][] states =
                new GradientFlow(model, model.parameters(1, 1, 0)).implicit(model.parameters(0, 0, 2), times, 1e-8);
        double slope = LateSlope.of(times, states, 30, state -> StatUtils.mean(alphas(model, state)));
        return List.of(Comparison.absolute("slope for log t in [30, 36]", 0.5, slope, 0.01));
    }

    static double[] alphas(ReducedModel model, double[] parameters) {
        return IntStream.of(model.activeTokens())
                .mapToDouble(token -> parameters[model.logit(token)])
                .toArray();
    }
}
