package backcopy.report;

import backcopy.run.Measurement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a run came to, in the numbers by which runs are compared. */
public enum Signature {
    SINK("triad.sink", "attention of the strongest head on position 0", false),
    DRAIN("triad.drain", "norm of that head's values at position 0 over that of the others", true),
    PEAK("triad.peak", "residual norm at position 0 over that of the others, the largest of the layers", true),
    BACKCOPY("excess.backcopy", "excess risk where a trigger is to be answered, in nats", true),
    BIGRAM("excess.bigram", "excess risk elsewhere, in nats", true),
    FORMATION(
            "triad.sink",
            "first recorded step with a sink above 0.3 after one without; nothing where there is none, or where the run"
                    + " began with one",
            true);

    /** Above it a head is said to have a sink, as in arXiv 2410.10781. */
    private static final double THRESHOLD = 0.3;

    private final String number;
    private final String about;
    private final boolean ratio;

    Signature(String number, String about, boolean ratio) {
        this.number = number;
        this.about = about;
        this.ratio = ratio;
    }

    public String about() {
        return about;
    }

    /** Whether two of them are compared by their ratio, not by their difference. */
    public boolean isRatio() {
        return ratio;
    }

    /** Of a run's records; NaN where it has none, or not the number. */
    public double of(List<Measurement> records) {
        if (this == FORMATION)
            return records.stream()
                    .dropWhile(record -> value(record) > THRESHOLD) // what a run went on from formed in another
                    .filter(record -> value(record) > THRESHOLD)
                    .mapToDouble(Measurement::step)
                    .findFirst()
                    .orElse(Double.NaN);
        return records.isEmpty() ? Double.NaN : value(records.get(records.size() - 1));
    }

    private double value(Measurement record) {
        return record.numbers().getOrDefault(number, Double.NaN);
    }

    /** As columns and figures print it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All definitions in one sentence. */
    static String definitions() {
        return String.join(
                ". ",
                Arrays.stream(values())
                        .map(signature -> signature + ": " + signature.about())
                        .toList());
    }
}
