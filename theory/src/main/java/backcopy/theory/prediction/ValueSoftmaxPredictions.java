package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.ValueSoftmaxFlow;
import backcopy.theory.ValueSoftmaxFlow.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The value-softmax flow, from random values and equal or random scores. */
final class ValueSoftmaxPredictions {
    private static final String SOURCE = "model: arXiv 2603.06248; law own";

    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "value-softmax-invariant",
                    "n = 2: (z1 - z2)^2 - 2 cosh(a1 - a2) is constant",
                    SOURCE,
                    ValueSoftmaxPredictions::invariant),
            new Prediction(
                    "value-softmax-collapse",
                    "1 - p_max = 2 (n - 1) / (n tau^2), all losers alike, from any generic start",
                    SOURCE,
                    ValueSoftmaxPredictions::collapse),
            new Prediction(
                    "value-softmax-margin",
                    "dm/dtau = |p|^2 + sum p^2 (z - m)^2 > 0",
                    SOURCE,
                    ValueSoftmaxPredictions::margin),
            new Prediction(
                    "value-softmax-logistic",
                    "logistic loss: m = log t, so 1 - p_max = 2 (n - 1) / (n log^2 t)",
                    SOURCE,
                    ValueSoftmaxPredictions::logistic),
            new Prediction(
                    "value-softmax-square",
                    "square loss: the flow ends at m = y where the effective flow passes it; entropy is left",
                    SOURCE,
                    ValueSoftmaxPredictions::square),
            new Prediction(
                    "value-softmax-normalizers",
                    "absolute values: losers die at finite tau; plain sum: weights leave [0, 1]; softmax: never 0",
                    SOURCE,
                    ValueSoftmaxPredictions::normalizers));

    private ValueSoftmaxPredictions() {}

    /** Random z in [-1/2, 1/2], and scores around {@code score} within {@code spread}; [2 n]. */
    private static double[] start(int tokens, double score, double spread, long seed) {
        CounterRandom random = new CounterRandom(seed);
        double[] state = new double[2 * tokens];
        for (int i = 0; i < tokens; i++) state[i] = random.nextDouble() - 0.5;
        for (int i = 0; i < tokens; i++) state[tokens + i] = score + spread * (2 * random.nextDouble() - 1);
        return state;
    }

    private static double leak(double[] attention) {
        double most = Arrays.stream(attention).max().orElseThrow();
        return Arrays.stream(attention).filter(p -> p < most).sum(); // not 1 - p_max, which would cancel
    }

    private static List<Comparison> invariant() {
        double[][] states = new ValueSoftmaxFlow(Normalizer.SOFTMAX).flow(start(2, 0, 1, 1), 0, 1, 3, 10, 30);
        double[] values = Arrays.stream(states)
                .mapToDouble(s -> Math.pow(s[0] - s[1], 2) - 2 * Math.cosh(s[2] - s[3]))
                .toArray();
        double[] last = states[4];
        return List.of(
                Comparison.absolute("at tau = 3", values[0], values[2], 1e-9),
                Comparison.absolute("at tau = 30", values[0], values[4], 1e-6),
                Comparison.atLeast("|a1 - a2| has grown to", 5, Math.abs(last[2] - last[3])));
    }

    private static List<Comparison> collapse() {
        ValueSoftmaxFlow flow = new ValueSoftmaxFlow(Normalizer.SOFTMAX);
        List<Comparison> comparisons = new ArrayList<>();
        for (int tokens : new int[] {2, 4, 8}) {
            double[] state = start(tokens, 0, tokens == 4 ? 1 : 0, tokens);
            double tau = 1e9;
            double[] attention = flow.attention(flow.flow(state, 0, tau)[1]);
            double least = least(attention);
            double mean = leak(attention) / (tokens - 1);
            // The losers become alike like tau^(-2/n), their mean faster.
            double tolerance = Math.max(1e-3, 3 * Math.pow(tau, -2.0 / tokens));
            comparisons.add(
                    Comparison.relative("n = " + tokens + ", mean loser", 2 / (tokens * tau * tau), mean, tolerance));
            comparisons.add(Comparison.relative("n = " + tokens + ", least loser by the mean", 1, least / mean, 0.05));
        }
        return comparisons;
    }

    private static List<Comparison> margin() {
        ValueSoftmaxFlow flow = new ValueSoftmaxFlow(Normalizer.SOFTMAX);
        double[] state = start(6, 0, 1, 4), attention = flow.attention(state);
        double margin = flow.margin(state), predicted = 0, step = 1e-4;
        for (int i = 0; i < 6; i++) predicted += attention[i] * attention[i] * (1 + Math.pow(state[i] - margin, 2));
        double[] ahead = flow.flow(state, 0, step)[1], behind = flow.flow(state, 0, -step)[1];
        double measured = (flow.margin(ahead) - flow.margin(behind)) / (2 * step);
        return List.of(Comparison.relative("dm/dtau at a random state", predicted, measured, 1e-6));
    }

    private static List<Comparison> logistic() {
        ValueSoftmaxFlow flow = new ValueSoftmaxFlow(Normalizer.SOFTMAX);
        int tokens = 3;
        double logTime = 200;
        double[][] states = flow.flow(
                start(tokens, 0, 0, 2),
                margin -> 1 / (1 + Math.exp(margin)),
                0,
                Math.exp(logTime / 2),
                Math.exp(logTime));
        double leak = leak(flow.attention(states[2]));
        return List.of(
                Comparison.relative("m at log t = 200", logTime, flow.margin(states[2]), 0.01),
                Comparison.relative(
                        "1 - p_max at log t = 200", 2.0 * (tokens - 1) / tokens / (logTime * logTime), leak, 0.05),
                Comparison.atMost(
                        "entropy by that at log t = 100", 0.4, flow.entropy(states[2]) / flow.entropy(states[1])));
    }

    private static List<Comparison> square() {
        ValueSoftmaxFlow flow = new ValueSoftmaxFlow(Normalizer.SOFTMAX);
        double[] start = start(4, 0, 0, 3);
        List<Comparison> comparisons = new ArrayList<>();
        double[] entropies = new double[2];
        for (int i = 0; i < 2; i++) {
            double target = i == 0 ? 2 : 8;
            double low = 0, high = 100;
            while (high - low > 1e-9) { // m grows with tau, so halving finds where it passes the target
                double middle = (low + high) / 2;
                if (flow.margin(flow.flow(start, 0, middle)[1]) < target) low = middle;
                else high = middle;
            }
            entropies[i] = flow.entropy(flow.flow(start, 0, low)[1]);
            double[] end = flow.flow(start, margin -> target - margin, 0, 200)[1];
            comparisons.add(Comparison.absolute("m at the end, y = " + target, target, flow.margin(end), 1e-9));
            comparisons.add(
                    Comparison.relative("entropy at the end, y = " + target, entropies[i], flow.entropy(end), 1e-6));
        }
        comparisons.add(Comparison.atLeast("entropy left at y = 8", 1e-3, entropies[1]));
        return comparisons;
    }

    private static List<Comparison> normalizers() {
        int tokens = 6;
        double[] start = start(tokens, 1, 0, 5);
        List<Double> deaths = new ValueSoftmaxFlow(Normalizer.ABSOLUTE).deaths(start, 100);
        double first = deaths.isEmpty() ? Double.NaN : deaths.get(0);
        // Before the first death the absolute values change nothing.
        ValueSoftmaxFlow sum = new ValueSoftmaxFlow(Normalizer.SUM), softmax = new ValueSoftmaxFlow(Normalizer.SOFTMAX);
        double[][] summed = sum.flow(start, 0, first, first + 0.05);
        double[] soft = softmax.attention(softmax.flow(start, 0, 100)[1]);
        return List.of(
                Comparison.absolute("absolute: losers dead by tau = 100", tokens - 1, deaths.size(), 0),
                Comparison.absolute("sum: least weight at the first death", 0, least(sum.attention(summed[1])), 1e-8),
                Comparison.atMost("sum: least weight at tau 0.05 later", -1e-3, least(sum.attention(summed[2]))),
                Comparison.atLeast("softmax: least weight at tau = 100", 1e-5, least(soft)));
    }

    private static double least(double[] attention) {
        return Arrays.stream(attention).min().orElseThrow();
    }
}
