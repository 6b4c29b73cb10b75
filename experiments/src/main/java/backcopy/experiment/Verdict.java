package backcopy.experiment;

import backcopy.study.Equivalence;
import backcopy.study.Holm;
import backcopy.study.Proportion;
import backcopy.study.Trend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether runs bear a claim out. The claim is that a quantity lies in a range. From ten seeds on an exact test decides, corrected
 * for all the claims of its experiment ({@link #corrected}). Fewer seeds cannot: there the verdict is descriptive, and says so. It
 * holds when the whole interval over the seeds does, it does not hold when the whole interval lies outside, and is undecided
 * otherwise. A published direction is compared with the change of a quantity: the same or the opposite when the change is above or
 * below zero by these rules, no effect at this scale when zero lies inside the interval, and undecided otherwise.
 *
 * @param claim in words
 * @param quantity what was measured in each seed, and the range that the claim asks for
 * @param interval of the mean over the seeds; of the part of the seeds where a claim counts them
 * @param test what the seeds say of the range that the claim asks for
 * @param published what the authors report of it, or nothing; their scale is not always ours
 */
public record Verdict(
        String claim, Outcome outcome, String quantity, SeedInterval interval, Test test, String published) {
    /** Fewer cannot reject at {@link #LEVEL} once several claims are corrected for. */
    static final int TESTED = 10;
    /** The probability of any false rejection among the claims of an experiment. */
    static final double LEVEL = 0.05;

    /**
     * An exact test of a claim against its opposite, two-sided.
     *
     * @param name of the test; empty where a verdict is descriptive
     * @param p of the more plausible of the two; NaN without a test
     * @param corrected for the other claims of the experiment
     * @param inFavor whether it is the claim that is more plausible
     */
    public record Test(String name, double p, double corrected, boolean inFavor) {
        /** Too few seeds, or a seed without the quantity. */
        static final Test NONE = new Test("", Double.NaN, Double.NaN, false);

        /**
         * @param inFavor the p at which the claim's opposite is rejected
         * @param against the p at which the claim is
         */
        static Test of(String name, double inFavor, double against) {
            double p = Math.min(1, 2 * Math.min(inFavor, against));
            return new Test(name, p, p, inFavor < against);
        }

        boolean isDescriptive() {
            return name.isEmpty();
        }

        @Override
        public String toString() {
            if (isDescriptive()) return "descriptive";
            return String.format(Locale.ROOT, "%s p = %.2g, corrected %.2g", name, p, corrected);
        }
    }

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

    /**
     * The claim that something happens in more than half of all seeds: for outcomes that have two modes, which a mean would hide.
     *
     * @param happened one for each seed
     */
    public static Verdict mostly(String claim, String quantity, boolean... happened) {
        String asked = "part of the seeds with " + quantity + " > 0.5";
        if (happened.length == 0) return new Verdict(claim, Outcome.UNDECIDED, asked, SeedInterval.of(), Test.NONE, "");
        Proportion part = Proportion.of(happened);
        SeedInterval interval = new SeedInterval(part.part(), part.low(0.95), part.high(0.95), part.seeds());
        Test test = happened.length < TESTED ? Test.NONE : Test.of("binomial", part.above(0.5), part.below(0.5));
        return new Verdict(claim, decided(interval, test, 0.5, Double.POSITIVE_INFINITY), asked, interval, test, "");
    }

    /**
     * The claim that a quantity goes up or down along an ordered key, by Page's exact test whatever the number of blocks; not held
     * says that no trend was shown, never that there is none, so the other outcome is undecided.
     *
     * @param quantity the change from one level of the key to the next
     * @param blocks {@code [block, level]}: values along the key, each block at one setting of everything else
     */
    static Verdict trend(String claim, String quantity, double[][] blocks) {
        double[] slopes = new double[blocks.length];
        for (int b = 0; b < blocks.length; b++)
            slopes[b] = (blocks[b][blocks[b].length - 1] - blocks[b][0]) / (blocks[b].length - 1);
        double p = 2 * Math.min(Trend.increasing(blocks), Trend.decreasing(blocks));
        Test test = Double.isNaN(p) ? Test.NONE : new Test("Page", Math.min(1, p), Math.min(1, p), true);
        Outcome outcome = test.isDescriptive() ? Outcome.UNDECIDED : byTest(test);
        return new Verdict(claim, outcome, quantity, SeedInterval.of(slopes), test, "");
    }

    private static Verdict direction(Verdict ofSign) {
        return ofSign.as(ofSign.directed());
    }

    /** What the outcome of a claim of sign is called where it is a published direction. */
    private Outcome directed() {
        return switch (outcome) {
            case HOLDS -> Outcome.SAME_DIRECTION;
            case DOES_NOT_HOLD -> Outcome.OPPOSITE;
            default -> interval.low() <= 0 && interval.high() >= 0 ? Outcome.NO_EFFECT : Outcome.UNDECIDED;
        };
    }

    private boolean isDirection() {
        return outcome == Outcome.SAME_DIRECTION || outcome == Outcome.OPPOSITE || outcome == Outcome.NO_EFFECT;
    }

    /**
     * The verdicts of one experiment, each test corrected for all of them (Holm). A verdict that was not judged stays so.
     *
     * @param verdicts not modified
     */
    static List<Verdict> corrected(List<Verdict> verdicts) {
        double[] p = Holm.corrected(
                verdicts.stream().mapToDouble(verdict -> verdict.test.p).toArray());
        List<Verdict> corrected = new ArrayList<>();
        for (int i = 0; i < p.length; i++)
            corrected.add(
                    verdicts.get(i).test.isDescriptive()
                            ? verdicts.get(i)
                            : verdicts.get(i).corrected(p[i]));
        return corrected;
    }

    private Verdict corrected(double p) {
        Test own = new Test(test.name, test.p, p, test.inFavor);
        Verdict ofRange = new Verdict(claim, byTest(own), quantity, interval, own, published);
        return isDirection() ? direction(ofRange) : ofRange;
    }

    private Verdict as(Outcome other) {
        return new Verdict(claim, other, quantity, interval, test, published);
    }

    /** {@link #in} of a quantity that has no upper end. */
    Verdict atLeast(double least) {
        return in(least, Double.POSITIVE_INFINITY);
    }

    /**
     * The same of a quantity that cannot be less or more than this: its interval ends there, and covers the mean as often.
     */
    Verdict in(double least, double most) {
        return new Verdict(claim, outcome, quantity, interval.within(least, most), test, published);
    }

    /** The same beside what the authors report: {@code "0.81 at step 10,000"}. */
    Verdict published(String number) {
        return new Verdict(claim, outcome, quantity, interval, test, number);
    }

    Verdict published(double number) {
        return published(String.format(Locale.ROOT, "%.3g", number));
    }

    /** The same numbers from runs that were too short to judge by. */
    Verdict unjudged() {
        return new Verdict(claim, Outcome.UNDECIDED, quantity, interval, Test.NONE, published);
    }

    private static Verdict within(String claim, String quantity, double least, double most, double... seeds) {
        SeedInterval interval = SeedInterval.of(seeds);
        Test test = seeds.length < TESTED || !interval.isDefined()
                ? Test.NONE
                : Test.of(
                        "sign-flip", Equivalence.between(least, most, seeds), Equivalence.outside(least, most, seeds));
        return new Verdict(claim, decided(interval, test, least, most), quantity, interval, test, "");
    }

    private static Outcome decided(SeedInterval interval, Test test, double least, double most) {
        if (!test.isDescriptive()) return byTest(test);
        if (!interval.isDefined()) return Outcome.UNDECIDED;
        if (interval.low() > least && interval.high() < most) return Outcome.HOLDS;
        return interval.high() < least || interval.low() > most ? Outcome.DOES_NOT_HOLD : Outcome.UNDECIDED;
    }

    private static Outcome byTest(Test test) {
        if (!(test.corrected <= LEVEL)) return Outcome.UNDECIDED;
        return test.inFavor ? Outcome.HOLDS : Outcome.DOES_NOT_HOLD;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : String.format(Locale.ROOT, "%.3g", bound);
    }

    @Override
    public String toString() {
        String authors = published.isEmpty() ? "" : "; published: " + published;
        return String.format(
                "%-13s  %s: %s, measured %s (n = %d, %s)%s",
                outcome, claim, quantity, interval, interval.seeds(), test, authors);
    }
}
