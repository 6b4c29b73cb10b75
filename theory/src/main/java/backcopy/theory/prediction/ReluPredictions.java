package backcopy.theory.prediction;

import backcopy.theory.Attention;
import backcopy.theory.GradientFlow;
import backcopy.theory.ReducedModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/** Gradient flow under ReLU attention: nothing has to be cancelled, so no sink forms. */
final class ReluPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "relu-no-sink",
                    "ReLU attention: d alpha / dt = -w (E_q - E_p)[beta] / (n + 1) <= 0",
                    "paper (ReLU removes sinks); inequality own",
                    ReluPredictions::noSink),
            new Prediction(
                    "relu-balance",
                    "ReLU attention: sum of max(alpha, 0)^2 - |beta|^2 is constant and decides whether beta or alpha goes to 0",
                    "own",
                    ReluPredictions::balance));

    private static final double[] TIMES = GradientFlow.logTimes(-4, 16, 41);

    private ReluPredictions() {}

    private static ReducedModel model() {
        return Examples.meanField(8, 3, 1, Attention.RELU);
    }

    private static double[][] flow(double alpha) {
        ReducedModel model = model();
        double[] start = DrainPredictions.start(model, alpha, 1);
        start[0] = -0.5; // one query that never attends to <s>
        return new GradientFlow(model, model.parameters(1, 1, 0)).implicit(start, TIMES, 1e-10);
    }

    private static List<Comparison> noSink() {
        double[][] states = flow(1.5);
        double growth = 0;
        for (int i = 1; i < states.length; i++)
            for (int v = 0; v < 8; v++) growth = Math.max(growth, states[i][v] - states[i - 1][v]);
        return List.of(
                Comparison.absolute("largest growth of an alpha", 0, growth, 1e-9),
                Comparison.atMost("L at t = e^16", 1e-20, model().loss(LateSlope.last(states))));
    }

    private static List<Comparison> balance() {
        double[][] strong = flow(1.5);
        double[][] weak = flow(0.1);
        return List.of(
                Comparison.relative(
                        "strong sinks: the balance", balance(strong[0]), balance(LateSlope.last(strong)), 1e-7),
                Comparison.relative("weak sinks: the balance", balance(weak[0]), balance(LateSlope.last(weak)), 1e-7),
                Comparison.atMost("strong sinks: |beta - mean| at the end", 1e-6, deviation(LateSlope.last(strong))),
                Comparison.atLeast("strong sinks: largest alpha at the end", 1, alpha(LateSlope.last(strong))),
                Comparison.atMost("weak sinks: largest alpha at the end", 1e-6, alpha(LateSlope.last(weak))),
                Comparison.atLeast("weak sinks: |beta - mean| at the end", 0.5, deviation(LateSlope.last(weak))));
    }

    private static double balance(double[] state) {
        return IntStream.range(0, 8)
                        .mapToDouble(v -> Math.pow(Math.max(state[v], 0), 2))
                        .sum()
                - StatUtils.sumSq(beta(state));
    }

    private static double[] beta(double[] state) {
        return Arrays.copyOfRange(state, model().beta(0), model().beta(0) + 8);
    }

    private static double deviation(double[] state) {
        return Math.sqrt(7 * StatUtils.variance(beta(state)));
    }

    private static double alpha(double[] state) {
        return IntStream.range(0, 8).mapToDouble(v -> state[v]).max().orElseThrow();
    }
}
