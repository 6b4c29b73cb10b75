package backcopy.report;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.sweep.SweepSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The commands that make a run again. */
final class Repetition {
    private Repetition() {}

    /** {@code ./bb train} with the scale that needs the fewest keys besides it. */
    static String train(ReportedRun run) {
        String best = null;
        for (Scale scale : Scale.values()) {
            String command = train(run, scale);
            if (best == null || command.length() < best.length()) best = command;
        }
        return best;
    }

    private static String train(ReportedRun run, Scale scale) {
        Map<String, String> wanted = Keys.flatten(run.spec());
        StringBuilder command = new StringBuilder("./bb train --scale " + scale);
        if (!run.state().init().isEmpty())
            command.append(" --init ").append(quoted(run.state().init()));
        overrides(wanted, scale, run.spec().train().backend())
                .forEach((key, value) -> command.append(' ').append(quoted(key + "=" + value)));
        return command.toString();
    }

    /** The keys that differ from the scale's, and the backend, which {@code auto} may choose otherwise elsewhere. */
    private static Map<String, String> overrides(Map<String, String> wanted, Scale scale, String backend) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String key : Set.of("task.name", "optimizer.name")) names.put(key, wanted.get(key));
        RunSpec defaults = Keys.parse(scale.spec(), names).resolved(backend);
        Map<String, String> scales = Keys.flatten(scale.spec());
        Map<String, String> overrides = new LinkedHashMap<>();
        Map<String, String> given = Keys.flatten(defaults);
        wanted.forEach((key, value) -> {
            boolean same = names.containsKey(key) ? value.equals(scales.get(key)) : value.equals(given.get(key));
            if (!Differences.LEFT_OUT.contains(key) && (!same || key.equals("train.backend")))
                overrides.put(key, value);
        });
        return overrides;
    }

    /** {@code ./bb sweep}; with several groups of keys that move together, which a command cannot say, from the sweep's file. */
    static String sweep(SweepSpec sweep) {
        if (sweep.zips().size() > 1) return "./bb sweep --config sweeps/" + sweep.name() + "/sweep.yaml";
        StringBuilder command = new StringBuilder("./bb sweep --name " + sweep.name());
        if (!sweep.scale().isEmpty()) command.append(" --scale ").append(sweep.scale());
        sweep.keys()
                .forEach((key, values) -> command.append(' ')
                        .append(quoted(key + "=" + String.join(Keys.isList(key) ? "/" : ",", values))));
        for (List<String> zip : sweep.zips()) command.append(" --zip ").append(String.join(",", zip));
        if (sweep.sample() > 0)
            command.append(" --sample ")
                    .append(sweep.sample())
                    .append(" --seed ")
                    .append(sweep.seed());
        return command.toString();
    }

    /** As one word of a shell. */
    static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./=,:@+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
