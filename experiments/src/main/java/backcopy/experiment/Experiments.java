package backcopy.experiment;

import java.util.List;
import java.util.stream.Collectors;

/** Every experiment. A new one is its file and its line here. */
public final class Experiments {
    public static final List<Experiment> ALL = List.of(new SinkEmergence());

    private Experiments() {}

    /** The experiment of this name. */
    public static Experiment named(String name) {
        return ALL.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("experiment " + name + " is not one of "
                        + ALL.stream().map(Experiment::name).collect(Collectors.joining(", "))));
    }
}
