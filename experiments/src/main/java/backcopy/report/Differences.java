package backcopy.report;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The keys in which runs differ, in the order of declaration. Keys that change no number are left out.
 *
 * @param keys that do not have one value in all runs
 * @param values of every key that some run has, one map a run
 */
public record Differences(List<String> keys, List<Map<String, String>> values) {
    static final String SEED = "train.seed";
    /** How a run was computed and kept, not what it is. */
    static final Set<String> LEFT_OUT = Set.of("train.threads", "checkpoint.every");

    public static Differences of(List<RunSpec> specs) {
        List<Map<String, String>> values = new ArrayList<>();
        Set<String> all = new LinkedHashSet<>();
        for (RunSpec spec : specs) {
            Map<String, String> own = Keys.flatten(spec);
            own.keySet().removeAll(LEFT_OUT);
            values.add(own);
            all.addAll(own.keySet());
        }
        List<String> keys = all.stream()
                .filter(key -> values.stream()
                                .map(own -> own.getOrDefault(key, ""))
                                .distinct()
                                .count()
                        > 1)
                .toList();
        return new Differences(keys, values);
    }

    /** A key's value in one run; nothing where its task or optimizer lacks the key. */
    public String value(int run, String key) {
        return values.get(run).getOrDefault(key, "");
    }

    /** The keys that differ by more than the seed: what makes a condition. */
    public List<String> factors() {
        return keys.stream().filter(key -> !key.equals(SEED)).toList();
    }

    /** The keys that all runs have with one value. */
    Map<String, String> shared() {
        Map<String, String> shared = new LinkedHashMap<>(values.get(0));
        shared.keySet().removeAll(keys);
        return shared;
    }

    /** What makes each run different but for its seed, such as {@code attention=relu, layers=2}. */
    List<String> conditions() {
        List<Factor> factors = Factor.of(this);
        return IntStream.range(0, values.size())
                .mapToObj(
                        run -> factors.stream().map(factor -> factor.words(run)).collect(Collectors.joining(", ")))
                .toList();
    }

    /** Names for runs, all different: condition and seed where they say it, and the identity. */
    List<String> names(List<String> identities) {
        List<String> conditions = conditions();
        List<String> names = new ArrayList<>();
        for (int run = 0; run < values.size(); run++) {
            String name = conditions.get(run);
            if (keys.contains(SEED)) name += (name.isEmpty() ? "" : ", ") + "seed " + value(run, SEED);
            names.add(name);
        }
        if (new HashSet<>(names).size() == names.size() && values.size() > 1) return names;
        for (int run = 0; run < names.size(); run++)
            names.set(run, (names.get(run) + " " + identities.get(run)).strip());
        return names;
    }

    /** The part of a key that says most: {@code attention} of {@code model.attention}, {@code optimizer} of its name. */
    public static String shortName(String key) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        return last.equals("name") || last.equals("kind") ? key.substring(0, key.indexOf('.')) : last;
    }
}
