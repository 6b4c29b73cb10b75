package backcopy.theory.prediction;

import java.util.List;
import java.util.function.Supplier;

/**
 * A statement of the theory that can be wrong: a formula, and the measurement that decides.
 *
 * @param name lower case with hyphens; what a user types
 * @param formula the statement in one line
 * @param source the paper's theorem or equation, or "own"
 * @param measurement integrates, differentiates or simulates, in seconds at most; the same numbers at every call
 */
public record Prediction(String name, String formula, String source, Supplier<List<Comparison>> measurement) {
    /** What was found, at least one comparison. */
    public List<Comparison> compare() {
        List<Comparison> comparisons = List.copyOf(measurement.get());
        if (comparisons.isEmpty()) throw new IllegalStateException("prediction " + name + " compared nothing");
        return comparisons;
    }

    /** Whether each comparison holds. */
    public static boolean holds(List<Comparison> comparisons) {
        return comparisons.stream().allMatch(Comparison::holds);
    }
}
