package backcopy.sweep;

import backcopy.run.RunSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One run of a sweep.
 *
 * @param run its identity in the store
 * @param values of the keys that vary in the sweep, as {@code config.yaml} writes them
 * @param spec resolved
 */
public record Cell(String run, Map<String, String> values, RunSpec spec) {
    public Cell {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** As it would be typed: {@code model.attention=relu train.seed=3}. */
    public String words() {
        return words(values);
    }

    /** Keys with their values as they would be typed. */
    public static String words(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue())
                .collect(Collectors.joining(" "));
    }
}
