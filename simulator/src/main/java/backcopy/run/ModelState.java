package backcopy.run;

import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.model.Transformer;
import backcopy.optim.Optimizer;
import backcopy.run.Tensor.Precision;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights and optimizer state as named tensors: into a model from a file, and back. */
final class ModelState {
    private static final String OPTIMIZER = "optimizer.";

    private ModelState() {}

    /** Weights, then {@code optimizer.<moment>.<weight>}: a function of spec and step alone. */
    static Checkpoint capture(Transformer model, Optimizer optimizer, List<Parameters> moments, long step) {
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        put(tensors, "", model.weights(), precision(model));
        for (int m = 0; m < moments.size(); m++)
            put(tensors, OPTIMIZER + optimizer.moments().get(m) + ".", moments.get(m), precision(model));
        return new Checkpoint(step, tensors);
    }

    /**
     * Overwrites the model's weights; optimizer state and what an intervention held are ignored.
     *
     * @param what the tensors' file is called in an error
     * @throws IllegalArgumentException when a weight is missing, of another shape or not of this model
     */
    static void readWeights(Map<String, Tensor> tensors, String what, Transformer model) {
        for (String name : tensors.keySet())
            if (!name.startsWith(OPTIMIZER)
                    && !name.equals(RunIntervention.HELD)
                    && model.weights().layout().entries().stream()
                            .noneMatch(e -> e.name().equals(name)))
                throw new IllegalArgumentException(what + " holds " + name + ", which this model does not have");
        read(tensors, what, "", model.weights());
        model.pack();
    }

    /** Overwrites the optimizer's moments with the tensors'. */
    static void readMoments(Map<String, Tensor> tensors, String what, Optimizer optimizer, List<Parameters> moments) {
        for (int m = 0; m < moments.size(); m++)
            read(tensors, what, OPTIMIZER + optimizer.moments().get(m) + ".", moments.get(m));
    }

    /** Whether the tensors hold this optimizer's moments. */
    static boolean hasMoments(Map<String, Tensor> tensors, Optimizer optimizer) {
        return optimizer.moments().stream()
                .allMatch(moment ->
                        tensors.keySet().stream().anyMatch(name -> name.startsWith(OPTIMIZER + moment + ".")));
    }

    private static Precision precision(Transformer model) {
        return model.backend().bytesPerNumber() == Double.BYTES ? Precision.F64 : Precision.F32;
    }

    private static void put(Map<String, Tensor> tensors, String prefix, Parameters parameters, Precision precision) {
        for (Entry entry : parameters.layout().entries())
            tensors.put(prefix + entry.name(), new Tensor(precision, shape(entry), parameters.read(entry.name())));
    }

    private static void read(Map<String, Tensor> tensors, String what, String prefix, Parameters target) {
        for (Entry entry : target.layout().entries()) {
            Tensor tensor = tensors.get(prefix + entry.name());
            if (tensor == null) throw new IllegalArgumentException(what + " has no " + prefix + entry.name());
            if (!Arrays.equals(tensor.shape(), shape(entry)))
                throw new IllegalArgumentException(what + " has " + prefix + entry.name() + " of shape "
                        + Arrays.toString(tensor.shape()) + " where " + entry.shape() + " is needed");
        }
        for (Entry entry : target.layout().entries())
            target.write(entry.name(), tensors.get(prefix + entry.name()).values());
    }

    private static int[] shape(Entry entry) {
        return entry.shape().stream().mapToInt(Integer::intValue).toArray();
    }
}
