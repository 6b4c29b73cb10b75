package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import backcopy.task.VectorTask;
import java.util.ArrayList;
import java.util.List;

/** The probes of a run, in the order of their numbers. A new probe is its file and its line here. */
public final class Probes {
    private Probes() {}

    /**
     * Every probe, and more.
     *
     * @param extra names of {@link ExtraProbes}
     */
    public static List<Probe> of(Task task, ModelSpec model, List<String> extra) {
        List<Probe> probes = new ArrayList<>(of(task, model));
        for (Probe probe : ExtraProbes.all(task, model)) if (extra.contains(probe.name())) probes.add(probe);
        return List.copyOf(probes);
    }

    /** Every probe, made for one task and one model; of tokens that are vectors, those that need no vocabulary. */
    public static List<Probe> of(Task task, ModelSpec model) {
        if (task instanceof VectorTask)
            return List.of(
                    new SquaredErrorProbe(task, model),
                    new AnchorProbe(task, model),
                    new AttentionProbe(task, model),
                    new ValueNormProbe(task, model),
                    new ResidualNormProbe(task, model),
                    new TriadProbe(model),
                    new PatternSnapshot(task, model));
        return List.of(
                new RiskProbe(task),
                new AttentionProbe(task, model),
                new ScoreProbe(task, model),
                new ValueNormProbe(task, model),
                new ResidualNormProbe(task, model),
                new TriadProbe(model),
                new PatternSnapshot(task, model));
    }
}
