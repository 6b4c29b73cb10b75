package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Matrix;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What is trained and probed: weights in one flat buffer, a forward pass from tokens to losses, and the backward pass that
 * belongs to it. Both may run on several threads, each with its own {@link Activations}.
 */
public sealed interface Network permits Transformer, SimpleModel {
    /**
     * The network that {@code model.kind} names, of zeros.
     *
     * @param vocabulary ids
     * @param length positions at most
     * @param isTrigger the task's triggers, which the simple model is told and a transformer has to find
     */
    static Network of(ModelSpec spec, int vocabulary, int length, IntPredicate isTrigger, Backend backend) {
        return spec.isSimple()
                ? new SimpleModel(spec, vocabulary, length, isTrigger, backend)
                : new Transformer(spec, vocabulary, length, backend);
    }

    ModelSpec spec();

    int vocabulary();

    /** Positions at most. */
    int length();

    Backend backend();

    /** The weights; after they change, {@link #pack()}. */
    Parameters weights();

    /** The linear maps, to be packed after the weights changed; they may be packed in parallel. */
    List<Matrix> matrices();

    /** Makes changed weights known to the matmuls. */
    default void pack() {
        matrices().forEach(backend()::pack);
    }

    /** Room for one slice of the training pass. */
    Activations trainingActivations(int sequences, int positions);

    /** Room for one slice that probes read. */
    Activations probedActivations(int sequences, int positions);

    /**
     * From tokens to losses.
     *
     * @param a overwritten, but for the tokens loaded into it
     * @param scale factor of the gradient of the summed losses, say 1 / (predictions of a step)
     */
    void forward(Activations a, double scale, List<Intervention> interventions);

    /**
     * From losses to gradients, after {@link #forward} on the same activations and interventions.
     *
     * @param gradients added to
     */
    void backward(Activations a, Parameters gradients, List<Intervention> interventions);

    /**
     * From residual norms to gradients: of the sum, over all positions of the slice, of the Euclidean norms of the residual
     * stream after a layer. After {@link #forward} on the same activations and interventions.
     *
     * @param gradients added to
     */
    void residualNormBackward(Activations a, int layer, Parameters gradients, List<Intervention> interventions);
}
