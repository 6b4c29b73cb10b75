package backcopy.theory.prediction;

import backcopy.theory.FiniteContextLaw;
import backcopy.theory.GradientFlow;
import backcopy.theory.Laplacian;
import backcopy.theory.ReducedModel;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;

/** Joint gradient flow of sink logits and beta where bags differ between contexts: the 1/2 log t law returns. */
final class FiniteContextPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "joint-finite-context",
                    "alpha_v = 1/2 log t + log Y_v, |beta - mean| = |h| t^(-1/2), L = K / (4 t)",
                    "own",
                    FiniteContextPredictions::random),
            new Prediction(
                    "joint-finite-context-task",
                    "the same on the contexts of the task: sinks form, and <s> drains after a rise",
                    "own",
                    FiniteContextPredictions::task),
            new Prediction(
                    "sink-logit-concentration",
                    "the sink logits of all tokens become one number also where contexts differ",
                    "paper, as often read",
                    FiniteContextPredictions::concentration));

    private FiniteContextPredictions() {}

    private static List<Comparison> random() {
        ReducedModel model = Examples.finiteContext(8, 5, 30, 2);
        double[] start = DrainPredictions.start(model, 0, 2);
        double[] times = GradientFlow.logTimes(-4, 30, 69);
        double[][] states = new GradientFlow(model, model.parameters(1, 1, 0)).implicit(start, times, 1e-8);
        double[] end = LateSlope.last(states);
        FiniteContextLaw law = new FiniteContextLaw(model, start);
        Laplacian laplacian = new Laplacian(model);
        double slope = 0;
        double constant = 0;
        for (int token : model.activeTokens()) {
            slope = Math.max(slope, Math.abs(LateSlope.of(times, states, 24, state -> state[token]) - 0.5));
            constant = Math.max(constant, Math.abs(end[token] - law.sinkLogit(token, 30)));
        }
        double drain = LateSlope.of(times, states, 24, state -> Math.log(drained(model, laplacian, state)));
        double size = drained(model, laplacian, end) * Math.exp(15);
        return List.of(
                Comparison.absolute("slope minus 1/2 for log t in [24, 30], worst row", 0, slope, 1e-4),
                Comparison.absolute("alpha minus the law at t = e^30, worst row", 0, constant, 1e-4),
                Comparison.absolute("exponent of |beta - mean|", -0.5, drain, 1e-3),
                Comparison.relative("|beta - mean| t^(1/2)", norm(law.drain()), size, 1e-3),
                Comparison.relative(
                        "4 t L at t = e^30",
                        4 * Math.exp(30) * law.excessRisk(30),
                        4 * Math.exp(30) * model.loss(end),
                        1e-3));
    }

    private static List<Comparison> task() {
        ReducedModel model = Examples.taskFiniteContext(Examples.task(256), 40, 16, 7);
        double[] start = model.parameters(0, 0, 10);
        double[] times = GradientFlow.logTimes(-4, 30, 69);
        double[][] states = new GradientFlow(model, model.parameters(1, 1, 0)).implicit(start, times, 1e-5);
        Laplacian laplacian = new Laplacian(model);
        double[] beta = Arrays.stream(states)
                .mapToDouble(state -> drained(model, laplacian, state))
                .toArray();
        int rows = model.activeTokens().length;
        return List.of(
                Comparison.atMost("sink mass at t = e^6", 0.3, model.sinkMass(states[20])),
                Comparison.atLeast("sink mass at t = e^16", 0.95, model.sinkMass(states[40])),
                Comparison.atLeast("largest |beta - mean|, of which 0 at the start", 0.5, StatUtils.max(beta)),
                Comparison.atMost("|beta - mean| at t = e^16 over the largest", 0.1, beta[40] / StatUtils.max(beta)),
                Comparison.relative("4 t L at t = e^30", rows, 4 * Math.exp(30) * model.loss(states[68]), 2e-2));
    }

    private static List<Comparison> concentration() {
        ReducedModel model = Examples.finiteContext(8, 5, 30, 2);
        double[][] states = new GradientFlow(model, model.parameters(1, 1, 0))
                .implicit(model.parameters(0, 0, 2), GradientFlow.logTimes(-4, 30, 2), 1e-7);
        double[] alphas = MeanFieldPredictions.alphas(model, LateSlope.last(states));
        return List.of(Comparison.absolute("spread at t = e^30", 0, Math.sqrt(StatUtils.variance(alphas)), 0.01));
    }

    /** |beta - its mean over each component|. */
    static double drained(ReducedModel model, Laplacian laplacian, double[] parameters) {
        return norm(
                laplacian.centered(Arrays.copyOfRange(parameters, model.beta(0), model.beta(0) + model.vocabulary())));
    }

    private static double norm(double[] vector) {
        return Math.sqrt(StatUtils.sumSq(vector));
    }
}
