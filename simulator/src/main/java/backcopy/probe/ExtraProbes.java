package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.List;

/** The probes that {@code record.probes} can add to those of every run. A new one is its file, its name and its line here. */
public final class ExtraProbes {
    /** It puts another token of the vocabulary in one's place. */
    public static final String MIXING = "mixing";

    public static final List<String> NAMES = List.of(
            "sink-score", "massive", "secondary-sinks", "geometry", "head-output", "rank", "gradient-sink", MIXING);

    private static final String ALL = "all";

    private ExtraProbes() {}

    /** Every one of them, made for one task and one model, in the order of {@link #NAMES}. */
    public static List<Probe> all(Task task, ModelSpec model) {
        return List.of(
                new SinkScoreProbe(model),
                new MassiveProbe(task, model),
                new SecondarySinkProbe(model),
                new GeometryProbe(task, model),
                new HeadOutputProbe(task, model),
                new RankProbe(model),
                new GradientSinkProbe(model),
                new MixingProbe(model));
    }

    /**
     * Names in the order of {@link #NAMES}.
     *
     * @param names separated by commas, in any order, or empty, or {@code all}
     * @throws IllegalArgumentException on another name, without the key
     */
    public static List<String> named(String names) {
        if (names.isEmpty()) return List.of();
        if (names.equals(ALL)) return NAMES;
        List<String> asked = List.of(names.split(",", -1));
        if (!NAMES.containsAll(asked))
            throw new IllegalArgumentException(names + " is not all or a list of " + String.join(", ", NAMES));
        return NAMES.stream().filter(asked::contains).toList();
    }
}
