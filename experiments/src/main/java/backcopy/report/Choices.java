package backcopy.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys that name a choice, and the keys that come with it. */
final class Choices {
    /** What the keys of a choice are, or begin with where there is a dot at the end; the nearer choices first. */
    private static final Map<String, List<String>> BROUGHT = brought();

    private Choices() {}

    private static Map<String, List<String>> brought() {
        Map<String, List<String>> brought = new LinkedHashMap<>();
        brought.put("model.attention", List.of("model.attention."));
        brought.put("model.mask", List.of("model.maskSize"));
        brought.put("model.keyBias", List.of("model.keyBiasValue"));
        brought.put("model.gate", List.of("model.gateBias"));
        brought.put("model.mlp", List.of("model.mlpWidth"));
        brought.put("model.norm", List.of("model.normEpsilon"));
        brought.put("optimizer.schedule", List.of("optimizer.horizon", "optimizer.floor"));
        brought.put("task.name", List.of("task."));
        brought.put("model.kind", List.of("model."));
        brought.put("optimizer.name", List.of("optimizer."));
        brought.put("intervention.kind", List.of("intervention."));
        return brought;
    }

    /** The choices that may bring a key. */
    static List<String> of(String key) {
        return BROUGHT.entrySet().stream()
                .filter(choice -> !choice.getKey().equals(key)
                        && choice.getValue().stream()
                                .anyMatch(own -> own.endsWith(".") ? key.startsWith(own) : key.equals(own)))
                .map(Map.Entry::getKey)
                .toList();
    }
}
