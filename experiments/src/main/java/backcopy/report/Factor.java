package backcopy.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What varies among runs besides the seed: a key, or several keys that change together, such as an optimizer and its rate.
 *
 * @param keys one or more
 * @param levels what it is in each run, in the runs' order
 */
public record Factor(List<String> keys, List<String> levels) {
    private static final String SEPARATOR = ", ";

    public Factor {
        keys = List.copyOf(keys);
        levels = List.copyOf(levels);
    }

    /** The factors of these differences: keys that tell the same runs apart are one. */
    static List<Factor> of(Differences differences) {
        Map<List<Integer>, List<String>> together = new LinkedHashMap<>();
        int runs = differences.values().size();
        for (String key : differences.factors()) {
            List<String> values = values(differences, runs, key);
            Map<String, Integer> number = new HashMap<>();
            List<Integer> partition = values.stream()
                    .map(value -> number.computeIfAbsent(value, first -> number.size()))
                    .toList();
            together.computeIfAbsent(partition, same -> new ArrayList<>()).add(key);
        }
        return together.values().stream()
                .map(keys -> {
                    List<String> telling = telling(keys);
                    List<String> levels = IntStream.range(0, runs)
                            .mapToObj(run -> telling.stream()
                                    .map(key -> shown(differences.value(run, key)))
                                    .collect(Collectors.joining(SEPARATOR)))
                            .toList();
                    return new Factor(keys, levels);
                })
                .toList();
    }

    private static List<String> values(Differences differences, int runs, String key) {
        return IntStream.range(0, runs)
                .mapToObj(run -> differences.value(run, key))
                .toList();
    }

    /** Of a name and the keys that came with it, the name alone. */
    private static List<String> telling(List<String> keys) {
        List<String> named = keys.stream()
                .filter(key -> key.endsWith(".name") || key.endsWith(".kind"))
                .map(key -> key.substring(0, key.indexOf('.') + 1))
                .toList();
        return keys.stream()
                .filter(key -> key.endsWith(".name")
                        || key.endsWith(".kind")
                        || named.stream().noneMatch(key::startsWith))
                .toList();
    }

    private static String shown(String value) {
        return value.isEmpty() ? "-" : value;
    }

    /** Its keys but those that came with a name. */
    List<String> tellingKeys() {
        return telling(keys);
    }

    /** Its keys, as short as they say it. */
    public String name() {
        return tellingKeys().stream().map(Differences::shortName).collect(Collectors.joining(SEPARATOR));
    }

    /** What it can be, in the order of the runs. */
    public List<String> distinct() {
        return levels.stream().distinct().toList();
    }

    /** {@code attention=relu}, or several such. */
    String words(int run) {
        String[] names = name().split(SEPARATOR), values = levels.get(run).split(SEPARATOR);
        return IntStream.range(0, names.length)
                .mapToObj(key -> names[key] + "=" + values[key])
                .collect(Collectors.joining(SEPARATOR));
    }
}
