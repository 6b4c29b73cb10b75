package backcopy.theory.prediction;

import backcopy.theory.Attention;
import backcopy.theory.Context;
import backcopy.theory.GradientFlow;
import backcopy.theory.ReducedModel;
import backcopy.theory.SinkLogitLaw;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * What a sink logit does while beta and xi are frozen, under one assumption about them and about the MLP. With {@code l} the
 * derivative of the excess risk by x = 1 - sink mass at full sink mass, the flow is {@code w n e^(-alpha) l}: it grows like log
 * t if l is positive, like half of it if l is 0, and not at all if l is negative.
 *
 * @param name lower case with hyphens
 * @param assumption in words
 * @param model with one row that matters
 * @param start [3 V]; only the sink logits move
 * @param token whose sink logit is looked at
 * @param slope d alpha / d log t in the end
 * @param law alpha as a function of log t in the end
 */
public record SinkCase(
        String name,
        String assumption,
        ReducedModel model,
        double[] start,
        int token,
        double slope,
        DoubleUnaryOperator law) {
    private static final int TOKENS = 8;
    private static final double[] COUNTS = {12, 3, 0.5, 9, 21, 6, 1.5, 7};
    private static final double LENGTH = 60;
    private static final double WEIGHT = 0.3;
    private static final int SEED = 21;

    /** Every case, in the order of its slope. */
    public static List<SinkCase> all() {
        return List.of(misfit(), sharedBag(0.5), constantBeta(), sharedBag(-0.5), sharedBag(1.5), oneSuccessor());
    }

    /** The sink logit at these times. */
    public double[] sinkLogits(double[] logTimes) {
        double[][] states = new GradientFlow(model, model.parameters(1, 0, 0)).implicit(start, logTimes, 1e-9);
        return IntStream.range(0, states.length)
                .mapToDouble(i -> states[i][model.logit(token)])
                .toArray();
    }

    private static ReducedModel row(double[][] table) {
        return new ReducedModel(table, List.of(Context.bigram(0, COUNTS, WEIGHT)), Attention.SOFTMAX);
    }

    private static SinkCase constantBeta() {
        ReducedModel model = row(Examples.table(TOKENS, SEED));
        double[] start = model.parameters(0, 0, 1);
        SinkLogitLaw law = new SinkLogitLaw(model, start);
        return new SinkCase(
                "constant-beta",
                "beta a multiple of ones, MLP exact",
                model,
                start,
                0,
                0.5,
                logTime -> law.sinkLogit(0, logTime));
    }

    /**
     * Beta = b s / n. The output is (b + x (1 - b)) s / n, with the derivative {@code (1 - b) (E_q - E_p)[s / n]} by x, where q is
     * the prediction: at full sink mass for 0 < b < 1; at none, where alpha falls, for b > 1; and 0 at x = b / (b - 1) for b < 0.
     */
    private static SinkCase sharedBag(double b) {
        ReducedModel model = row(Examples.table(TOKENS, SEED));
        double[] start = model.parameters(0, 0, 1);
        for (int k = 0; k < TOKENS; k++) start[model.beta(k)] = b * COUNTS[k] / LENGTH;
        double[] p = model.row(0);
        double pull = (1 - b) * (mean(tilted(p, Math.min(b, 1))) - mean(p));
        return b < 0
                ? new SinkCase(
                        "beta-against-bag",
                        "beta = b s / n, b < 0",
                        model,
                        start,
                        0,
                        0,
                        logTime -> Math.log(LENGTH / -b))
                : b < 1
                        ? new SinkCase(
                                "beta-part-of-bag",
                                "beta = b s / n, 0 < b < 1",
                                model,
                                start,
                                0,
                                1,
                                logTime -> logTime + Math.log(WEIGHT * LENGTH * pull))
                        : new SinkCase(
                                "beta-beyond-bag",
                                "beta = b s / n, b > 1",
                                model,
                                start,
                                0,
                                -1,
                                logTime -> -logTime - Math.log(WEIGHT * -pull / LENGTH));
    }

    /** An MLP that prefers what is in the bag: {@code l = (E_m - E_p)[s / n]}. */
    private static SinkCase misfit() {
        double[][] table = Examples.table(TOKENS, SEED);
        double[][] mlp = table.clone();
        mlp[0] = tilted(table[0], 2);
        ReducedModel model = row(table).withMlp(mlp);
        double pull = mean(mlp[0]) - mean(table[0]);
        return new SinkCase(
                "unfitted-mlp",
                "MLP not at the bigram law yet",
                model,
                model.parameters(0, 0, 1),
                0,
                1,
                logTime -> logTime + Math.log(WEIGHT * LENGTH * pull));
    }

    private static SinkCase oneSuccessor() {
        double[][] table = Examples.table(TOKENS, SEED);
        table[0] = new double[] {0, 1, 0, 0, 0, 0, 0, 0};
        ReducedModel model = row(table);
        return new SinkCase(
                "one-successor", "a row with one successor", model, model.parameters(0, 0, 1), 0, 0, logTime -> 0);
    }

    /** The law proportional to {@code p e^(strength s / n)}. */
    private static double[] tilted(double[] p, double strength) {
        double[] law = IntStream.range(0, p.length)
                .mapToDouble(k -> p[k] * Math.exp(strength * COUNTS[k] / LENGTH))
                .toArray();
        double sum = IntStream.range(0, p.length).mapToDouble(k -> law[k]).sum();
        return IntStream.range(0, p.length).mapToDouble(k -> law[k] / sum).toArray();
    }

    /** E[s / n]. */
    private static double mean(double[] law) {
        return IntStream.range(0, law.length)
                .mapToDouble(k -> law[k] * COUNTS[k] / LENGTH)
                .sum();
    }
}
