package backcopy.experiment;

import java.util.Locale;

/**
 * Whether runs bear a claim out. The claim is that a quantity lies in a range; it holds when the whole interval over the seeds
 * does, it does not hold when the whole interval lies outside, and is undecided otherwise. A published direction is compared
 * with the change of a quantity: the same or the opposite when the whole interval of the change lies on that side of zero, no
 * effect at this scale when zero lies inside, and undecided without an interval.
 *
 * @param claim in words
 * @param quantity what was measured in each seed, and the range that the claim asks for
 * @param published what the authors report of it, or nothing; their scale is not always ours
 */
public record Verdict(String claim, Outcome outcome, String quantity, SeedInterval interval, String published) {
    /** What the runs say. */
    public enum Outcome {
        HOLDS("holds"),
        DOES_NOT_HOLD("does not hold"),
        UNDECIDED("undecided"),
        SAME_DIRECTION("same direction"),
        OPPOSITE("opposite"),
        NO_EFFECT("no effect at this scale");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** The claim that a quantity is above {@code bound} in the mean over seeds. */
    public static Verdict above(String claim, String quantity, double bound, double... seeds) {
        return within(claim, quantity + " > " + plain(bound), bound, Double.POSITIVE_INFINITY, seeds);
    }

    /** The claim that a quantity is below {@code bound} in the mean over seeds. */
    public static Verdict below(String claim, String quantity, double bound, double... seeds) {
        return within(claim, quantity + " < " + plain(bound), Double.NEGATIVE_INFINITY, bound, seeds);
    }

    /** The claim that a quantity is between two bounds in the mean over seeds. */
    public static Verdict between(String claim, String quantity, double least, double most, double... seeds) {
        return within(claim, plain(least) + " < " + quantity + " < " + plain(most), least, most, seeds);
    }

    /**
     * The published direction that a quantity grows.
     *
     * @param changes of the quantity, one for each seed: a difference, or the logarithm of a ratio
     */
    public static Verdict grows(String claim, String quantity, double... changes) {
        return direction(above(claim, quantity, 0, changes));
    }

    /** The published direction that a quantity shrinks; otherwise as {@link #grows}. */
    public static Verdict shrinks(String claim, String quantity, double... changes) {
        return direction(below(claim, quantity, 0, changes));
    }

    private static Verdict direction(Verdict ofSign) {
        Outcome outcome = switch (ofSign.outcome) {
            case HOLDS -> Outcome.SAME_DIRECTION;
            case DOES_NOT_HOLD -> Outcome.OPPOSITE;
            default -> ofSign.interval.isDefined() ? Outcome.NO_EFFECT : Outcome.UNDECIDED;
        };
        return new Verdict(ofSign.claim, outcome, ofSign.quantity, ofSign.interval, ofSign.published);
    }

    /** The same beside what the authors report: {@code "0.81 at step 10,000"}. */
    Verdict published(String number) {
        return new Verdict(claim, outcome, quantity, interval, number);
    }

    Verdict published(double number) {
        return published(String.format(Locale.ROOT, "%.3g", number));
    }

    /** The same numbers from runs that were too short to judge by. */
    Verdict unjudged() {
        return new Verdict(claim, Outcome.UNDECIDED, quantity, interval, published);
    }

    private static Verdict within(String claim, String quantity, double least, double most, double... seeds) {
        SeedInterval interval = SeedInterval.of(seeds);
        Outcome outcome = Outcome.UNDECIDED;
        if (interval.isDefined() && interval.low() > least && interval.high() < most) outcome = Outcome.HOLDS;
        if (interval.isDefined() && (interval.high() < least || interval.low() > most)) outcome = Outcome.DOES_NOT_HOLD;
        return new Verdict(claim, outcome, quantity, interval, "");
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : String.format(Locale.ROOT, "%.3g", bound);
    }

    @Override
    public String toString() {
        String authors = published.isEmpty() ? "" : "; published: " + published;
        return String.format("%-13s  %s: %s, measured %s%s", outcome, claim, quantity, interval, authors);
    }
}
