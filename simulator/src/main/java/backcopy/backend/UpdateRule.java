package backcopy.backend;

import java.util.List;
import java.util.Map;

/**
 * An optimizer that treats every weight alone: the definition, in double, of one update of one weight. A backend may hold a
 * faster twin under the same {@link #name()}, built from the {@link #coefficients()}.
 */
public interface UpdateRule {
    /** What a user types, lower case with hyphens. */
    String name();

    /** What is remembered of each weight between updates, as named in checkpoints. */
    List<String> moments();

    /** The rule's numbers by the names of their keys, such as {@code learningRate}. */
    Map<String, Double> coefficients();

    /**
     * One update.
     *
     * @param state the weight, then its moments in the order of {@link #moments()}; overwritten
     * @param gradient of the loss with respect to the weight
     * @param step updates done before this one, from 0
     */
    void update(double[] state, double gradient, long step);
}
