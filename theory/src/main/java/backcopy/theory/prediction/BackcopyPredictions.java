package backcopy.theory.prediction;

import backcopy.theory.Attention;
import backcopy.theory.BackcopyLaw;
import backcopy.theory.Context;
import backcopy.theory.GradientFlow;
import backcopy.theory.ReducedModel;
import java.util.List;
import java.util.stream.IntStream;

/** Gradient flow of the trigger side, alone and together with everything else. */
final class BackcopyPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "backcopy-law",
                    "sigma xi_u = log((V - 1) P_u t), e^lambda = N n / 2 (log t)^2, L = N / t",
                    "own",
                    BackcopyPredictions::law),
            new Prediction(
                    "joint-flow",
                    "all four trained: xi ~ log t, alpha slope 1/2 + 1 / log t, t L = sum (d theta / d log t)^2",
                    "own",
                    BackcopyPredictions::joint));

    private static final int TOKENS = 6;
    private static final int TRIGGER = TOKENS - 1;

    private BackcopyPredictions() {}

    private static List<Comparison> law() {
        ReducedModel both = Examples.withTrigger(TOKENS, 2, 20, 5, Attention.SOFTMAX);
        ReducedModel model = new ReducedModel(
                Examples.table(TOKENS, 5),
                both.contexts().stream().filter(Context::isTrigger).toList(),
                Attention.SOFTMAX);
        double end = 60;
        double[] state = LateSlope.last(new GradientFlow(model, model.parameters(1, 0, 1))
                .explicit(model.parameters(0, 0, 0), GradientFlow.logTimes(-4, end, 2), 1e-11));
        BackcopyLaw law = new BackcopyLaw(model);
        double lambda = state[model.logit(TRIGGER)];
        double length = model.contexts().get(0).length();
        double sigma = 1 / (1 + length * Math.exp(-lambda));
        double worst = 0;
        for (int u = 0; u < TRIGGER; u++)
            worst = Math.max(worst, Math.abs(sigma * state[model.xi(u)] - law.copyLogit(u, end)));
        return List.of(
                Comparison.absolute("sigma xi minus the law at t = e^60, worst token", 0, worst, 1e-2),
                Comparison.relative(
                        "e^lambda at t = e^60", Math.exp(law.triggerLogit(TRIGGER, end)), Math.exp(lambda), 0.05),
                Comparison.relative("t L at t = e^60", law.excessRisk(0), Math.exp(end) * model.loss(state), 1e-3));
    }

    private static List<Comparison> joint() {
        ReducedModel model = Examples.withTrigger(TOKENS, 4, 20, 5, Attention.SOFTMAX);
        GradientFlow flow = new GradientFlow(model, model.parameters(1, 1, 1));
        double end = 36;
        double[] state =
                LateSlope.last(flow.implicit(model.parameters(0, 0, 0.1), GradientFlow.logTimes(-4, end, 2), 1e-8));
        double[] slopes = flow.rate(end, state);
        double alpha = IntStream.range(0, TRIGGER)
                .mapToDouble(v -> slopes[model.logit(v)])
                .average()
                .orElseThrow();
        double xi = IntStream.range(0, TRIGGER)
                .mapToDouble(u -> slopes[model.xi(u)])
                .average()
                .orElseThrow();
        double energy = IntStream.range(0, slopes.length)
                .mapToDouble(i -> slopes[i] * slopes[i])
                .sum();
        return List.of(
                Comparison.absolute("slope of alpha at t = e^36, mean", 0.5 + 1 / end, alpha, 0.01),
                Comparison.absolute("slope of xi at t = e^36, mean", 1, xi, 0.01),
                Comparison.relative("t L at t = e^36", energy, Math.exp(end) * model.loss(state), 0.01));
    }
}
