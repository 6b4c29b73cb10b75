package backcopy.run;

import backcopy.model.Network;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.run.Tensor.Precision;
import backcopy.train.Trainer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights and optimizer state as named tensors: into a model from a file, and back. */
final class ModelState {
    private static final String OPTIMIZER = "optimizer.";
    /** A number: the updates that the moments have seen. It is there where they are fewer than the checkpoint's step. */
    private static final String UPDATES = OPTIMIZER + "updates";

    private ModelState() {}

    /** Weights, then {@code optimizer.<moment>.<weight>} and what else is remembered of single weights: a function of spec and step alone. */
    static Checkpoint capture(Network model, Trainer trainer, long step) {
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        put(tensors, "", model.weights(), precision(model));
        List<String> moments = trainer.optimizer().moments();
        for (int m = 0; m < moments.size(); m++)
            put(tensors, OPTIMIZER + moments.get(m) + ".", trainer.moments().get(m), precision(model));
        List<String> memories = trainer.memories();
        for (int m = 0; m < memories.size(); m++)
            tensors.put(
                    OPTIMIZER + memories.get(m),
                    new Tensor(precision(model), trainer.memoryShape(m), trainer.readMemory(m)));
        if (trainer.momentsBegan() > 0)
            tensors.put(UPDATES, new Tensor(Precision.F64, new int[0], new double[] {step - trainer.momentsBegan()}));
        return new Checkpoint(step, tensors);
    }

    /**
     * Overwrites the model's weights; optimizer state and what an intervention held are ignored.
     *
     * @param what the tensors' file is called in an error
     * @throws IllegalArgumentException when a weight is missing, of another shape or not of this model
     */
    static void readWeights(Map<String, Tensor> tensors, String what, Network model) {
        for (String name : tensors.keySet())
            if (!name.startsWith(OPTIMIZER)
                    && !name.equals(RunIntervention.HELD)
                    && model.weights().layout().entries().stream()
                            .noneMatch(e -> e.name().equals(name)))
                throw new IllegalArgumentException(what + " holds " + name + ", which this model does not have");
        read(tensors, what, "", model.weights());
        model.pack();
    }

    /** Overwrites the optimizer's state with the checkpoint's. */
    static void readMoments(Checkpoint checkpoint, String what, Trainer trainer) {
        Map<String, Tensor> tensors = checkpoint.tensors();
        Tensor updates = tensors.get(UPDATES);
        trainer.momentsBegan(updates == null ? 0 : checkpoint.step() - (long) updates.values()[0]);
        List<String> moments = trainer.optimizer().moments();
        for (int m = 0; m < moments.size(); m++)
            read(
                    tensors,
                    what,
                    OPTIMIZER + moments.get(m) + ".",
                    trainer.moments().get(m));
        List<String> memories = trainer.memories();
        for (int m = 0; m < memories.size(); m++) {
            String name = OPTIMIZER + memories.get(m);
            Tensor tensor = tensors.get(name);
            if (tensor == null) throw new IllegalArgumentException(what + " has no " + name);
            if (!Arrays.equals(tensor.shape(), trainer.memoryShape(m)))
                throw new IllegalArgumentException(what + " has " + name + " of shape "
                        + Arrays.toString(tensor.shape()) + " where " + Arrays.toString(trainer.memoryShape(m))
                        + " is needed");
            trainer.writeMemory(m, tensor.values());
        }
    }

    private static Precision precision(Network model) {
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
