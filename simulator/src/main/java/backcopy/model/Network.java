package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Matrix;
import backcopy.task.Task;
import backcopy.task.VectorTask;
import java.util.List;

/**
 * What is trained and probed: weights in one flat buffer, a forward pass from tokens to losses, and the backward pass that
 * belongs to it. Both may run on several threads, each with its own {@link Activations}.
 */
public sealed interface Network permits Transformer, SimpleModel {
    /**
     * The network that {@code model.kind} names, of zeros, for a task's vocabulary and length. The simple model is told the
     * triggers, a transformer has to find them.
     */
    static Network of(ModelSpec spec, Task task, Backend backend) {
        int vocabulary = task.vocabularySize(), length = task.sequenceLength();
        if (spec.isSimple()) return new SimpleModel(spec, vocabulary, length, task::isTrigger, backend);
        return task instanceof VectorTask vectors
                ? new Transformer(spec, vectors, backend)
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
