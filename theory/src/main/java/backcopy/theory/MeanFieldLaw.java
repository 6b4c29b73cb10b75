package backcopy.theory;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * Where joint gradient flow on sink logits and beta ends in the mean-field model: at a finite sink logit, the same for all
 * rows. With one bag s for all queries beta can cancel it, {@code beta = c 1 - e^(-alpha) s}, at any alpha; the excess risk is 0
 * there and nothing grows. Which alpha it is, an invariant decides: {@code beta' . (beta - s / n) / eta_beta = sum_v (1 +
 * e^alpha_v / n) alpha_v' / eta_alpha}, so
 *
 * <pre>
 *   I = |beta - s / n|^2 / (2 eta_beta) - sum_v (alpha_v + e^alpha_v / n) / eta_alpha
 * </pre>
 *
 * is constant. At the end (beta - s / n) without its component means is -(1 + r) times that of s / n, with r = n e^(-alpha). Own
 * derivation. Immutable.
 */
public final class MeanFieldLaw {
    private final ReducedModel model;
    private final Laplacian laplacian;
    private final double sinkLogitRate;
    private final double betaRate;

    /** @param model mean-field: one bag for all; the rates are eta_alpha and eta_beta */
    public MeanFieldLaw(ReducedModel model, double sinkLogitRate, double betaRate) {
        Bags.common(model);
        this.model = model;
        this.sinkLogitRate = sinkLogitRate;
        this.betaRate = betaRate;
        laplacian = new Laplacian(model);
    }

    /** I. */
    public double invariant(double[] parameters) {
        double distance = 0;
        Context common = Bags.common(model);
        double[] bag = Bags.bag(model, parameters, common);
        for (int k = 0; k < bag.length; k++) {
            double d = parameters[model.beta(k)] - bag[k] / common.length();
            distance += d * d;
        }
        double logits = 0;
        for (int token : model.activeTokens()) {
            double alpha = parameters[model.logit(token)];
            logits += alpha + Math.exp(alpha) / common.length();
        }
        return distance / (2 * betaRate) - logits / sinkLogitRate;
    }

    /** The sink logit of every active row at the end of the flow from {@code start} [3 V]. */
    public double sinkLogit(double[] start) {
        double before = invariant(start);
        UnivariateFunction excess = alpha -> invariant(end(start, alpha)) - before; // falls with alpha
        double low = 0;
        double high = 0;
        while (excess.value(low) < 0) low -= 1;
        while (excess.value(high) > 0) high += 1;
        return low == high ? low : new BrentSolver(1e-14, 1e-13).solve(1000, excess, low, high);
    }

    /** The parameters of no excess risk with this sink logit and the component means of {@code start}, [3 V]. */
    public double[] end(double[] start, double sinkLogit) {
        double[] end = start.clone();
        for (int token : model.activeTokens()) end[model.logit(token)] = sinkLogit;
        double[] limit = new DrainLaw(model, end).limit();
        System.arraycopy(limit, 0, end, model.beta(0), limit.length);
        return end;
    }
}
