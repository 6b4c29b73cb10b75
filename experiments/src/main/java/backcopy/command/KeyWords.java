package backcopy.command;

import backcopy.attention.AttentionKinds;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.task.TaskKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every key that any spec has, with the words that a shell offers for its value. */
final class KeyWords {
    /** How a record refuses a word: its list is the one that the value is checked against. */
    private static final Pattern REFUSAL =
            Pattern.compile(" = \\? is not (?:one of|(all or )?a list of) ([^ ,]+(?:, [^ ,]+)*)");

    private KeyWords() {}

    /** Each key's words: what it may be, where that is a list of names, else its defaults at the scales. */
    static Map<String, List<String>> all() {
        Map<String, List<String>> words = new LinkedHashMap<>();
        add(Map.of(), words);
        for (TaskKind task : TaskKind.values()) add(Map.of("task.name", task.toString()), words);
        for (Optimizer optimizer : Optimizers.ALL) add(Map.of("optimizer.name", optimizer.name()), words);
        for (String kind : AttentionKinds.names()) add(Map.of("model.attention", kind), words);
        return words;
    }

    /** One key's words. */
    static List<String> of(String key) {
        return all().get(key);
    }

    private static void add(Map<String, String> choice, Map<String, List<String>> words) {
        List<RunSpec> specs =
                Arrays.stream(Scale.values()).map(scale -> spec(scale, choice)).toList();
        Keys.flatten(specs.get(0)).keySet().stream()
                .filter(key -> !words.containsKey(key))
                .forEach(key -> words.put(key, words(key, specs)));
    }

    /** The task of another kind keeps nothing that it cannot have. */
    private static RunSpec spec(Scale scale, Map<String, String> choice) {
        return Keys.parse(scale.spec(), choice);
    }

    private static List<String> words(String key, List<RunSpec> specs) {
        try {
            Keys.parse(specs.get(0), Map.of(key, "?"));
        } catch (IllegalArgumentException refused) {
            Matcher list = REFUSAL.matcher(refused.getMessage());
            if (list.find()) {
                String names = (list.group(1) == null ? "" : "all, ") + list.group(2);
                return List.of(names.split(", "));
            }
        }
        return specs.stream()
                .map(spec -> Keys.flatten(spec).get(key))
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }
}
