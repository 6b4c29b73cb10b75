package backcopy.run;

import java.util.LinkedHashMap;

/**
 * A run's weights and optimizer state.
 *
 * @param step updates done
 * @param tensors by name; weights, then the optimizer's moments
 */
public record Checkpoint(long step, LinkedHashMap<String, Tensor> tensors) {}
