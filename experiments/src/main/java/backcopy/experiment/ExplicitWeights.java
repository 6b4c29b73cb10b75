package backcopy.experiment;

import backcopy.run.Safetensors;
import backcopy.run.Tensor;
import backcopy.theory.Construction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Theorem 1's transformer as a checkpoint, which {@code bb trace} and {@code --init} read like a trained one. */
public final class ExplicitWeights {
    private ExplicitWeights() {}

    /** The weights in double; the file has no norms, and its shapes decide the sizes of the model. */
    public static Safetensors of(Construction construction) {
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        construction.weights().forEach((name, matrix) -> tensors.put(name, tensor(matrix)));
        return new Safetensors(tensors, Map.of());
    }

    private static Tensor tensor(double[][] matrix) {
        double[] values = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
        return new Tensor(Tensor.Precision.F64, new int[] {matrix.length, matrix[0].length}, values);
    }
}
