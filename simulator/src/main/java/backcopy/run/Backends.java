package backcopy.run;

import backcopy.backend.Backend;
import backcopy.backend.Device;
import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import backcopy.backend.cpu.CpuBackend;
import backcopy.backend.cpu.CpuStoredProducts;
import backcopy.backend.cuda.CudaBackend;
import backcopy.backend.cuda.CudaSearch;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.backend.reference.ReferenceStoredProducts;
import backcopy.optim.ElementwiseOptimizer;
import backcopy.optim.MatrixOptimizer;
import backcopy.optim.Optimizer;

/** The backends that {@code train.backend} can name. */
public final class Backends {
    private Backends() {}

    /** What {@code train.backend} comes to on this machine, where nothing of the run speaks against a device. */
    public static String resolve(String name) {
        return !name.equals("auto") ? name : CudaSearch.isSound() ? "cuda" : "cpu";
    }

    /** What {@code train.backend} comes to on this machine: {@code auto} takes a device only for what it can do. */
    public static String resolve(RunSpec spec) {
        String name = resolve(spec.train().backend());
        boolean chosen = spec.train().backend().equals("auto") && name.equals("cuda");
        return chosen && whyNotOnDevice(spec) != null ? "cpu" : name;
    }

    /** What of a run has no kernel; null where a device can do all of it. */
    private static String whyNotOnDevice(RunSpec spec) {
        if (spec.model().isSimple())
            return "model.kind = " + spec.model().kind() + " has no CUDA kernel; train.backend = cpu has it";
        if (spec.task().kind().isOfVectors() && spec.intervention().isOnAttention())
            return "intervention.kind = " + spec.intervention().kind() + " has no CUDA kernel on task.name = "
                    + spec.task().name() + "; train.backend = cpu has it";
        String missing = CudaBackend.missingKernel(spec.model().attention(), elementwise(spec.optimizer()));
        return missing == null ? null : missing + "; train.backend = cpu has it";
    }

    /** What an optimizer does to numbers alone; the rest of a matrix optimizer are matrix products, which every device has. */
    private static ElementwiseOptimizer elementwise(Optimizer optimizer) {
        return optimizer instanceof MatrixOptimizer matrices ? matrices.elsewhere() : (ElementwiseOptimizer) optimizer;
    }

    /**
     * Opens the backend that a run asks for, ready for its attention kind and its optimizer, or refuses.
     *
     * @throws IllegalArgumentException when it is not to be had, with the reason
     */
    public static Backend open(RunSpec spec) {
        String name = resolve(spec);
        if (!name.equals("cuda")) return open(name);
        String reason = whyNotOnDevice(spec);
        if (reason != null) throw new IllegalArgumentException(reason);
        Device device = CudaBackend.open(!spec.train().precision().equals(TrainSpec.FLOAT32));
        try {
            device.require(spec.model().attention());
            device.require(elementwise(spec.optimizer()));
            return device;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /**
     * Opens the backend of that name, or refuses.
     *
     * @throws IllegalArgumentException when it is not to be had, with the reason
     */
    public static Backend open(String name) {
        return switch (resolve(name)) {
            case "cpu" -> CpuBackend.detect();
            case "reference" -> new ReferenceBackend();
            case "cuda" -> CudaBackend.open(false);
            default ->
                throw new IllegalArgumentException(
                        "train.backend = " + name + " is not one of " + String.join(", ", TrainSpec.BACKENDS));
        };
    }

    /**
     * Products with stored matrices by the backend of that name.
     *
     * @throws IllegalArgumentException when there are none
     */
    public static StoredProducts storedProducts(String name, Workers workers) {
        return switch (name) {
            case "cpu" -> CpuStoredProducts.detect(workers);
            case "reference" -> new ReferenceStoredProducts(workers);
            default ->
                throw new IllegalArgumentException("--backend " + name
                        + " is not one of cpu, reference, which have products with stored matrices");
        };
    }
}
