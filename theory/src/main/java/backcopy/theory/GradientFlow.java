package backcopy.theory;

import java.util.stream.IntStream;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

/**
 * Gradient flow on the reduced model, {@code d theta_i / dt = -eta_i dL / d theta_i}, integrated in log t, where its laws are
 * straight lines: {@code d theta / d log t = -t eta dL / d theta}. A parameter with eta = 0 is frozen.
 *
 * <p>With beta frozen the flow is not stiff. With beta moving it is: beta relaxes at a constant rate, in log t at the rate t.
 */
public final class GradientFlow {
    private final ReducedModel model;
    private final double[] rates; // [3 V]
    private final int[] trained;

    /** @param rates [3 V], eta of each parameter, at least 0; not modified */
    public GradientFlow(ReducedModel model, double[] rates) {
        this.model = model;
        this.rates = rates.clone();
        trained = IntStream.range(0, rates.length).filter(i -> rates[i] > 0).toArray();
    }

    /** The times at which a law is looked at: {@code count} numbers, evenly from one log t to another. */
    public static double[] logTimes(double from, double to, int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> from + (to - from) * i / (count - 1))
                .toArray();
    }

    /**
     * The parameters at these times, by Dormand and Prince's method 8(5,3): exact to many digits where beta is frozen.
     *
     * @param start [3 V], the parameters at the first time; not modified
     * @param logTimes [times], increasing; not modified
     * @param tolerance of a step, absolute and relative
     * @return [times, 3 V]
     */
    public double[][] explicit(double[] start, double[] logTimes, double tolerance) {
        DormandPrince853Integrator integrator = new DormandPrince853Integrator(1e-12, 10, tolerance, tolerance);
        Equations equations = new Equations(start);
        double[][] states = new double[logTimes.length][];
        double[] state = equations.reduced(start);
        states[0] = start.clone();
        for (int i = 1; i < logTimes.length; i++) {
            integrator.integrate(equations, logTimes[i - 1], state, logTimes[i], state);
            states[i] = equations.whole(state);
        }
        return states;
    }

    /** The same by {@link Rosenbrock}: where beta moves. */
    public double[][] implicit(double[] start, double[] logTimes, double tolerance) {
        Equations equations = new Equations(start);
        double[][] states = new Rosenbrock(equations, tolerance).integrate(equations.reduced(start), logTimes);
        return IntStream.range(0, states.length)
                .mapToObj(i -> equations.whole(states[i]))
                .toArray(double[][]::new);
    }

    /** d theta / d log t, [3 V]. */
    public double[] rate(double logTime, double[] parameters) {
        double[] rate = new double[parameters.length];
        model.gradient(parameters, rate);
        for (int i = 0; i < rate.length; i++) rate[i] *= -rates[i] * Math.exp(logTime);
        return rate;
    }

    /** The flow of the parameters that are trained. */
    private final class Equations implements StiffEquations {
        private final double[] parameters;
        private final double[][] hessian = new double[rates.length][rates.length];

        Equations(double[] start) {
            parameters = start.clone();
        }

        double[] reduced(double[] whole) {
            return IntStream.of(trained).mapToDouble(i -> whole[i]).toArray();
        }

        double[] whole(double[] reduced) {
            double[] whole = parameters.clone();
            for (int i = 0; i < trained.length; i++) whole[trained[i]] = reduced[i];
            return whole;
        }

        @Override
        public int getDimension() {
            return trained.length;
        }

        @Override
        public void computeDerivatives(double logTime, double[] state, double[] derivative) {
            double[] rate = rate(logTime, whole(state));
            for (int i = 0; i < trained.length; i++) derivative[i] = rate[trained[i]];
        }

        @Override
        public void computeMainStateJacobian(double logTime, double[] state, double[] derivative, double[][] jacobian) {
            model.hessian(whole(state), hessian);
            for (int i = 0; i < trained.length; i++)
                for (int j = 0; j < trained.length; j++)
                    jacobian[i][j] = -rates[trained[i]] * Math.exp(logTime) * hessian[trained[i]][trained[j]];
        }

        /** The time enters as the factor t = e^(log t), which is its own derivative. */
        @Override
        public void computeTimeDerivative(double logTime, double[] state, double[] derivative, double[] dFdT) {
            System.arraycopy(derivative, 0, dFdT, 0, derivative.length);
        }
    }
}
