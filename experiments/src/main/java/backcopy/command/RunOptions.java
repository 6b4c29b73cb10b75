package backcopy.command;

import backcopy.run.ConfigFile;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Scale;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options from which one spec is made: a scale, a file over it, keys over both. */
final class RunOptions {
    @Option(
            names = "--scale",
            paramLabel = "S",
            completionCandidates = Candidates.Scales.class,
            description = "smoke, laptop, desk or paper: the keys' defaults")
    private String scale;

    @Option(names = "--config", paramLabel = "F", description = "a YAML file of keys, such as a run's config.yaml")
    private Path config;

    @Parameters(
            paramLabel = "key=value",
            completionCandidates = Candidates.Keys.class,
            description = "keys, such as model.layers=3; bb list names them all")
    private List<String> keys = List.of();

    /** The scale that was given, or {@code otherwise}. */
    Scale scale(Scale otherwise) {
        return scale == null ? otherwise : Scale.of(scale);
    }

    /**
     * The spec. Keys that are not given are those of the run that {@code train.from} names, if it does, else the scale's.
     *
     * @param store where that run is
     */
    RunSpec spec(RunStore store) {
        Map<String, String> overrides = Keys.overrides(keys);
        String from = store.wholeFrom(overrides().getOrDefault("train.from", ""));
        if (!from.isEmpty()) overrides.put("train.from", from);
        int at = from.indexOf('@');
        RunSpec defaults = scale == null && at > 0
                ? store.find(from.substring(0, at)).spec()
                : scale(Scale.LAPTOP).spec();
        return config == null
                ? Keys.parse(defaults, overrides)
                : ConfigFile.read(config).parse(defaults, overrides);
    }

    /** The keys that were given, the command line over the file. */
    Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (config != null) overrides.putAll(ConfigFile.read(config).values());
        overrides.putAll(Keys.overrides(keys));
        return overrides;
    }
}
