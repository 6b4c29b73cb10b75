package backcopy.command;

import backcopy.experiment.Experiments;
import backcopy.run.RunStore;
import backcopy.sweep.Sweep;
import backcopy.sweep.SweepFile;
import backcopy.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options from which one sweep is made: one in the store or in a file, and what the command line says over it. */
final class SweepOptions {
    @Parameters(
            arity = "0..*",
            paramLabel = "NAME|key=values",
            completionCandidates = Candidates.SweepsAndKeys.class,
            description = "a sweep in the store, and keys with values such as 1,2 or 1..5 or log:1e-4..1e-2:5; values "
                    + "of a key that is a list are separated by /")
    private List<String> words = List.of();

    @Option(
            names = "--scale",
            paramLabel = "S",
            completionCandidates = Candidates.Scales.class,
            description = "smoke, laptop, desk or paper: the keys' defaults")
    private String scale;

    @Option(names = "--config", paramLabel = "F", description = "a YAML file with name, scale, keys, zip, sample, seed")
    private Path config;

    @Option(names = "--name", paramLabel = "N", description = "what to call it (default: follows from its keys)")
    private String name;

    @Option(
            names = "--zip",
            completionCandidates = Candidates.KeyNames.class,
            split = ",",
            paramLabel = "KEY",
            description = "keys that move together instead of in a grid, such as --zip model.width,model.mlpWidth")
    private List<String> zip;

    @Option(names = "--sample", paramLabel = "N", description = "so many cells of the grid, at random")
    private Integer sample;

    @Option(names = "--seed", paramLabel = "N", description = "of the sample (default: 0)")
    private Long seed;

    /** What is asked for. */
    SweepSpec spec(RunStore store) {
        List<String> names = words.stream().filter(word -> !word.contains("=")).toList();
        if (names.size() > 1)
            throw new IllegalArgumentException(String.join(", ", names) + " are several sweeps; one at a time");
        if (names.size() == 1 && config != null)
            throw new IllegalArgumentException("a sweep of the store and --config do not go together");
        SweepSpec base = config != null
                ? SweepFile.read(config).spec()
                : names.isEmpty()
                        ? new SweepSpec("none", "", Map.of(), List.of(), 0, 0)
                        : Sweep.read(store, names.get(0)).spec();
        boolean unnamed = config == null && names.isEmpty();
        Map<String, List<String>> keys = new LinkedHashMap<>(base.keys());
        keys.putAll(SweepSpec.values(
                words.stream().filter(word -> word.contains("=")).toList()));
        if (keys.isEmpty()) throw new IllegalArgumentException("a sweep needs keys, a name or --config");
        List<List<String>> zips = new ArrayList<>(base.zips());
        if (zip != null) zips.add(zip);
        if (name != null
                && Experiments.ALL.stream()
                        .anyMatch(experiment -> experiment.name().equals(name)))
            throw new IllegalArgumentException("--name = " + name + " is the name of an experiment");
        return new SweepSpec(
                name != null ? name : unnamed ? "" : base.name(),
                scale == null ? base.scale() : scale,
                keys,
                zips,
                sample == null ? base.sample() : sample,
                seed == null ? base.seed() : seed);
    }
}
