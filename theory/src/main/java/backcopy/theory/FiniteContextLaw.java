package backcopy.theory;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Where joint gradient flow on sink logits and beta goes when bags differ between contexts. Beta can cancel only their mean, so
 * no finite point is critical and the flow must leave: {@code e^alpha_v = Y_v t^(1/2)}, {@code beta = mean 1 + h t^(-1/2)}.
 * With the sums over a row's contexts {@code M_v = sum w s} and {@code S_v = sum w Var_p(s)}, weight W_v, and u_v = 1 / Y_v, the
 * leading order of both flows says
 *
 * <pre>
 *   sum_v Cov_v (W_v h + M_v u_v) = 0        M_v . Cov_v h + S_v u_v = 1 / (2 u_v)
 * </pre>
 *
 * the conditions for a minimum of the convex function {@code sum_c w Var_p(h + s u) / 2 - sum_v log(u_v) / 2}. Without h it is
 * {@code u . Q u / 2 - sum_v log(u_v) / 2}, which has a minimum if and only if Q is positive definite. In the mean-field model
 * Q 1 = 0 and there is none: that is why sinks stop growing there. The excess risk is K / (4 t) again, half of u . Q u = K / 2
 * over t. Own derivation, to leading order. Immutable.
 */
public final class FiniteContextLaw {
    /** An eigenvalue this much smaller than the largest is a rounding error. */
    private static final double NOTHING = 1e-12;

    private final int[] tokens;
    private final double[] u; // [tokens]
    private final double[] h; // [vocabulary]

    /**
     * @param parameters [3 V]; the xi among them are read; not modified
     * @throws IllegalArgumentException if the bags do not differ enough for the law to hold
     */
    public FiniteContextLaw(ReducedModel model, double[] parameters) {
        tokens = model.activeTokens();
        Laplacian laplacian = new Laplacian(model);
        double[][] pulls = new double[tokens.length][]; // Cov_v M_v
        double[][] q = new double[tokens.length][tokens.length];
        double[][] answers = new double[tokens.length][]; // -Lap^+ Cov_v M_v: what h does about row v
        for (int i = 0; i < tokens.length; i++) {
            double[] row = model.row(tokens[i]);
            double[] sum = new double[model.vocabulary()];
            for (Context context : model.contexts()) {
                if (context.isTrigger() || context.token() != tokens[i]) continue;
                double[] bag = Bags.bag(model, parameters, context);
                for (int k = 0; k < sum.length; k++) sum[k] += context.weight() * bag[k];
                q[i][i] += context.weight() * Bags.variance(row, bag);
            }
            pulls[i] = Bags.covariance(row, sum);
            answers[i] = Arrays.stream(laplacian.solve(pulls[i])).map(x -> -x).toArray();
        }
        for (int i = 0; i < tokens.length; i++)
            for (int j = 0; j < tokens.length; j++) q[i][j] += Laplacian.dot(pulls[i], answers[j]);
        for (int i = 0; i < tokens.length; i++) for (int j = 0; j < i; j++) q[i][j] = q[j][i] = (q[i][j] + q[j][i]) / 2;
        double[] eigenvalues = new EigenDecomposition(new Array2DRowRealMatrix(q)).getRealEigenvalues();
        Arrays.sort(eigenvalues);
        if (!(eigenvalues[0] > NOTHING * eigenvalues[tokens.length - 1]))
            throw new IllegalArgumentException("beta can cancel the bags, for Q has the eigenvalue " + eigenvalues[0]
                    + ": the sink logits stop at a finite value");
        u = minimum(q);
        h = new double[model.vocabulary()];
        for (int i = 0; i < tokens.length; i++) for (int k = 0; k < h.length; k++) h[k] += u[i] * answers[i][k];
    }

    /** The minimum of {@code u . Q u / 2 - sum log(u) / 2}, by Newton's method with steps that keep u positive. */
    private static double[] minimum(double[][] q) {
        int rows = q.length;
        double[] u = IntStream.range(0, rows)
                .mapToDouble(i -> 1 / Math.sqrt(2 * q[i][i]))
                .toArray();
        for (int iteration = 0; iteration < 200; iteration++) {
            double[][] hessian = new double[rows][];
            double[] downhill = new double[rows];
            for (int i = 0; i < rows; i++) {
                hessian[i] = q[i].clone();
                hessian[i][i] += 1 / (2 * u[i] * u[i]);
                downhill[i] = 1 / (2 * u[i]) - Laplacian.dot(q[i], u);
            }
            double[] step = new CholeskyDecomposition(new Array2DRowRealMatrix(hessian, false))
                    .getSolver()
                    .solve(new ArrayRealVector(downhill, false))
                    .toArray();
            double decrement = Math.sqrt(2 * Laplacian.dot(step, downhill));
            // Twice the function is self-concordant: a step of 1 / (1 + decrement) stays inside, a full one converges
            // at last.
            double length = decrement > 0.25 ? 1 / (1 + decrement) : 1;
            for (int i = 0; i < rows; i++) u[i] += length * step[i];
            if (decrement < 1e-13) return u;
        }
        throw new ArithmeticException("Newton's method found no minimum");
    }

    /** {@code 1/2 log t + log Y_v} of an active token. */
    public double sinkLogit(int token, double logTime) {
        return logTime / 2 - Math.log(u[Arrays.binarySearch(tokens, token)]);
    }

    /** h, [vocabulary]: beta minus its component means goes to {@code h t^(-1/2)}; a copy. */
    public double[] drain() {
        return h.clone();
    }

    /** {@code K / (4 t)}, nats. */
    public double excessRisk(double logTime) {
        return tokens.length / 4.0 * Math.exp(-logTime);
    }
}
