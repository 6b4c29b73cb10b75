package backcopy.run;

import backcopy.model.Intervention;
import backcopy.model.InterventionSpec;
import backcopy.model.Network;
import backcopy.model.SinkLevels;
import backcopy.task.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The intervention of a run. What it holds is measured on the weights of the step at which it first acts, and kept in the
 * run's checkpoints, so that a run that is taken up again holds the same. Used by one thread.
 */
final class RunIntervention {
    /** What checkpoints call it. A run that goes on from another run's checkpoint measures anew. */
    static final String HELD = "intervention.held";

    private final InterventionSpec spec;
    private final Task task;
    private final Network model;
    private final int opening;
    private final double[] initialNorms;
    private double[] held = {};
    private long heldAt = Long.MAX_VALUE;
    private List<Intervention> acting = List.of();

    /**
     * @param model at its initial weights
     * @param opening the token at position 0
     */
    RunIntervention(InterventionSpec spec, Task task, Network model, int opening) {
        this.spec = spec;
        this.task = task;
        this.model = model;
        this.opening = opening;
        initialNorms =
                spec.kind().equals("reset-value") ? SinkLevels.valueNorms(model, spec.layer(), opening) : new double[0];
    }

    /** What is done in a step: one intervention, one for each head, or none. */
    List<Intervention> at(long step) {
        if (!spec.actsAt(step)) return List.of();
        if (acting.isEmpty()) {
            if (spec.isHeld() && heldAt == Long.MAX_VALUE) {
                held = SinkLevels.held(spec, model, opening, initialNorms);
                heldAt = step;
            }
            acting = spec.interventions(task::isTrigger, held, model.spec().heads(), model.length());
        }
        return acting;
    }

    /** Adds what is held to the tensors of the checkpoint of {@code step}, if it was measured before that step. */
    void save(long step, LinkedHashMap<String, Tensor> tensors) {
        if (step > heldAt) tensors.put(HELD, new Tensor(Tensor.Precision.F64, new int[] {held.length}, held));
    }

    /** Takes what the run's own checkpoint held. */
    void restore(Map<String, Tensor> tensors) {
        if (!tensors.containsKey(HELD)) return;
        held = tensors.get(HELD).values();
        heldAt = spec.from();
    }
}
