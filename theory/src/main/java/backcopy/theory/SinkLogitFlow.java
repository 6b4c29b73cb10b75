package backcopy.theory;

import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.FirstOrderIntegrator;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

/**
 * Gradient flow of one sink logit: theorem 2 (a) of the paper, where the value state of {@code <s>} is a multiple of
 * ones and stays so, and the MLP already predicts the bigram law.
 *
 * <p>A query at a non-trigger token v sees {@code <s>} and n tokens. It puts the sink logit alpha on {@code <s>} and 0
 * on the others, so {@code x = n / (e^alpha + n)} of its attention leaks onto their mean value state s / n. Its output is
 * {@code log p_v + x s / n} (a multiple of ones changes no prediction), and its excess risk is a cumulant generating
 * function of d = s / n - E_p[s / n]:
 *
 * <pre>
 *   K(x) = log E_p[e^(x d)]        K'(x) = E_p[d e^(x d)] / E_p[e^(x d)]        L = w K(x)
 *   d alpha / dt = -dL / d alpha = w x (1 - x) K'(x)
 * </pre>
 *
 * K' is positive, so alpha only grows. For large alpha the rate is {@code w Var_p(s) e^(-2 alpha)}, whose solution is
 * {@link #law}. Then L goes to 1 / (4 t), whatever the row, the bag and the weight: K active rows have 4 t L = K.
 *
 * <p>Immutable. The flow is integrated in log t, where the law is a straight line and the equation is not stiff.
 */
public final class SinkLogitFlow {
    private final double[] row;
    private final double[] deviations;
    private final double length;
    private final double weight;
    private final double bagVariance;

    /**
     * @param row [vocabulary], the law p_v of the next token, sums to 1; not modified
     * @param bag [vocabulary], s: how often each token occurs among the n, times the value that its state adds to its
     *     own logit; not modified
     * @param length n, the tokens besides {@code <s>} that the query sees, itself included
     * @param weight w: pi_v for the risk, 1 for rows that count alike
     */
    public SinkLogitFlow(double[] row, double[] bag, double length, double weight) {
        if (bag.length != row.length) {
            throw new IllegalArgumentException(
                    "bag has " + bag.length + " entries, which is not the row's " + row.length);
        }
        if (!(length > 0)) {
            throw new IllegalArgumentException("length = " + length + " is not above 0");
        }
        if (!(weight > 0)) {
            throw new IllegalArgumentException("weight = " + weight + " is not above 0");
        }
        double total = 0;
        double mean = 0;
        for (int token = 0; token < row.length; token++) {
            if (!(row[token] >= 0)) {
                throw new IllegalArgumentException("row[" + token + "] = " + row[token] + " is below 0");
            }
            total += row[token];
            mean += row[token] * bag[token] / length;
        }
        if (!(Math.abs(total - 1) <= 1e-9)) {
            throw new IllegalArgumentException("the row sums to " + total + " instead of 1");
        }
        this.row = row.clone();
        this.length = length;
        this.weight = weight;
        deviations = new double[row.length];
        double variance = 0;
        for (int token = 0; token < row.length; token++) {
            // A token that never follows has no say; without this its deviation could overflow the exponential.
            deviations[token] = row[token] > 0 ? bag[token] / length - mean : 0;
            variance += row[token] * deviations[token] * deviations[token];
        }
        bagVariance = variance * length * length;
    }

    /** Var_p(s), the variance of the bag under the row. */
    public double bagVariance() {
        return bagVariance;
    }

    /** The attention on {@code <s>}: {@code e^alpha / (e^alpha + n)}. */
    public double sinkMass(double sinkLogit) {
        return 1 / (1 + length * Math.exp(-sinkLogit));
    }

    /** The attention on all other tokens together, x = 1 - sink mass, without the cancellation of that difference. */
    private double leak(double sinkLogit) {
        return 1 / (1 + Math.exp(sinkLogit) / length);
    }

    /** L = w K(x): this row's part of the excess risk, nats. */
    public double excessRisk(double sinkLogit) {
        double leak = leak(sinkLogit);
        double cumulant = 0;
        for (int token = 0; token < row.length; token++) {
            cumulant += row[token] * exponentialBeyondLinear(leak * deviations[token]);
        }
        return weight * Math.log1p(cumulant); // the linear terms sum to 0, for E_p[d] = 0
    }

    /** {@code e^y - 1 - y}, by its series where the difference would cancel. */
    private static double exponentialBeyondLinear(double y) {
        if (Math.abs(y) > 0.1) {
            return Math.expm1(y) - y;
        }
        double sum = 0;
        double term = y;
        for (int order = 2; order <= 10; order++) { // the next term is below 1e-16 of the first
            term *= y / order;
            sum += term;
        }
        return sum;
    }

    /** d alpha / dt. */
    public double rate(double sinkLogit) {
        double leak = leak(sinkLogit);
        double numerator = 0;
        double denominator = 1;
        for (int token = 0; token < row.length; token++) {
            double growth = row[token] * Math.expm1(leak * deviations[token]); // E_p[d] = 0 lets the 1 drop out
            numerator += growth * deviations[token];
            denominator += growth;
        }
        return weight * leak * sinkMass(sinkLogit) * numerator / denominator;
    }

    /**
     * The sink logit at each of these times.
     *
     * @param initial the sink logit at the first time
     * @param logTimes [times], log t, increasing; not modified
     * @param tolerance of a step, absolute and relative
     * @return [times]
     */
    public double[] sinkLogits(double initial, double[] logTimes, double tolerance) {
        FirstOrderIntegrator integrator = new DormandPrince853Integrator(1e-12, 10, tolerance, tolerance);
        FirstOrderDifferentialEquations flow = new FirstOrderDifferentialEquations() {
            @Override
            public int getDimension() {
                return 1;
            }

            @Override
            public void computeDerivatives(double logTime, double[] state, double[] derivative) {
                derivative[0] = Math.exp(logTime) * rate(state[0]);
            }
        };
        double[] sinkLogits = new double[logTimes.length];
        double[] state = {initial};
        sinkLogits[0] = initial;
        for (int time = 1; time < logTimes.length; time++) {
            integrator.integrate(flow, logTimes[time - 1], state, logTimes[time], state);
            sinkLogits[time] = state[0];
        }
        return sinkLogits;
    }

    /**
     * What the sink logit approaches: {@code 1/2 log t + 1/2 log(2 w Var_p(s))}, off by O(t^(-1/2)). Minus infinity for a
     * row without variance, whose sink logit never moves.
     */
    public double law(double logTime) {
        return (logTime + Math.log(2 * weight * bagVariance)) / 2;
    }
}
