package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.DrainLaw;
import backcopy.theory.GradientFlow;
import backcopy.theory.Laplacian;
import backcopy.theory.ReducedModel;
import java.util.List;

/** Gradient flow of beta with the sink logits frozen at one value: theorem 2 (b). */
final class DrainPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "drain-limit",
                    "beta -> mean(beta_0 + e^(-alpha) s) 1 - e^(-alpha) s, per component",
                    "paper, theorem 2 (b); the e^(-alpha) s and the components own",
                    DrainPredictions::limit),
            new Prediction(
                    "drain-rate",
                    "|beta - beta*| ~ e^(-rho^2 lambda_2 t), lambda_2 the gap of sum_v w_v (diag p_v - p_v p_v^T)",
                    "own",
                    DrainPredictions::rate));

    private static final double SINK_LOGIT = 3;

    private DrainPredictions() {}

    /** A start off every symmetry. */
    static double[] start(ReducedModel model, double sinkLogit, double xi) {
        double[] start = model.parameters(sinkLogit, 0, xi);
        double[] beta = ReducedModelPredictions.random(new CounterRandom(3), model.vocabulary(), 1);
        System.arraycopy(beta, 0, start, model.beta(0), beta.length);
        return start;
    }

    private static List<Comparison> limit() {
        ReducedModel random = Examples.meanField(8, 60, 1);
        ReducedModel task = Examples.taskMeanField(Examples.task(128));
        return List.of(
                Comparison.absolute("random rows, |beta - beta*| at t = e^16", 0, distance(random, 1, 16), 1e-10),
                Comparison.absolute("the task's rows, |beta - beta*| at t = e^28", 0, distance(task, 10, 28), 1e-10),
                Comparison.absolute("components of the task's rows", 2, new Laplacian(task).components(), 0));
    }

    private static double distance(ReducedModel model, double xi, double logTime) {
        double[] start = start(model, SINK_LOGIT, xi);
        double[] end = LateSlope.last(new GradientFlow(model, model.parameters(0, 1, 0))
                .implicit(start, GradientFlow.logTimes(-4, logTime, 2), 1e-10));
        return distance(model, new DrainLaw(model, start).limit(), end);
    }

    private static double distance(ReducedModel model, double[] limit, double[] state) {
        double square = 0;
        for (int k = 0; k < limit.length; k++) square += Math.pow(state[model.beta(k)] - limit[k], 2);
        return Math.sqrt(square);
    }

    private static List<Comparison> rate() {
        ReducedModel model = Examples.meanField(8, 60, 1);
        double[] start = start(model, SINK_LOGIT, 1);
        DrainLaw law = new DrainLaw(model, start);
        double early = 8 / law.rate();
        double late = 14 / law.rate();
        double[][] states = new GradientFlow(model, model.parameters(0, 1, 0))
                .implicit(start, new double[] {-4, Math.log(early), Math.log(late)}, 1e-11);
        double measured = Math.log(distance(model, law.limit(), states[1]) / distance(model, law.limit(), states[2]))
                / (late - early);
        return List.of(Comparison.relative("late rate of decay, per unit of time", law.rate(), measured, 5e-3));
    }
}
