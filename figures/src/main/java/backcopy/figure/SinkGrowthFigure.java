package backcopy.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The sink logit of a trained layer over training, by optimizer, with the laws of the theory over its last decade of steps; and
 * the spread of the sink logits of different tokens.
 *
 * <p>First table: {@code condition} (the optimizer), {@code seed}, {@code step}, {@code sink.logit}, {@code delta.logit}, {@code
 * spread}, {@code attention}. Second table: {@code condition}, {@code seed}, {@code step}, {@code law} (one of {@value #HALF},
 * {@value #ONE}, {@value #WALK}), {@code sink.logit}.
 */
public final class SinkGrowthFigure implements Figure {
    private static final String HALF = "1/2 log t", ONE = "log t", WALK = "walk";
    private static final int WIDTH = 1008;
    private static final int TOP = 84;
    /** Of the laws, in the panels and in the key. */
    private static final Map<String, Color> LAWS = laws();

    private static Map<String, Color> laws() {
        Map<String, Color> laws = new LinkedHashMap<>();
        laws.put(HALF, Style.GREEN);
        laws.put(ONE, Style.PURPLE);
        laws.put(WALK, Style.INK);
        return laws;
    }

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
        Table runs = tables[0];
        List<String> conditions = runs.texts("condition").stream().distinct().toList();
        List<StepPanel> panels = new ArrayList<>();
        for (String condition : conditions) panels.add(growth(condition, letter(panels), runs, tables[1]));
        panels.add(compared("Spread over tokens", "standard deviation", "spread", letter(panels), runs, conditions));
        panels.add(compared("Attention on <s>", "attention weight", "attention", letter(panels), runs, conditions));
        int seeds = runs.distinct("seed").length;
        int height = TOP + (panels.size() + 1) / 2 * StepPanel.HEIGHT + 78;
        return new Picture(
                name(),
                caption(setting, seeds),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title("The sink logit of a trained layer beside its laws", setting);
                    for (int i = 0; i < panels.size(); i++)
                        panels.get(i).paint(sheet, 4 + i % 2 * StepPanel.WIDTH, TOP + i / 2 * StepPanel.HEIGHT);
                    key(sheet, seeds, height);
                },
                Map.of("", runs, "-laws", tables[1]));
    }

    private static String letter(List<StepPanel> before) {
        return "(" + (char) ('a' + before.size()) + ")  ";
    }

    private static StepPanel growth(String condition, String letter, Table runs, Table laws) {
        Table own = runs.where("condition", condition), ownLaws = laws.where("condition", condition);
        StepPanel panel = new StepPanel(letter + condition, "logit", StepAxis.of(runs.distinct("step")), false)
                .curve("sink logit", Style.BLUE, SeriesMarkers.CIRCLE, SeedCurve.of(own, "sink.logit"))
                .curve("delta-logit", Style.ORANGE, SeriesMarkers.SQUARE, SeedCurve.of(own, "delta.logit"));
        LAWS.forEach((law, color) -> {
            Table rows = ownLaws.where("law", law);
            if (rows.rows() > 0) panel.law(law, color, SeedCurve.of(rows, "sink.logit"));
        });
        return panel;
    }

    private static StepPanel compared(
            String heading, String unit, String column, String letter, Table runs, List<String> conditions) {
        StepPanel panel = new StepPanel(letter + heading, unit, StepAxis.of(runs.distinct("step")), false);
        for (int c = 0; c < conditions.size(); c++)
            panel.curve(
                    conditions.get(c),
                    Style.condition(c),
                    Style.marker(c),
                    SeedCurve.of(runs.where("condition", conditions.get(c)), column));
        return panel;
    }

    private static void key(Sheet sheet, int seeds, int height) {
        double x = sheet.keyLine(
                seeds > 1 ? "mean of " + seeds + " seeds" : "one seed", Style.CURVE, Style.GRAY, 24, height - 50);
        if (seeds > 1) sheet.keyArea("lowest to highest seed", Style.faint(Style.INK), x, height - 50);
        x = sheet.keyLine("slope 1/2", Style.DASHES, LAWS.get(HALF), 24, height - 20);
        x = sheet.keyLine("slope 1", Style.DASHES, LAWS.get(ONE), x, height - 20);
        sheet.keyLine("Adam's walk, nothing fitted", Style.DASHES, LAWS.get(WALK), x, height - 20);
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
