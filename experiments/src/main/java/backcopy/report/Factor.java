package backcopy.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What varies among runs besides the seed: a key; several keys that change together; or a named choice, such as an optimizer,
 * with the keys that come with its name.
 *
 * @param keys one or more
 * @param levels what it is in each run, in the runs' order
 * @param parts the same key by key: of those that tell it, in order, the ones that the run has
 */
public record Factor(List<String> keys, List<String> levels, List<Map<String, String>> parts) {
    private static final String SEPARATOR = ", ";
    private static final String INTERVENTION = "intervention.kind", NONE = "none";

    public Factor {
        keys = List.copyOf(keys);
        levels = List.copyOf(levels);
        parts = List.copyOf(parts);
    }

    private static Factor of(List<String> keys, List<Map<String, String>> parts) {
        List<String> levels =
                parts.stream().map(run -> String.join(SEPARATOR, run.values())).toList();
        return new Factor(keys, levels, parts);
    }

    /**
     * The factors of these differences. A key of a choice belongs to the choice's factor where it says no more than its name,
     * where not every choice has it, and where no two of them have a value of it in common: then it cannot be changed by
     * itself. Of the rest, keys that tell the same runs apart are one factor, and in a grid also one that another tells.
     */
    static List<Factor> of(Differences differences) {
        Columns columns = new Columns(differences);
        Map<String, List<String>> members = new LinkedHashMap<>();
        for (String key : columns.keys())
            members.computeIfAbsent(columns.owner(key), own -> new ArrayList<>())
                    .add(key);
        Map<List<Integer>, List<String>> together = new LinkedHashMap<>();
        for (List<String> keys : members.values())
            together.computeIfAbsent(columns.partition(keys), same -> new ArrayList<>())
                    .addAll(keys);
        List<List<String>> groups = new ArrayList<>(together.values());
        while (joinsOne(groups, columns)) continue;
        return groups.stream().map(keys -> of(keys, columns.parts(keys))).toList();
    }

    /** Adds one group to another that tells it, where the others are a grid without it; false where there is none such. */
    private static boolean joinsOne(List<List<String>> groups, Columns columns) {
        for (List<String> told : groups)
            for (List<String> telling : groups) {
                List<List<String>> others = new ArrayList<>(groups);
                others.remove(told);
                if (told == telling || !columns.areTold(told, telling) || !columns.areGrid(others)) continue;
                int place = Math.min(groups.indexOf(told), groups.indexOf(telling));
                List<String> joined = new ArrayList<>(columns.keys());
                joined.removeIf(key -> !told.contains(key) && !telling.contains(key));
                groups.removeAll(List.of(told, telling));
                groups.add(place, joined);
                return true;
            }
        return false;
    }

    /** The values of every key that differs, in all runs. */
    private static final class Columns {
        private final Map<String, List<String>> values = new LinkedHashMap<>();
        private final Set<String> partly = new HashSet<>();
        private final int runs;

        Columns(Differences differences) {
            runs = differences.values().size();
            for (String key : differences.factors()) {
                List<String> column = new ArrayList<>();
                for (Map<String, String> run : differences.values()) {
                    boolean has = run.containsKey(key) && !isIdle(key, run);
                    if (!has) partly.add(key);
                    column.add(has ? run.get(key) : null); // where a run lacks the key, or makes no use of it
                }
                if (new HashSet<>(column).size() > 1) values.put(key, column);
            }
        }

        /** Where nothing is done inside the pass, its layer and level say nothing. */
        private static boolean isIdle(String key, Map<String, String> run) {
            return key.startsWith("intervention.") && !key.equals(INTERVENTION) && NONE.equals(run.get(INTERVENTION));
        }

        Set<String> keys() {
            return values.keySet();
        }

        /** The key whose factor a key belongs to: itself, or the choice that brings it. */
        String owner(String key) {
            for (String choice : Choices.of(key))
                if (values.containsKey(choice) && comesWith(key, choice)) return owner(choice);
            return key;
        }

        private boolean comesWith(String key, String choice) {
            return partly.contains(key)
                    || areTold(List.of(key), List.of(choice))
                    || values(key).size() == rows(List.of(choice, key)).size();
        }

        /** Whether some keys say in each run what others are. */
        boolean areTold(List<String> keys, List<String> by) {
            List<String> both = new ArrayList<>(by);
            both.addAll(keys);
            return rows(both).size() == rows(by).size();
        }

        /** Whether every combination of these groups' levels is there. */
        boolean areGrid(List<List<String>> groups) {
            long product = 1;
            for (List<String> keys : groups) product *= rows(keys).size();
            return product
                    == rows(groups.stream().flatMap(List::stream).toList()).size();
        }

        private Set<String> values(String key) {
            return new HashSet<>(values.get(key));
        }

        private Set<List<String>> rows(List<String> keys) {
            return IntStream.range(0, runs).mapToObj(run -> row(keys, run)).collect(Collectors.toSet());
        }

        private List<String> row(List<String> keys, int run) {
            return keys.stream().map(key -> values.get(key).get(run)).toList();
        }

        /** The runs' numbers of level, counted in the order of the runs. */
        List<Integer> partition(List<String> keys) {
            Map<List<String>, Integer> number = new HashMap<>();
            return IntStream.range(0, runs)
                    .mapToObj(run -> number.computeIfAbsent(row(keys, run), first -> number.size()))
                    .toList();
        }

        /** Of these keys those that tell what the others are, in each run. */
        List<Map<String, String>> parts(List<String> keys) {
            List<String> telling = telling(keys);
            List<Map<String, String>> parts = new ArrayList<>();
            for (int run = 0; run < runs; run++) {
                Map<String, String> own = new LinkedHashMap<>();
                for (String key : telling) {
                    String value = values.get(key).get(run);
                    if (value != null) own.put(key, value.isEmpty() ? "-" : value);
                }
                parts.add(own);
            }
            return parts;
        }

        private List<String> telling(List<String> keys) {
            return keys.stream()
                    .filter(key -> Choices.of(key).stream()
                            .noneMatch(choice -> keys.contains(choice) && areTold(List.of(key), List.of(choice))))
                    .toList();
        }
    }

    /** Its keys but those that came with a name. */
    List<String> tellingKeys() {
        Set<String> telling = new LinkedHashSet<>();
        for (Map<String, String> run : parts) telling.addAll(run.keySet());
        return keys.stream().filter(telling::contains).toList();
    }

    /** Its keys, as short as they say it. */
    public String name() {
        return tellingKeys().stream().map(Differences::shortName).collect(Collectors.joining(SEPARATOR));
    }

    /** What it can be, in the order of the runs, but that doing nothing inside the pass is first. */
    public List<String> distinct() {
        Set<String> distinct = new LinkedHashSet<>();
        for (int run = 0; run < levels.size(); run++)
            if (NONE.equals(parts.get(run).get(INTERVENTION))) distinct.add(levels.get(run));
        distinct.addAll(levels);
        return List.copyOf(distinct);
    }

    /** {@code attention=relu}, or several such. */
    String words(int run) {
        return parts.get(run).entrySet().stream()
                .map(part -> Differences.shortName(part.getKey()) + "=" + part.getValue())
                .collect(Collectors.joining(SEPARATOR));
    }
}
