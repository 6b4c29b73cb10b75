package backcopy.run;

import backcopy.backend.Backend;
import backcopy.backend.cpu.CpuBackend;
import backcopy.backend.reference.ReferenceBackend;

/** The backends that {@code train.backend} can name. */
public final class Backends {
    private Backends() {}

    /** What {@code train.backend} comes to on this machine. */
    public static String resolve(String name) {
        return name.equals("auto") ? "cpu" : name;
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
            case "cuda" ->
                throw new IllegalArgumentException(
                        "train.backend = cuda is not available: this version has no CUDA backend yet");
            default ->
                throw new IllegalArgumentException(
                        "train.backend = " + name + " is not one of " + String.join(", ", TrainSpec.BACKENDS));
        };
    }
}
