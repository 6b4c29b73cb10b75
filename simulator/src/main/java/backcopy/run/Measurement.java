package backcopy.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of {@code metrics.jsonl}.
 *
 * @param step updates done before it
 * @param numbers by name, in the order they were recorded; not a number where the file says {@code null}
 */
public record Measurement(long step, Map<String, Double> numbers) {
    public Measurement {
        if (numbers.containsKey("step")) throw new IllegalArgumentException("a number is called step");
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }
}
