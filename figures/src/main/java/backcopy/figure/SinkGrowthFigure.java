package backcopy.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sink logit of a trained layer over training, a panel for each optimizer, with the laws of the theory over its last decade of
 * steps; then delta-logit, the spread of the sink logits of different tokens, and attention on {@code <s>}, all optimizers
 * together.
 *
 * <p>First table: {@code condition} (the optimizer), {@code seed}, {@code step}, {@code sink.logit}, {@code delta.logit}, {@code
 * spread}, {@code attention}. Second table: {@code condition}, {@code seed}, {@code step}, {@code law} ({@value #HALF}, {@value
 * #ONE} or {@value #WALK}), {@code sink.logit}.
 */
public final class SinkGrowthFigure implements Figure {
    private static final String HALF = "1/2 log t", ONE = "log t", WALK = "walk";
    private static final Color HALF_COLOR = Style.PURPLE, ONE_COLOR = Style.VERMILION;
    private static final int WIDTH = 1008;
    private static final int TOP = 84;
    /** Earlier steps say nothing of laws for late ones. */
    private static final double FIRST_STEP = 0.02;

    @Override
    public String name() {
        return "sink-growth";
    }

    @Override
    public String about() {
        return "sink logits of a trained layer by optimizer, with the theory's laws over them; their spread over tokens";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 2 || tables[0].rows() == 0)
            throw new IllegalArgumentException(name() + " takes a table of runs and one of laws");
        double[] steps = tables[0].distinct("step");
        double first = FIRST_STEP * steps[steps.length - 1];
        Table runs = tables[0].where("step", step -> step >= first), laws = tables[1];
        List<String> conditions = runs.texts("condition").stream().distinct().toList();
        List<StepPanel> panels = new ArrayList<>();
        for (String condition : conditions) {
            StepPanel panel =
                    panel("Sink logit, " + condition, "logit", "sink.logit", panels, runs, List.of(condition));
            addLaws(panel, laws.where("condition", condition));
        }
        panel("Delta-logit", "score of <s> minus others", "delta.logit", panels, runs, conditions);
        panel("Spread of sink logits", "deviation over tokens", "spread", panels, runs, conditions);
        panel("Attention on <s>", "attention weight", "attention", panels, runs, conditions);
        int seeds = runs.distinct("seed").length;
        int height = TOP + (panels.size() + 1) / 2 * StepPanel.HEIGHT + 108;
        return new Picture(
                name(),
                caption(setting, seeds),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title("The sink logit of a trained layer beside its laws", setting);
                    for (int i = 0; i < panels.size(); i++)
                        panels.get(i)
                                .paintWithoutKey(sheet, 4 + i % 2 * StepPanel.WIDTH, TOP + i / 2 * StepPanel.HEIGHT);
                    key(sheet, conditions, seeds, height);
                },
                Map.of("", tables[0], "-laws", laws));
    }

    /** Adds a panel to {@code panels}; each condition has the same color in all of them. */
    private static StepPanel panel(
            String heading, String unit, String column, List<StepPanel> panels, Table runs, List<String> shown) {
        String letter = "(" + (char) ('a' + panels.size()) + ")  ";
        StepPanel panel = new StepPanel(letter + heading, unit, StepAxis.of(runs.distinct("step")), false);
        List<String> conditions = runs.texts("condition").stream().distinct().toList();
        for (String condition : shown) {
            int c = conditions.indexOf(condition);
            SeedCurve curve = SeedCurve.of(runs.where("condition", condition), column);
            panel.curve(condition, Style.condition(c), Style.marker(c), curve);
        }
        panels.add(panel);
        return panel;
    }

    private static void addLaws(StepPanel panel, Table laws) {
        SeedCurve half = SeedCurve.of(laws.where("law", HALF), "sink.logit");
        SeedCurve one = SeedCurve.of(laws.where("law", ONE), "sink.logit");
        panel.reference(half.steps(), half.mean(), HALF_COLOR).reference(one.steps(), one.mean(), ONE_COLOR);
        Table walk = laws.where("law", WALK);
        if (walk.rows() > 0) panel.law(WALK, Style.INK, SeedCurve.of(walk, "sink.logit"));
    }

    private static void key(Sheet sheet, List<String> conditions, int seeds, int height) {
        double x = 24;
        for (int c = 0; c < conditions.size(); c++)
            x = sheet.keyMarker(conditions.get(c), Style.condition(c), Style.marker(c), true, x, height - 80);
        x = sheet.keyLine(
                seeds > 1 ? "mean of " + seeds + " seeds" : "one seed", Style.CURVE, Style.GRAY, 24, height - 50);
        if (seeds > 1) sheet.keyArea("lowest to highest seed", Style.faint(Style.INK), x, height - 50);
        x = sheet.keyLine("slope 1/2 in log t", Style.DASHES, HALF_COLOR, 24, height - 20);
        x = sheet.keyLine("slope 1 in log t", Style.DASHES, ONE_COLOR, x, height - 20);
        sheet.keyLine("Adam's walk, nothing fitted", Style.DASHES, Style.INK, x, height - 20);
    }

    private static String caption(String setting, int seeds) {
        return "The sink logit of one trained layer: " + setting
                + ". The logit that a query of the reduced model with as much attention on <s> would have, mean over tokens that are no"
                + " trigger; delta-logit is the difference of scores. Dashed over the last decade of steps: slopes 1/2 and 1 in log t"
                + " through the measured curve; under AdamW also the law of a random walk above a wall, with the measured steps of the walk and"
                + " the measured variance of the bag, and nothing fitted."
                + (seeds > 1
                        ? " Lines are means over " + seeds + " seeds, bands reach from the lowest seed to the highest."
                        : " One seed.");
    }
}
