package backcopy.theory;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.MultivariateVectorFunction;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

/**
 * Sink logits that are products: {@code alpha_v = y_v phi}, y_v the query's part, one for each row, and phi the {@link
 * SinkReading} of {@code <s>}, shared by all. A point holds y, then phi's parameters: [rows + parameters].
 */
public final class SinkTower implements MultivariateVectorFunction {
    private final List<DoubleUnaryOperator> pulls;
    private final SinkReading reading;

    /**
     * @param pulls by row, minus the derivative of the loss by the row's sink logit, such as {@link SinkRow#pull}
     * @param reading phi
     */
    public SinkTower(List<DoubleUnaryOperator> pulls, SinkReading reading) {
        this.pulls = List.copyOf(pulls);
        this.reading = reading;
    }

    /** The gradient of the loss at a point, [rows + parameters]. */
    @Override
    public double[] value(double[] point) {
        double[] slope = new double[reading.parameters()];
        double phi = reading.reading(parameters(point), slope);
        double[] gradient = new double[point.length];
        double upstream = 0;
        for (int row = 0; row < pulls.size(); row++) {
            double pull = pulls.get(row).applyAsDouble(point[row] * phi);
            gradient[row] = -pull * phi;
            upstream -= pull * point[row];
        }
        for (int i = 0; i < slope.length; i++) gradient[pulls.size() + i] = upstream * slope[i];
        return gradient;
    }

    /** The sink logit of one row. */
    public double sinkLogit(int row, double[] point) {
        return point[row] * reading.reading(parameters(point), new double[reading.parameters()]);
    }

    /** Euclidean norm of the residual state of {@code <s>}. */
    public double residualNorm(double[] point) {
        return reading.norm(parameters(point));
    }

    private double[] parameters(double[] point) {
        return Arrays.copyOfRange(point, pulls.size(), point.length);
    }

    /**
     * Gradient flow, integrated in log t.
     *
     * @param initial point at the first time; not modified
     * @param logTimes [times], log t, increasing; not modified
     * @param tolerance of a step, absolute and relative
     * @return [times, rows + parameters]
     */
    public double[][] flow(double[] initial, double[] logTimes, double tolerance) {
        FirstOrderDifferentialEquations flow = new FirstOrderDifferentialEquations() {
            @Override
            public int getDimension() {
                return initial.length;
            }

            @Override
            public void computeDerivatives(double logTime, double[] state, double[] derivative) {
                double[] gradient = value(state);
                for (int i = 0; i < gradient.length; i++) derivative[i] = -Math.exp(logTime) * gradient[i];
            }
        };
        DormandPrince853Integrator integrator = new DormandPrince853Integrator(1e-12, 10, tolerance, tolerance);
        double[][] points = new double[logTimes.length][];
        points[0] = initial.clone();
        for (int time = 1; time < logTimes.length; time++) {
            points[time] = points[time - 1].clone();
            integrator.integrate(flow, logTimes[time - 1], points[time], logTimes[time], points[time]);
        }
        return points;
    }
}
