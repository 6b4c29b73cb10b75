package backcopy.theory;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealVector;

/**
 * An implicit integrator for stiff equations, which commons-math lacks: RODAS of Hairer and Wanner, "Solving Ordinary
 * Differential Equations II" (2nd edition, section IV.7 and its code). Order 4 with an error estimate of order 3, L-stable and
 * stiffly accurate; a step solves six linear systems with one matrix and no nonlinear ones.
 *
 * <pre>
 *   (I / (h g) - J) u_i = f(t + c_i h, y + sum_j a_ij u_j) + sum_j (b_ij / h) u_j + h d_i f_t
 * </pre>
 *
 * A stage's point for i = 5 plus u_5 is the point of stage 6; that plus u_6 is the new y, and u_6 is the error estimate.
 */
public final class Rosenbrock {
    static final int ORDER = 4;

    private static final int STAGES = 6;
    private static final double G = 0.25;
    private static final double[] C = {0, 0.386, 0.21, 0.63, 1, 1};
    private static final double[] D = {0.25, -0.1043, 0.1035, -0.03620000000000023, 0, 0};
    private static final double[][] A = {
        {},
        {1.544},
        {0.9466785280815826, 0.2557011698983284},
        {3.314825187068521, 2.896124015972201, 0.9986419139977817},
        {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
        {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1}
    };
    private static final double[][] B = {
        {},
        {-5.6688},
        {-2.430093356833875, -0.2063599157091915},
        {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
        {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
        {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054}
    };

    private final StiffEquations equations;
    private final double tolerance;
    private final int dimension;

    /** An integrator whose every step errs by at most {@code tolerance (1 + |y|)}, as it estimates. */
    public Rosenbrock(StiffEquations equations, double tolerance) {
        if (!(tolerance > 0)) throw new IllegalArgumentException("tolerance = " + tolerance + " is not above 0");
        this.equations = equations;
        this.tolerance = tolerance;
        dimension = equations.getDimension();
    }

    /**
     * The solutions at these times.
     *
     * @param start [dimension], y at the first time; not modified
     * @param times [times], increasing; not modified
     * @return [times, dimension]
     */
    public double[][] integrate(double[] start, double[] times) {
        double[][] states = new double[times.length][];
        states[0] = start.clone();
        double step = (times[times.length - 1] - times[0]) * 1e-6;
        for (int i = 1; i < times.length; i++) {
            double t = times[i - 1];
            double[] y = states[i - 1].clone();
            while (t < times[i]) {
                boolean last = t + 1.01 * step >= times[i]; // no sliver of a step is left over
                double h = last ? times[i] - t : step;
                double[] error = new double[dimension];
                double[] next = step(t, y, h, error);
                double size = size(error, y, next);
                double factor = Double.isFinite(size) ? Math.min(5, Math.max(0.2, 0.9 * Math.pow(size, -0.25))) : 0.1;
                if (size <= 1) {
                    t = last ? times[i] : t + h;
                    y = next;
                    step = last ? Math.max(step, h * factor) : h * factor;
                } else {
                    step = h * factor;
                    if (t + step == t) throw new ArithmeticException("no step from t = " + t + " is small enough");
                }
            }
            states[i] = y;
        }
        return states;
    }

    /** One step of length {@code h} from (t, y); {@code error} [dimension] is overwritten, y is not modified. */
    double[] step(double t, double[] y, double h, double[] error) {
        double[] f = new double[dimension];
        double[][] matrix = new double[dimension][dimension];
        double[] dFdT = new double[dimension];
        equations.computeDerivatives(t, y, f);
        equations.computeMainStateJacobian(t, y, f, matrix);
        equations.computeTimeDerivative(t, y, f, dFdT);
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j < dimension; j++) matrix[i][j] = -matrix[i][j];
            matrix[i][i] += 1 / (h * G);
        }
        DecompositionSolver solver = new LUDecomposition(new Array2DRowRealMatrix(matrix, false), 0).getSolver();
        double[][] u = new double[STAGES][];
        double[] point = y;
        for (int stage = 0; stage < STAGES; stage++) {
            point = combination(y, A[stage], u, 1);
            if (stage > 0) equations.computeDerivatives(t + C[stage] * h, point, f);
            double[] right = combination(f, B[stage], u, 1 / h);
            for (int i = 0; i < dimension; i++) right[i] += h * D[stage] * dFdT[i];
            RealVector solution = solver.solve(new ArrayRealVector(right, false));
            u[stage] = solution.toArray();
        }
        double[] next = point.clone();
        for (int i = 0; i < dimension; i++) {
            error[i] = u[STAGES - 1][i];
            next[i] += error[i];
        }
        return next;
    }

    private static double[] combination(double[] from, double[] weights, double[][] u, double scale) {
        double[] sum = from.clone();
        for (int j = 0; j < weights.length; j++)
            for (int i = 0; i < sum.length; i++) sum[i] += scale * weights[j] * u[j][i];
        return sum;
    }

    private double size(double[] error, double[] before, double[] after) {
        double largest = 0;
        for (int i = 0; i < dimension; i++) {
            double allowed = tolerance * (1 + Math.max(Math.abs(before[i]), Math.abs(after[i])));
            double share = Math.abs(error[i]) / allowed;
            if (!(share <= largest)) largest = share; // NaN passes on
        }
        return largest;
    }
}
