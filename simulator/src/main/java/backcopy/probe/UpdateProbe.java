package backcopy.probe;

import java.util.Set;

/**
 * An observable of single updates of the weights; stateless. Unlike a {@link Probe} it is asked only where the key
 * {@code record.updates} names it: what it reads costs more passes.
 */
public interface UpdateProbe {
    /** What a probe may read of an update, and what is computed only if one does. */
    enum Reading {
        /** The gradient of the loss. */
        GRADIENT,
        /** What the update adds to the weights. */
        CHANGE,
        /** The gradients of residual norms. */
        RESIDUAL_NORM_GRADIENT
    }

    /** Lower case with hyphens. */
    String name();

    /** One line: what it measures. */
    String about();

    /** What {@link #observe} reads. */
    Set<Reading> reads();

    /** Records numbers of one update. */
    void observe(Update update, Record record);
}
