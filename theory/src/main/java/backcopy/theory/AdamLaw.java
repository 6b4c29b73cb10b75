package backcopy.theory;

import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.special.Gamma;

/**
 * How fast Adam moves a sink logit, once its bias corrections are over.
 *
 * <p>A gradient that decays like {@code e^(-gamma step)} has the moments {@code (1 - b1) g / (1 - b1 e^gamma)} and {@code
 * (1 - b2) g^2 / (1 - b2 e^(2 gamma))}: geometric sums. Their quotient does not know how small the gradient is, only how
 * fast it shrinks. The sink logit's own gradient shrinks like {@code e^(-2 alpha)}, so its speed is the fixed point of gamma
 * = 2 speed.
 *
 * <p>With labels drawn anew at each step, the gradient of a row that B queries of a batch belong to is {@code w x (1 - x) (x
 * V + sqrt(V / B) N(0, 1))}, up to its sign, V the variance of s / n. Far below a signal-to-noise ratio {@code x sqrt(B V)}
 * of 1 Adam divides by the noise, and moves by the ratio a step, plus noise of about one learning rate.
 *
 * @param rate learning rate
 * @param beta1 decay of the mean gradient
 * @param beta2 decay of the mean square
 */
public record AdamLaw(double rate, double beta1, double beta2) {
    /** Steps per step of a coordinate whose gradient decays like {@code e^(-decay step)}; epsilon is 0. */
    public double speed(double decay) {
        double mean = (1 - beta1) / (1 - beta1 * Math.exp(decay));
        return rate * mean * Math.sqrt(Math.max(0, 1 - beta2 * Math.exp(2 * decay)) / (1 - beta2));
    }

    /** The most that a sink logit can gain a step, whatever the learning rate: the mean square still remembers. */
    public double fastest() {
        return Math.min(-Math.log(beta2) / 4, -Math.log(beta1) / 2);
    }

    /** kappa of {@code alpha = kappa step}: full batch, epsilon 0. */
    public double logitSpeed() {
        return new BrentSolver(1e-18).solve(1000, speed -> speed(2 * speed) - speed, 0, fastest() * (1 - 1e-12));
    }

    /**
     * The sink logit under label noise while its own random walk is small, {@code rate sqrt(steps) << 1}: {@code e^alpha + n
     * alpha} grows by {@code rate n sqrt(B V)} a step, so that alpha goes like log(steps).
     *
     * @param initial sink logit at step 0
     * @param length n
     * @param signal {@code sqrt(B V)}
     */
    public double noisyLogit(double initial, double length, double signal, double steps) {
        double target = Math.exp(initial) + length * initial + rate * length * signal * steps;
        return new BrentSolver(1e-12)
                .solve(
                        1000,
                        alpha -> Math.exp(alpha) + length * alpha - target,
                        initial - 1,
                        Math.log(target + 2) + initial + 10);
    }

    /**
     * The mean sink logit under label noise once its random walk is large, {@code rate sqrt(steps) >> 1}, where it is no
     * logarithm of time: {@code rate sqrt(2 steps / pi) + log(2 n sqrt(B V) / rate) + 0.5772 + noiseDrift steps / 2}. The
     * drift {@code ~ e^(-alpha)} is a wall below the walk W, {@code alpha = log(rate n sqrt(B V) integral of e^(rate W))}, and
     * the mean of that logarithm is Comtet, Monthus and Yor's (J. Appl. Probab. 35, 1998), with Euler's constant. A walk
     * above a wall gains half of any small drift.
     */
    public double diffusiveLogit(double length, double signal, double steps) {
        return rate * Math.sqrt(2 * steps / Math.PI)
                + Math.log(2 * length * signal / rate)
                + Gamma.GAMMA
                + noiseDrift() * steps / 2;
    }

    /**
     * What Adam adds a step because the noise itself shrinks like {@code e^(-alpha)}: {@code rate^2 b1 / (1 + b1) (1 - b2) /
     * (1 - b1 b2)}. The mean gradient still holds larger draws from before a rise, which argues for going on; the mean square
     * holds them longer, but remembers fewer at a time.
     */
    public double noiseDrift() {
        return rate * rate * beta1 / (1 + beta1) * (1 - beta2) / (1 - beta1 * beta2);
    }

    /**
     * What Adam adds a step for skewed noise alone: {@code -1/2 rate skewness (1 - b1) (1 - b2) / (1 - b1 b2)}. A large draw
     * enlarges the square that it is divided by, so the rare large draws of a skewed noise count for less.
     *
     * @param skewness of a step's descent direction, third central moment over cubed standard deviation
     */
    public double skewDrift(double skewness) {
        return -rate * skewness / 2 * (1 - beta1) * (1 - beta2) / (1 - beta1 * beta2);
    }
}
