package backcopy.experiment;

import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.List;

/**
 * Whether sink and drain reinforce each other (arXiv 2410.13835 says so of the dynamics; no public code tests it). The loop has
 * two arrows: attention on {@code <s>} drains its value state (A), and a drained value state draws attention (B). Each
 * intervention cuts one of them, in training from scratch and from a formed sink, and is compared with its untouched twin:
 * same seed, same batches.
 */
public final class MutualReinforcement implements Experiment {
    private static final String HEAD = "layers.0.heads.0.";
    private static final String ATTENTION = HEAD + "attention.bos";
    private static final String DELTA = HEAD + "score.delta";
    private static final String VALUE = "layers.0.value.norm.bos";
    /** Where the value norm of {@code <s>} has its peak, at laptop scale (8.8) and at the paper's (9.1). */
    private static final String FULL = "9";
    /** A value norm is another when it is more than twice, or less than half. */
    private static final double FACTOR = Math.log10(2);
    /** Attention is another when it differs by more than this. */
    private static final double MARGIN = 0.05;

    /** One row of the result: a condition, and which arrow it cuts. */
    private record Row(String name, String arrow, String... keys) {}

    private static final String TWIN = "untouched";
    private static final String NO_VALUE = "value 0";
    private static final String VALUE_AS_IS = "value held";
    private static final String VALUE_FULL = "value held full";
    private static final String SCORE_AS_IS = "score held";
    private static final String VALUE_STOPPED = "no gradient into value";
    private static final String SCORE_STOPPED = "no gradient into score";
    private static final String RESET_INITIAL = "value reset to start";
    private static final String RESET_FULL = "value reset to full";
    private static final String SCORE_ZERO = "score 0";

    private static final List<Row> SCRATCH = List.of(
            new Row(TWIN, "none"),
            new Row(NO_VALUE, "A, drained from the start", clamp("value", "0")),
            new Row(VALUE_AS_IS, "A", clamp("value", "")),
            new Row(VALUE_FULL, "A, never drained", clamp("value", FULL)),
            new Row(VALUE_STOPPED, "A", "intervention.kind=stop-value-gradient"),
            new Row(SCORE_AS_IS, "B, no sink", clamp("score", "")),
            new Row(SCORE_STOPPED, "B", "intervention.kind=stop-score-gradient"));

    private static final List<Row> FORMED = List.of(
            new Row(TWIN, "none"),
            new Row(NO_VALUE, "A, drained at once", clamp("value", "0")),
            new Row(VALUE_AS_IS, "A", clamp("value", "")),
            new Row(VALUE_FULL, "A, undone", clamp("value", FULL)),
            new Row(RESET_INITIAL, "none, pushed back once", reset("")),
            new Row(RESET_FULL, "none, pushed back once", reset(FULL)),
            new Row(VALUE_STOPPED, "A", "intervention.kind=stop-value-gradient"),
            new Row(SCORE_AS_IS, "B", clamp("score", "")),
            new Row(SCORE_ZERO, "B, no sink any more", clamp("score", "0")),
            new Row(SCORE_STOPPED, "B", "intervention.kind=stop-score-gradient"));

    private static final String FORMED_PREFIX = "formed: ";
    private static final Plan PLAN = plan();

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new MutualReinforcement(), arguments);
    }

    @Override
    public String name() {
        return "mutual-reinforcement";
    }

    @Override
    public String about() {
        return "sink and drain, each cut off from the other: which arrow of the loop carries (causal test, own)";
    }

    @Override
    public String laptopTime() {
        return "15 min";
    }

    @Override
    public List<String> figures() {
        return List.of("causal-test");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        System.err.println(table(scale, runs).rows());
        return new Findings(List.of(), List.of());
    }

    private static Table table(Scale scale, List<RunDirectory> runs) {
        Table.Rows rows = Table.rows("stage", "condition", "cuts", "seed", "x");
        for (Row row : SCRATCH) print(PLAN.ensemble(row.name(), scale, runs));
        for (Row row : FORMED) print(PLAN.ensemble(FORMED_PREFIX + row.name(), scale, runs));
        return rows.table();
    }

    private static void print(Ensemble e) {
        System.err.printf("%-34s", e.name());
        for (String q : List.of(ATTENTION, VALUE, DELTA, "excess.bigram", "excess.backcopy")) {
            System.err.printf("  %s->%s", SeedInterval.of(e.firsts(q)), SeedInterval.of(e.finals(q)));
        }
        System.err.printf(
                "  half %s%n", java.util.Arrays.toString(e.curves(ATTENTION, c -> c.firstStep(v -> v > 0.5))));
    }

    private static Plan plan() {
        Plan plan = new Plan(List.of(), java.util.Map.of());
        for (Row row : SCRATCH) plan = plan.and(row.name(), row.keys());
        for (Row row : FORMED) plan = plan.after(TWIN, FORMED_PREFIX + row.name(), row.keys());
        return plan;
    }

    private static String[] clamp(String what, String level) {
        return new String[] {"intervention.kind=clamp-" + what, "intervention.level=" + level};
    }

    private static String[] reset(String level) {
        return new String[] {"intervention.kind=reset-value", "intervention.level=" + level};
    }
}
