package backcopy.bench;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run whose speed is worth knowing: a name, one line about it, and the spec that keys override. */
public record Workload(String name, String about, RunSpec spec) {
    public static final List<Workload> ALL = List.of(
            new Workload("paper", "the paper's own sizes, one layer", Scale.PAPER.spec()),
            new Workload(
                    "laptop",
                    "small enough for a sequence to stay in the second-level cache",
                    Keys.parse(Scale.LAPTOP.spec(), Map.of("task.sequenceLength", "128"))),
            new Workload(
                    "deep",
                    "the paper's sizes, three layers",
                    Keys.parse(Scale.PAPER.spec(), Map.of("model.layers", "3"))));

    public Workload {
        if (spec.model().isSimple())
            throw new IllegalArgumentException("model.kind = " + spec.model().kind()
                    + " has no speed here: bb bench counts the operations of a transformer");
        if (spec.task().kind().isOfVectors())
            throw new IllegalArgumentException("task.name = " + spec.task().name()
                    + " has no speed here: bb bench counts the operations on a vocabulary");
    }

    /** The workload that a user typed. */
    public static Workload of(String name) {
        return ALL.stream()
                .filter(workload -> workload.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("workload = " + name + " is not one of "
                        + ALL.stream().map(Workload::name).collect(Collectors.joining(", "))));
    }

    /** The same with other keys. */
    public Workload with(Map<String, String> overrides) {
        return new Workload(name, about, Keys.parse(spec, overrides));
    }
}
