package backcopy.experiment;

import backcopy.figure.Table;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every switch of the mitigation table is measured by, at the end of training. Changes are paired by seed: differences
 * where a quantity may be zero, decimal logarithms of ratios elsewhere.
 */
enum SwitchSignature {
    SINK("sink", "attention of the strongest head on position 0", Change.DIFFERENCE, false),
    ROWS(
            "rows",
            "attention of the strongest head on position 0, all queries, of rows that are made to sum to one",
            Change.DIFFERENCE,
            false),
    DRAIN("drain", "value norm at position 0 over that of the others, in that head", Change.RATIO, true),
    PEAK("peak", "residual norm at position 0 over the others' median, largest of the layers", Change.RATIO, false),
    SPIKE("spike", "largest number in a residual stream", Change.RATIO, false),
    KURTOSIS("kurtosis", "of the residual stream at position 0, largest of the layers", Change.RATIO, false),
    GRADIENT(
            "gradient",
            "norm of the gradient by attention's input at position 0 over the others'",
            Change.RATIO,
            false),
    BACKCOPY("backcopy", "excess risk after triggers, nats", Change.RATIO, false),
    BIGRAM("bigram", "excess risk after other tokens, nats", Change.RATIO, false),
    EVICTION("eviction", "loss added when later queries cannot see position 0, nats", Change.DIFFERENCE, false),
    INT8("int8", "loss added by residual streams in 8 bits per tensor, nats", Change.DIFFERENCE, false);

    /** Those that decide whether a switch needs more seeds. */
    static final List<SwitchSignature> MAIN = List.of(SINK, DRAIN, PEAK);

    /** The factor, up or down, at which a figure's color is deepest. */
    private static final double DEEP = 4;

    /** How two conditions are compared. */
    private enum Change {
        DIFFERENCE("difference"),
        RATIO("ratio");

        private final String words;

        Change(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private final String heading;
    private final String about;
    private final Change change;
    private final boolean lessIsMore;

    SwitchSignature(String heading, String about, Change change, boolean lessIsMore) {
        this.heading = heading;
        this.about = about;
        this.change = change;
        this.lessIsMore = lessIsMore;
    }

    /** As tables print it. */
    String heading() {
        return heading;
    }

    /** What each is, as a table to read. */
    static Table definitions() {
        Table.Rows rows = Table.rows("signature", "what it is", "compared by");
        for (SwitchSignature signature : values())
            rows.add(signature.heading, signature.about, signature.change.toString());
        return rows.table();
    }

    /** What {@link #changes} are of, in words: of the drain, a ratio that is small where there is much. */
    String value() {
        return switch (this) {
            case SINK -> "attention on position 0";
            case DRAIN -> "value norm at position 0";
            default -> heading;
        };
    }

    /** Whether it is measured on trained weights afterwards, and so not part of the runs' records. */
    boolean isCost() {
        return this == EVICTION || this == INT8;
    }

    /** [seeds] the value in each run, as recorded. */
    double[] recorded(Ensemble runs) {
        return switch (this) {
            case SINK -> runs.finals("triad.sink");
            case ROWS -> largest(runs, true, "heads.0.attention.alpha.rows");
            case DRAIN -> runs.finals("triad.drain");
            case PEAK -> runs.finals("triad.peak");
            case SPIKE -> runs.finals("spike");
            case KURTOSIS -> largest(runs, false, "activation.kurtosis.bos");
            case GRADIENT -> largest(runs, true, "gradient.sink");
            case BACKCOPY -> runs.finals("excess.backcopy");
            case BIGRAM -> runs.finals("excess.bigram");
            case EVICTION, INT8 -> throw new IllegalArgumentException(heading + " is not recorded");
        };
    }

    /** [seeds] the largest of the layers, of those with attention alone if {@code attending}. */
    private static double[] largest(Ensemble runs, boolean attending, String number) {
        var model = runs.specs().get(0).model();
        return IntStream.range(0, model.layers())
                .filter(layer -> !attending || model.hasPattern(layer))
                .mapToObj(layer -> runs.finals("layers." + layer + "." + number))
                .reduce((some, others) -> Ensemble.paired(some, others, Math::max))
                .orElseThrow();
    }

    /** [seeds] by how much it differs from the baseline, seed by seed. */
    double[] changes(double[] own, double[] baseline) {
        return change == Change.DIFFERENCE ? Ensemble.differences(own, baseline) : Ensemble.logRatios(own, baseline);
    }

    /** What {@link #changes} are, in words. */
    String changeInWords() {
        return change == Change.DIFFERENCE ? heading + " - softmax's" : "log10(" + heading + " / softmax's)";
    }

    /**
     * How strong a change is, in [-1, 1], below zero where there is less of what the signature is about; less drain is a larger
     * ratio. Zero where the interval of the change has zero in it, or where there is none.
     *
     * @param baseline the mean of the value there
     */
    double shade(SeedInterval change, double baseline) {
        if (!isDecided(change)) return 0;
        double full = this.change == Change.DIFFERENCE ? Math.abs(baseline) : Math.log10(DEEP);
        double share = Math.max(-1, Math.min(1, change.mean() / full));
        return lessIsMore ? -share : share;
    }

    /** Whether the whole interval of a change lies on one side of zero. */
    static boolean isDecided(SeedInterval change) {
        return change.isDefined() && (change.low() > 0 || change.high() < 0);
    }
}
