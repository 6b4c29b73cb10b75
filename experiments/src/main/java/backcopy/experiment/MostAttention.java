package backcopy.experiment;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run's most attention is and how much that is, if it is not on position 0, where sink, drain and peak are measured. Runs
 * that were stored before it was recorded say nothing of it.
 */
public record MostAttention(int position, double most, double onFirst) {
    public static final String POSITION = "triad.position", MOST = "triad.most";

    private static final String SINK = "triad.sink";

    /** Of the numbers of a record; empty where it is on position 0, or not known. */
    public static Optional<MostAttention> elsewhere(Map<String, Double> numbers) {
        double position = numbers.getOrDefault(POSITION, Double.NaN);
        return position > 0
                ? Optional.of(new MostAttention(
                        (int) position, numbers.getOrDefault(MOST, Double.NaN), numbers.getOrDefault(SINK, Double.NaN)))
                : Optional.empty();
    }

    /** {@code on position 1: 0.812 of the strongest head, and 0.0310 on position 0}. */
    public String words() {
        return String.format(
                Locale.ROOT,
                "on position %d: %.3g of the strongest head, and %.3g on position 0",
                position,
                most,
                onFirst);
    }
}
