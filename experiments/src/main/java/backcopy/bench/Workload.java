package backcopy.bench;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run whose speed is worth knowing: a name, one line about it, and the spec that keys override. */
public record Workload(String name, String about, RunSpec spec) {
    /** Those first that people run. */
    public static final List<Workload> ALL = List.of(
            new Workload("desk", "the paper's model of three layers, batches of 16", desk(Map.of())),
            new Workload("small", "the same on sequences of 64 tokens", desk(Map.of("task.sequenceLength", "64"))),
            new Workload(
                    "tiny",
                    "the same at a quarter of the width",
                    desk(Map.of("task.sequenceLength", "64", "model.width", "64", "model.mlpWidth", "256"))),
            new Workload("paper", "the paper's own sizes, one layer", Scale.PAPER.spec()),
            new Workload(
                    "laptop",
                    "small enough for a sequence to stay in the second-level cache",
                    Keys.parse(Scale.LAPTOP.spec(), Map.of("task.sequenceLength", "128"))),
            new Workload(
                    "deep",
                    "the paper's sizes, three layers",
                    Keys.parse(Scale.PAPER.spec(), Map.of("model.layers", "3"))));

    private static RunSpec desk(Map<String, String> overrides) {
        return Keys.parse(Keys.parse(Scale.DESK.spec(), Map.of("model.layers", "3")), overrides);
    }

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
