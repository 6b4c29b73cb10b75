package backcopy.theory;

import java.util.stream.IntStream;

/**
 * Where gradient flow takes beta in the mean-field model while all sink logits are one constant alpha: theorem 2 (b) of arXiv
 * 2410.13835. The excess risk is convex in beta and 0 where rho beta + (1 - rho) s / n is constant on every row's support:
 *
 * <pre>
 *   beta* = mean(beta_0 + e^(-alpha) s) 1 - e^(-alpha) s      per component of the {@link Laplacian}
 * </pre>
 *
 * So beta does not end at a multiple of ones but at that multiple minus the drained bag. Near it, {@code d beta / dt = -rho^2
 * Lap (beta - beta*)}. Immutable.
 */
public final class DrainLaw {
    private final double[] limit;
    private final double rate;

    /**
     * @param model mean-field: one bag for all
     * @param start [3 V], whose sink logits are alike; not modified
     */
    public DrainLaw(ReducedModel model, double[] start) {
        Context common = Bags.common(model);
        double sinkLogit = start[model.logit(model.activeTokens()[0])];
        for (int token : model.activeTokens())
            if (start[model.logit(token)] != sinkLogit)
                throw new IllegalArgumentException("the sink logits differ: " + sinkLogit + " and "
                        + start[model.logit(token)] + " of token " + token);
        Laplacian laplacian = new Laplacian(model);
        double[] bag = Bags.bag(model, start, common);
        double[] drained = new double[bag.length];
        double[] sum = new double[bag.length];
        for (int k = 0; k < bag.length; k++) {
            drained[k] = Math.exp(-sinkLogit) * bag[k];
            sum[k] = start[model.beta(k)] + drained[k];
        }
        double[] means = laplacian.means(sum);
        limit = IntStream.range(0, bag.length)
                .mapToDouble(k -> means[k] - drained[k])
                .toArray();
        double sinkMass = 1 / (1 + common.length() * Math.exp(-sinkLogit));
        rate = sinkMass * sinkMass * laplacian.gap();
    }

    /** beta*, [vocabulary]; a copy. */
    public double[] limit() {
        return limit.clone();
    }

    /** rho^2 lambda_2(Lap): how fast the slowest part of beta - beta* decays at last, per unit of time. */
    public double rate() {
        return rate;
    }
}
