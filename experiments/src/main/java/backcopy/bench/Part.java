package backcopy.bench;

import java.util.List;
import java.util.Locale;

/** The parts that a step's time is split into, and the backend's operations that belong to each. */
enum Part {
    MATMUL("linear"),
    ATTENTION("scores", "pattern", "difference", "force", "clampScores", "mix", "rotate"),
    NORMS("layerNorm", "rmsNorm", "dynamicTanh", "normFactors", "decorrelate"),
    LOSS("crossEntropy", "zLoss", "read"),
    ELEMENTWISE(
            "embed",
            "copy",
            "add",
            "fill",
            "scale",
            "relu",
            "elu",
            "gate",
            "nonlinear",
            "multiply",
            "dotEach",
            "round",
            "write"),
    /** And whatever is done between the passes: zeroing and merging the lanes' gradients, packing. */
    OPTIMIZER("update", "pack", "sumOfSquares", "firstNonFinite"),
    SAMPLING;

    private final List<String> operations;

    Part(String... operations) {
        this.operations = List.of(operations);
    }

    /** The part of a backend's operation: that of its name, or of the name that its own begins with. */
    static Part of(String operation) {
        for (Part part : values()) if (part.operations.stream().anyMatch(operation::startsWith)) return part;
        throw new IllegalArgumentException("the operation " + operation + " belongs to no part of a step");
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
