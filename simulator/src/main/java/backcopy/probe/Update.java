package backcopy.probe;

import java.util.List;

/**
 * One update of the weights as update probes see it, about to be made. Arrays have a number for each number of the weight; they
 * are copies.
 */
public interface Update {
    /** Names of the weights, in the order of their layout. */
    List<String> weights();

    /** Layers of the model. */
    int layers();

    /** The gradient of the loss with respect to a weight. */
    double[] gradient(String weight);

    /** What the update adds to a weight. */
    double[] change(String weight);

    /** The gradient of the norm of the residual stream after a layer at position 0, with respect to a weight. */
    double[] residualNormGradient(int layer, String weight);
}
