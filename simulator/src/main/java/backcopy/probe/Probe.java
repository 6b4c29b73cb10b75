package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.List;

/** An observable of the evaluation batch, made for one task and one model; immutable. */
public interface Probe {
    /** Lower case with hyphens. */
    String name();

    /** One line: what it measures. */
    String about();

    /** The activations its folds read on {@code model}. */
    List<String> reads(ModelSpec model);

    /** An empty fold, for one lane. */
    Fold fold();
}
