package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.AdamLaw;
import backcopy.theory.Descent;
import backcopy.theory.SampledSinkLogit;
import backcopy.theory.SinkReading;
import backcopy.theory.SinkRow;
import backcopy.theory.SinkTower;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.analysis.MultivariateVectorFunction;
import org.apache.commons.math3.stat.StatUtils;

/** The sink logit under discrete optimizers, the value state of {@code <s>} being drained. */
final class OptimizerPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "gradient-descent",
                    "alpha(steps) = gradient flow at t = rate steps; with label noise the mean too",
                    "own",
                    OptimizerPredictions::gradientDescent),
            new Prediction("sign-descent", "alpha = alpha_0 + rate steps", "own", OptimizerPredictions::signDescent),
            new Prediction(
                    "adam-full-batch",
                    "alpha = kappa steps, kappa = rate (1-b1)/(1-b1 e^(2 kappa)) sqrt((1-b2 e^(4 kappa))/(1-b2)) < -log(b2)/4",
                    "own",
                    OptimizerPredictions::adamFullBatch),
            new Prediction(
                    "adam-epsilon-floor",
                    "gradient << epsilon: alpha = 1/2 log(2 (rate/epsilon) w Var(s) steps)",
                    "own",
                    OptimizerPredictions::adamEpsilonFloor),
            new Prediction(
                    "adam-label-noise",
                    "rate sqrt(steps) << 1: e^alpha + n alpha = rate n sqrt(B V) steps + const, slope 1 in log steps",
                    "own",
                    OptimizerPredictions::adamLabelNoise),
            new Prediction(
                    "adam-diffusion",
                    "rate sqrt(steps) >> 1: alpha = rate sqrt(2 steps/pi) + log(2 n sqrt(B V)/rate) + 0.577 + drift",
                    "own",
                    OptimizerPredictions::adamDiffusion),
            new Prediction(
                    "adam-skew-drift",
                    "skewed noise alone: drift = -1/2 rate skewness (1-b1)(1-b2)/(1-b1 b2) a step",
                    "own",
                    OptimizerPredictions::adamSkewDrift));

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final ExampleRows ROWS = ExampleRows.of(5, 8, 60);

    private OptimizerPredictions() {}

    private static MultivariateVectorFunction gradient(SinkRow row) {
        return point -> new double[] {-row.pull(point[0])};
    }

    /** phi = 1. */
    private record Fixed() implements SinkReading {
        @Override
        public int parameters() {
            return 0;
        }

        @Override
        public double reading(double[] point, double[] gradient) {
            return 1;
        }

        @Override
        public double norm(double[] point) {
            return 1;
        }
    }

    private static double descended(Descent descent, MultivariateVectorFunction gradient, double from, int steps) {
        double[] point = {from};
        descent.descend(gradient, point, steps);
        return point[0];
    }

    private static List<Comparison> gradientDescent() {
        double rate = 10;
        int steps = 50_000;
        SinkRow row = ROWS.row(0);
        double[] times = {-4, Math.log(rate * steps)};
        // A reading of 1 that cannot move: the tower's flow is then the sink logit's.
        double predicted = new SinkTower(List.of(row::pull), new Fixed()).flow(new double[] {0}, times, 1e-12)[1][0];
        double[] noisy = new double[24];
        for (int replica = 0; replica < noisy.length; replica++)
            noisy[replica] = descended(new Descent.Gradient(rate, 0), ROWS.sampled(0, 16, replica), 0, steps);
        return List.of(
                // A step errs by the flow's second derivative. The law's own error falls like t^(-1/2).
                Comparison.absolute(
                        "sink logit, full batch",
                        predicted,
                        descended(new Descent.Gradient(rate, 0), gradient(row), 0, steps),
                        2e-3),
                Comparison.absolute("law with its constant", row.law(times[1]), predicted, 0.05),
                Comparison.absolute("sink logit, label noise, mean of 24", predicted, StatUtils.mean(noisy), 0.06));
    }

    private static List<Comparison> signDescent() {
        double measured = descended(new Descent.Sign(1e-3), gradient(ROWS.row(0)), 0.5, 10_000);
        return List.of(Comparison.absolute("sink logit after 10000 steps at 1e-3", 10.5, measured, 1e-10));
    }

    private static List<Comparison> adamFullBatch() {
        List<Comparison> comparisons = new ArrayList<>();
        for (double rate : new double[] {1e-3, 3e-3, 0.03, 1}) {
            AdamLaw law = new AdamLaw(rate, BETA1, BETA2);
            double[] point = {0};
            Descent adam = new Descent.Adam(rate, BETA1, BETA2, 0);
            adam.descend(gradient(ROWS.row(0)), point, 14_000);
            double before = point[0];
            adam.descend(gradient(ROWS.row(0)), point, 2000);
            double speed = (point[0] - before) / 2000;
            comparisons.add(Comparison.relative("speed at rate " + rate, law.logitSpeed(), speed, 1e-3));
            comparisons.add(Comparison.atMost("speed at rate " + rate, law.fastest(), speed));
        }
        return comparisons;
    }

    private static List<Comparison> adamEpsilonFloor() {
        double rate = 3e-3, epsilon = 1e-6;
        int steps = 100_000;
        SinkRow row = ROWS.row(0);
        Descent adam = new Descent.Adam(rate, BETA1, BETA2, epsilon);
        double[] point = {0};
        adam.descend(gradient(row), point, steps);
        double half = point[0];
        adam.descend(gradient(row), point, steps);
        double predicted = row.law(Math.log(rate / epsilon * 2 * steps));
        return List.of(
                Comparison.absolute("sink logit after 200000 steps", predicted, point[0], 0.02),
                Comparison.absolute("slope in log steps", 0.5, (point[0] - half) / Math.log(2), 0.03));
    }

    /** Two labels of equal probability: noise without skewness, {@code sqrt(B V)} = 1. */
    private static SampledSinkLogit fairCoins(int replica) {
        double[] row = {0.5, 0.5}, bag = {0, 60};
        return new SampledSinkLogit(row, bag, 60, 1, 4, new CounterRandom(CounterRandom.at(1, replica)));
    }

    private static List<Comparison> adamLabelNoise() {
        int replicas = 96, steps = 200_000;
        AdamLaw law = new AdamLaw(1e-3, BETA1, BETA2);
        double[] half = new double[replicas], end = new double[replicas];
        for (int replica = 0; replica < replicas; replica++) {
            double[] point = {6};
            Descent adam = new Descent.Adam(law.rate(), BETA1, BETA2, 0);
            SampledSinkLogit gradient = fairCoins(replica);
            adam.descend(gradient, point, steps / 2);
            half[replica] = point[0];
            adam.descend(gradient, point, steps / 2);
            end[replica] = point[0];
        }
        double slope = (StatUtils.mean(end) - StatUtils.mean(half)) / Math.log(2);
        double predictedHalf = law.noisyLogit(6, 60, 1, steps / 2.0), predicted = law.noisyLogit(6, 60, 1, steps);
        // The walk's standard deviation is 0.26 / sqrt(replicas), and it shifts the mean by rate^2 steps / 12 = 0.017.
        return List.of(
                Comparison.absolute("mean sink logit of 96", predicted, StatUtils.mean(end), 0.08),
                Comparison.absolute("slope in log steps", (predicted - predictedHalf) / Math.log(2), slope, 0.1));
    }

    private static List<Comparison> adamDiffusion() {
        int steps = 50_000;
        AdamLaw law = new AdamLaw(0.03, BETA1, BETA2);
        double[] ends = new double[128];
        for (int replica = 0; replica < ends.length; replica++)
            ends[replica] = descended(new Descent.Adam(law.rate(), BETA1, BETA2, 0), fairCoins(replica), 6, steps);
        double predicted = law.diffusiveLogit(60, 1, steps);
        // The walk's standard deviation is 4 / sqrt(128) = 0.36.
        return List.of(
                Comparison.absolute("mean sink logit of 128", predicted, StatUtils.mean(ends), 1),
                Comparison.atLeast(
                        "beyond the law of small noise", law.noisyLogit(6, 60, 1, steps) + 2, StatUtils.mean(ends)));
    }

    private static List<Comparison> adamSkewDrift() {
        int steps = 3_000_000;
        AdamLaw law = new AdamLaw(1, BETA1, BETA2);
        SampledSinkLogit noise = ROWS.sampled(0, 1, 0);
        double[] far = {20}; // the signal is below 1e-6 of the noise here, and stays so
        double drift = descended(new Descent.Adam(1, BETA1, BETA2, 0), point -> noise.value(far), 0, steps) / steps;
        // One standard error is 1 / sqrt(steps) = 6e-4, 6 % of the drift; the next order adds about 2 %.
        return List.of(Comparison.relative("drift a step", law.skewDrift(noise.skewness()), drift, 0.2));
    }
}
