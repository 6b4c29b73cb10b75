package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.Attention;
import backcopy.theory.Context;
import backcopy.theory.Descent;
import backcopy.theory.GradientFlow;
import backcopy.theory.ReducedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Statements about the reduced model at any point, whatever moves it. */
final class ReducedModelPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "excess-risk-cumulant",
                    "KL(p || q) = log E_p e^(a - E_p a) <= osc(a)^2 / 8, for q prop. to p e^a",
                    "own; Hoeffding's lemma",
                    ReducedModelPredictions::cumulant),
            new Prediction(
                    "reduced-gradients",
                    "dL / d (alpha, lambda, beta, xi) in closed form",
                    "the paper's code, simplified model",
                    ReducedModelPredictions::gradients),
            new Prediction(
                    "beta-sum",
                    "sum of beta is constant under gradient descent and flow",
                    "own: L(beta + c 1) = L(beta)",
                    ReducedModelPredictions::betaSum),
            new Prediction(
                    "gradient-domination",
                    "sum of w rho excess <= sum of w rho <D, a> = <beta, dL/dbeta> - sum of dL/dalpha: a finite critical point has no excess risk",
                    "own",
                    ReducedModelPredictions::gradientDomination));

    private ReducedModelPredictions() {}

    private static List<Comparison> cumulant() {
        double deviation = 0;
        int beyond = 0;
        for (int seed = 0; seed < 200; seed++) {
            double[] p = Examples.table(6, seed)[0];
            double[] a = random(new CounterRandom(seed), 6, 4);
            double normalizer = 0;
            double mean = 0;
            for (int k = 0; k < 6; k++) {
                normalizer += p[k] * Math.exp(a[k]);
                mean += p[k] * a[k];
            }
            double divergence = 0;
            for (int k = 0; k < 6; k++) divergence += p[k] * Math.log(p[k] / (p[k] * Math.exp(a[k]) / normalizer));
            // One context without attention to anything but <s>: the model's output is beta, to the last digits.
            ReducedModel model = new ReducedModel(
                    Examples.table(6, seed),
                    List.of(Context.bigram(0, new double[] {1, 1, 1, 1, 1, 1}, 1)),
                    Attention.SOFTMAX);
            double[] parameters = model.parameters(800, 0, 0);
            System.arraycopy(a, 0, parameters, model.beta(0), 6);
            deviation = Math.max(deviation, Math.abs(model.loss(parameters) - divergence));
            double oscillation = Arrays.stream(a).max().orElseThrow()
                    - Arrays.stream(a).min().orElseThrow();
            if (divergence > oscillation * oscillation / 8) beyond++;
        }
        return List.of(
                Comparison.absolute("largest difference, 200 laws", 0, deviation, 1e-14),
                Comparison.absolute("laws beyond the bound", 0, beyond, 0));
    }

    private static List<Comparison> gradients() {
        List<Comparison> comparisons = new ArrayList<>();
        for (Attention attention : Attention.values()) {
            ReducedModel model = Examples.withTrigger(8, 3, 20, 4, attention);
            double[] at = random(new CounterRandom(5), model.dimension(), 2);
            double[] gradient = new double[model.dimension()];
            model.gradient(at, gradient);
            double deviation = 0;
            double step = 1e-5;
            for (int i = 0; i < at.length; i++) {
                double[] up = at.clone();
                double[] down = at.clone();
                up[i] += step;
                down[i] -= step;
                deviation =
                        Math.max(deviation, Math.abs((model.loss(up) - model.loss(down)) / (2 * step) - gradient[i]));
            }
            String name = attention.name().toLowerCase(Locale.ROOT);
            comparisons.add(Comparison.absolute(name + ", against central differences", 0, deviation, 1e-9));
            comparisons.add(Comparison.atLeast(
                    name + ", largest gradient",
                    1e-3,
                    Arrays.stream(gradient).map(Math::abs).max().orElseThrow()));
        }
        return comparisons;
    }

    private static List<Comparison> betaSum() {
        ReducedModel model = Examples.withTrigger(8, 3, 20, 4, Attention.SOFTMAX);
        double[] at = random(new CounterRandom(6), model.dimension(), 1);
        double before = betaSum(model, at);
        double[] flowed = LateSlope.last(new GradientFlow(model, model.parameters(1, 1, 1))
                .implicit(at, GradientFlow.logTimes(-4, 16, 2), 1e-8));
        double[] start = at.clone();
        double[] gradient = new double[model.dimension()];
        for (int step = 0; step < 500; step++) {
            model.gradient(at, gradient);
            for (int i = 0; i < at.length; i++) at[i] -= 0.5 * gradient[i];
        }
        double moved = 0;
        for (int k = 0; k < 8; k++) moved = Math.max(moved, Math.abs(at[model.beta(k)] - start[model.beta(k)]));
        double[] adapted = start.clone();
        Descent adam = new Descent.Adam(0.01, 0.9, 0.99, 1e-8);
        for (int step = 0; step < 500; step++) {
            model.gradient(adapted, gradient);
            adam.step(adapted, gradient);
        }
        return List.of(
                Comparison.absolute("after 500 descents", before, betaSum(model, at), 1e-11),
                Comparison.absolute("after flow to t = e^16", before, betaSum(model, flowed), 1e-9),
                Comparison.atLeast("how far a beta moved", 0.1, moved),
                Comparison.atLeast(
                        "Adam, which is no descent along the gradient: drift of the sum in 500 steps",
                        1,
                        Math.abs(betaSum(model, adapted) - before)));
    }

    private static double betaSum(ReducedModel model, double[] parameters) {
        return Arrays.stream(parameters, model.beta(0), model.beta(0) + model.vocabulary())
                .sum();
    }

    /**
     * The bound is half of an identity, {@code sum of w rho <D, a> = <beta, dL/dbeta> - sum of dL/dalpha}: with {@code <D, a> >=
     * excess} it follows. All outputs a are linear in (beta, xi), so that a single query's {@code w <D, a>} is {@code <beta, dL/dbeta> +
     * <xi, dL/dxi>}. For small outputs it is twice the excess: the bound is not far off.
     */
    private static List<Comparison> gradientDomination() {
        List<Comparison> comparisons = new ArrayList<>();
        for (boolean meanField : new boolean[] {true, false}) {
            ReducedModel model = meanField ? Examples.meanField(8, 30, 3) : Examples.finiteContext(8, 3, 12, 3);
            int beyond = 0;
            double tightest = Double.POSITIVE_INFINITY, deviation = 0;
            for (int seed = 0; seed < 200; seed++) {
                double[] at = random(new CounterRandom(seed), model.dimension(), 1 + seed % 7);
                double[] gradient = new double[model.dimension()];
                model.gradient(at, gradient);
                double right = 0;
                for (int k = 0; k < 8; k++)
                    right += at[model.beta(k)] * gradient[model.beta(k)] - gradient[model.logit(k)];
                double left = model.sinkWeightedLoss(at);
                if (left > right) beyond++;
                tightest = Math.min(tightest, right / left);
                deviation = Math.max(deviation, Math.abs(sinkWeightedWork(model, at) - right) / right);
            }
            String name = meanField ? "mean field" : "finite context";
            comparisons.add(Comparison.absolute(name + ": the identity, largest relative error", 0, deviation, 1e-12));
            comparisons.add(Comparison.absolute(name + ": points beyond the bound, of 200", 0, beyond, 0));
            comparisons.add(Comparison.atMost(name + ": right over left, least", 2.5, tightest));
        }
        return comparisons;
    }

    /** Sum of w rho {@code <D, a>}, query by query. */
    private static double sinkWeightedWork(ReducedModel model, double[] at) {
        double sum = 0;
        double[] gradient = new double[model.dimension()];
        for (Context context : model.contexts()) {
            ReducedModel one = model.of(List.of(context));
            one.gradient(at, gradient);
            double work = 0;
            for (int i = model.beta(0); i < model.dimension(); i++) work += at[i] * gradient[i];
            sum += one.sinkMass(at) * work;
        }
        return sum;
    }

    static double[] random(RandomGenerator random, int numbers, double scale) {
        double[] vector = new double[numbers];
        for (int i = 0; i < numbers; i++) vector[i] = scale * (2 * random.nextDouble() - 1);
        return vector;
    }
}
