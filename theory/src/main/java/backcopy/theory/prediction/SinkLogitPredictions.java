package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.Context;
import backcopy.theory.GradientFlow;
import backcopy.theory.ReducedModel;
import backcopy.theory.SinkLogitLaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

/** Gradient flow of the sink logits with beta and xi frozen: theorem 2 (a), and what other assumptions give. */
final class SinkLogitPredictions {
    static final List<Prediction> ALL = Stream.concat(
                    Stream.of(
                            new Prediction(
                                    "sink-logit-law",
                                    "alpha = 1/2 log t + 1/2 log(2 w Var_p(s)) + O(t^(-1/2)), if beta is a multiple of ones",
                                    "paper, theorem 2 (a); constant own",
                                    SinkLogitPredictions::law),
                            new Prediction(
                                    "universal-excess-risk",
                                    "L = K / (4 t) for K rows, whatever the table, the bags and the weights",
                                    "own",
                                    SinkLogitPredictions::excessRisk)),
                    Stream.concat(
                            SinkCase.all().stream().map(SinkLogitPredictions::slope),
                            Stream.of(
                                    new Prediction(
                                            "minimum-variance-sink",
                                            "rho = Cov_p(s/n, s/n - beta) / Var_p(s/n - beta) for small outputs: a drained beta makes a strong sink",
                                            "own",
                                            SinkLogitPredictions::minimumVariance),
                                    new Prediction(
                                            "growing-values",
                                            "xi = log t: alpha = 1/2 log t + log log t + 1/2 log(2 w Var_p(c)) - 1 / log t",
                                            "own",
                                            SinkLogitPredictions::growingValues))))
            .toList();

    private static final double[] TIMES = GradientFlow.logTimes(-4, 36, 201);
    private static final double TOLERANCE = 1e-12;

    private SinkLogitPredictions() {}

    /** Models that differ in everything the law must not depend on, each with its xi. */
    private static Map<ReducedModel, Double> models() {
        return Map.of(Examples.meanField(8, 60, 1), 2.0, Examples.finiteContext(10, 4, 30, 2), 1.0);
    }

    private static List<Comparison> law() {
        double slope = 0.5;
        double constant = 0;
        double exponent = -0.5;
        int falls = 0;
        for (Map.Entry<ReducedModel, Double> entry : models().entrySet()) {
            ReducedModel model = entry.getKey();
            double[] start = model.parameters(0, 0.3, entry.getValue());
            double[][] states = new GradientFlow(model, model.parameters(1, 0, 0)).explicit(start, TIMES, TOLERANCE);
            SinkLogitLaw law = new SinkLogitLaw(model, start);
            for (int token : model.activeTokens()) {
                slope = farther(slope, LateSlope.of(TIMES, states, 30, state -> state[token]), 0.5);
                constant = farther(constant, LateSlope.last(states)[token] - law.sinkLogit(token, 36), 0);
                double early = Math.abs(states[120][token] - law.sinkLogit(token, 20));
                double late = Math.abs(states[160][token] - law.sinkLogit(token, 28));
                exponent = farther(exponent, Math.log(late / early) / 8, -0.5);
                for (int i = 1; i < TIMES.length; i++) if (states[i][token] <= states[i - 1][token]) falls++;
            }
        }
        return List.of(
                Comparison.absolute("slope for log t in [30, 36], worst row", 0.5, slope, 1e-5),
                Comparison.absolute("alpha minus the law at t = e^36, worst row", 0, constant, 5e-6),
                Comparison.absolute("exponent of the law's error, worst row", -0.5, exponent, 0.06),
                Comparison.absolute("times at which a sink logit did not grow", 0, falls, 0));
    }

    private static double farther(double one, double other, double from) {
        return Math.abs(other - from) > Math.abs(one - from) ? other : one;
    }

    private static List<Comparison> excessRisk() {
        List<Comparison> comparisons = new ArrayList<>();
        Map<ReducedModel, Double> models = models();
        for (Map.Entry<ReducedModel, Double> entry : models.entrySet())
            comparisons.add(
                    excessRisk(entry.getKey().vocabulary() + " random rows", entry.getKey(), entry.getValue(), 1e-4));
        comparisons.sort((one, other) -> one.quantity().compareTo(other.quantity()));
        comparisons.add(excessRisk("the task's rows", Examples.taskMeanField(Examples.task(128)), 10, 1e-2));
        return comparisons;
    }

    private static Comparison excessRisk(String name, ReducedModel model, double xi, double tolerance) {
        double[] start = model.parameters(0, 0, xi);
        double[] end = LateSlope.last(new GradientFlow(model, model.parameters(1, 0, 0))
                .explicit(start, GradientFlow.logTimes(-4, 36, 2), TOLERANCE));
        double predicted = 4 * Math.exp(36) * new SinkLogitLaw(model, start).excessRisk(36);
        return Comparison.relative(
                "4 t L at t = e^36, " + name, predicted, 4 * Math.exp(36) * model.loss(end), tolerance);
    }

    private static Prediction slope(SinkCase sinkCase) {
        return new Prediction(
                "slope-" + sinkCase.name(),
                "d alpha / d log t = " + plain(sinkCase.slope()) + ": " + sinkCase.assumption(),
                "own",
                () -> {
                    double[] times = GradientFlow.logTimes(-4, 36, 81);
                    double[] alphas = sinkCase.sinkLogits(times);
                    int end = times.length - 1;
                    double slope = (alphas[end] - alphas[end - 10]) / (times[end] - times[end - 10]);
                    return List.of(
                            Comparison.absolute("slope for log t in [31, 36]", sinkCase.slope(), slope, 1e-4),
                            Comparison.absolute(
                                    "alpha at t = e^36", sinkCase.law().applyAsDouble(36), alphas[end], 1e-5));
                });
    }

    private static String plain(double slope) {
        return slope == 0.5 ? "1/2" : Integer.toString((int) slope);
    }

    private static List<Comparison> minimumVariance() {
        ReducedModel model = Examples.meanField(8, 60, 1);
        double[] start = model.parameters(0, 0, 0.2);
        double[] beta = ReducedModelPredictions.random(new CounterRandom(10), 8, 0.03);
        System.arraycopy(beta, 0, start, model.beta(0), 8);
        Context common = model.contexts().get(0);
        double[] end = LateSlope.last(new GradientFlow(model, model.parameters(1, 0, 0))
                .implicit(start, GradientFlow.logTimes(-4, 30, 2), 1e-9));
        List<Comparison> comparisons = new ArrayList<>();
        int mixtures = 0;
        for (int token : model.activeTokens()) {
            double[] p = model.row(token);
            double[] bag = IntStream.range(0, 8)
                    .mapToDouble(k -> 0.2 * common.count(k) / 60)
                    .toArray();
            double[] difference =
                    IntStream.range(0, 8).mapToDouble(k -> bag[k] - beta[k]).toArray();
            double predicted = covariance(p, bag, difference) / covariance(p, difference, difference);
            if (predicted <= 0 || predicted >= 1) continue; // the best mixture is no mixture
            mixtures++;
            double mass = 1 / (1 + 60 * Math.exp(-end[token]));
            comparisons.add(Comparison.absolute("sink mass of row " + token, predicted, mass, 2e-3));
        }
        comparisons.add(Comparison.atLeast("rows with a sink mass between 0 and 1", 3, mixtures));
        return comparisons;
    }

    private static double covariance(double[] p, double[] x, double[] y) {
        double meanX =
                IntStream.range(0, p.length).mapToDouble(k -> p[k] * x[k]).sum();
        return IntStream.range(0, p.length)
                .mapToDouble(k -> p[k] * (x[k] - meanX) * y[k])
                .sum();
    }

    /** e^(2 alpha) = 2 w Var_p(c) times the integral of (log t)^2, which is t ((log t)^2 - 2 log t + 2). */
    private static List<Comparison> growingValues() {
        ReducedModel model = Examples.meanField(8, 60, 1);
        double[] at = model.parameters(0, 0, 1);
        SinkLogitLaw law = new SinkLogitLaw(model, at); // with xi = 1 its s is c
        double[] gradient = new double[model.dimension()];
        FirstOrderDifferentialEquations flow = new FirstOrderDifferentialEquations() {
            @Override
            public int getDimension() {
                return 8;
            }

            @Override
            public void computeDerivatives(double logTime, double[] alphas, double[] derivative) {
                for (int k = 0; k < 8; k++) {
                    at[model.logit(k)] = alphas[k];
                    at[model.xi(k)] = logTime;
                }
                model.gradient(at, gradient);
                for (int k = 0; k < 8; k++) derivative[k] = -Math.exp(logTime) * gradient[model.logit(k)];
            }
        };
        double[] alphas = new double[8];
        new DormandPrince853Integrator(1e-12, 10, TOLERANCE, TOLERANCE).integrate(flow, 1, alphas, 40, alphas);
        double worst = -1 / 40.0;
        for (int token : model.activeTokens())
            worst = farther(worst, alphas[token] - law.sinkLogit(token, 40) - Math.log(40), -1 / 40.0);
        return List.of(
                Comparison.absolute("alpha - 1/2 log t - log log t - constant, worst row", -1 / 40.0, worst, 1e-4));
    }
}
