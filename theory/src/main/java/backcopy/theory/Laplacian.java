package backcopy.theory;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The graph of the tokens that some row allows together, with the weights that the risk gives it: {@code Lap = sum_v W_v (diag
 * p_v - p_v p_v^T)}, W_v the weight of all contexts of the non-trigger v. It is the second derivative of the excess risk by the
 * outputs that all queries share, so beta lives on it; a constant on a component of the graph changes no prediction.
 */
public final class Laplacian {
    /** Weights this much smaller than the largest connect nothing: they are rounding errors. */
    private static final double NOTHING = 1e-14;

    private final int[] components; // [vocabulary], the least token of the component
    private final EigenDecomposition decomposition;

    public Laplacian(ReducedModel model) {
        int vocabulary = model.vocabulary();
        components = IntStream.range(0, vocabulary).toArray();
        double[][] matrix = new double[vocabulary][vocabulary];
        for (int token : model.activeTokens()) {
            double weight = weight(model, token);
            double[] row = model.row(token);
            int first = IntStream.range(0, vocabulary)
                    .filter(k -> row[k] > 0)
                    .findFirst()
                    .orElseThrow();
            for (int k = 0; k < vocabulary; k++) {
                if (row[k] == 0) continue;
                join(first, k);
                for (int l = 0; l < vocabulary; l++) matrix[k][l] -= weight * row[k] * row[l];
                matrix[k][k] += weight * row[k];
            }
        }
        decomposition = new EigenDecomposition(new Array2DRowRealMatrix(matrix, false));
    }

    /** W_v. */
    static double weight(ReducedModel model, int token) {
        return model.contexts().stream()
                .filter(context -> !context.isTrigger() && context.token() == token)
                .mapToDouble(Context::weight)
                .sum();
    }

    /** How many components there are; a token that no active row allows is one of its own. */
    public int components() {
        return (int) Arrays.stream(components).distinct().count();
    }

    /** {@code vector} minus its mean over each component, [vocabulary]. */
    public double[] centered(double[] vector) {
        double[] means = means(vector);
        return IntStream.range(0, vector.length)
                .mapToDouble(k -> vector[k] - means[k])
                .toArray();
    }

    /** At each token the mean of {@code vector} over its component, [vocabulary]. */
    public double[] means(double[] vector) {
        return IntStream.range(0, vector.length)
                .mapToDouble(k -> IntStream.range(0, vector.length)
                        .filter(l -> components[l] == components[k])
                        .mapToDouble(l -> vector[l])
                        .average()
                        .orElseThrow())
                .toArray();
    }

    /** The least eigenvalue that is not 0: how fast the slowest difference within a component decays. */
    public double gap() {
        double[] values = decomposition.getRealEigenvalues();
        Arrays.sort(values);
        return values[components()]; // each component has one eigenvalue 0
    }

    /** The x without component means that solves {@code Lap x = right}, for a right side that sums to 0 on each component. */
    public double[] solve(double[] right) {
        double[] values = decomposition.getRealEigenvalues();
        double largest = Arrays.stream(values).max().orElseThrow();
        double[] solution = new double[right.length];
        for (int i = 0; i < values.length; i++) {
            if (values[i] <= NOTHING * largest) continue;
            double[] direction = decomposition.getEigenvector(i).toArray();
            double along = dot(direction, right) / values[i];
            for (int k = 0; k < right.length; k++) solution[k] += along * direction[k];
        }
        return centered(solution);
    }

    private void join(int first, int second) {
        int from = Math.max(components[first], components[second]);
        int to = Math.min(components[first], components[second]);
        for (int k = 0; k < components.length; k++) if (components[k] == from) components[k] = to;
    }

    static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }
}
