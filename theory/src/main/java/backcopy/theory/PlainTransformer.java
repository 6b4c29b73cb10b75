package backcopy.theory;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * A one-layer, one-head softmax transformer without norms, evaluated from its definition in double: what the theory measures
 * its own weights with. {@code mid = h + W_O A v}, {@code out = mid + W_2 relu(W_1 mid)}, logits {@code W_U out}.
 */
public final class PlainTransformer {
    private final Map<String, double[][]> weights;

    /** @param weights by their names in a checkpoint; kept, not modified */
    public PlainTransformer(Map<String, double[][]> weights) {
        this.weights = weights;
    }

    /**
     * What one sequence gives.
     *
     * @param pattern the attention pattern, [query, key]
     * @param logits [position, vocabulary]
     */
    public record Output(double[][] pattern, double[][] logits) {}

    /** The output for these tokens, [positions] at most as many as there are; not modified. */
    public Output forward(int[] tokens) {
        RealMatrix residual = embedded(tokens);
        RealMatrix scores = linear(residual, "layers.0.attention.query.weight")
                .multiply(linear(residual, "layers.0.attention.key.weight").transpose())
                .scalarMultiply(1 / Math.sqrt(residual.getColumnDimension()));
        double[][] pattern = scores.getData();
        for (int query = 0; query < pattern.length; query++) softmax(pattern[query], query + 1);
        RealMatrix mixed =
                MatrixUtils.createRealMatrix(pattern).multiply(linear(residual, "layers.0.attention.value.weight"));
        RealMatrix mid = residual.add(linear(mixed, "layers.0.attention.output.weight"));
        double[][] hidden = linear(mid, "layers.0.mlp.up.weight").getData();
        for (double[] row : hidden) for (int i = 0; i < row.length; i++) row[i] = Math.max(0, row[i]);
        RealMatrix out = mid.add(linear(MatrixUtils.createRealMatrix(hidden), "layers.0.mlp.down.weight"));
        return new Output(pattern, linear(out, "unembedding.weight").getData());
    }

    private RealMatrix embedded(int[] tokens) {
        double[][] rows = new double[tokens.length][];
        for (int position = 0; position < tokens.length; position++)
            rows[position] = Vectors.sum(
                    weights.get("embedding.token")[tokens[position]], weights.get("embedding.position")[position]);
        return MatrixUtils.createRealMatrix(rows);
    }

    private RealMatrix linear(RealMatrix in, String weight) {
        return in.multiply(MatrixUtils.createRealMatrix(weights.get(weight)).transpose());
    }

    private static void softmax(double[] row, int visible) {
        double most = Arrays.stream(row, 0, visible).max().orElseThrow();
        double sum = 0;
        for (int key = 0; key < row.length; key++) sum += row[key] = key < visible ? Math.exp(row[key] - most) : 0;
        for (int key = 0; key < visible; key++) row[key] /= sum;
    }
}
