package backcopy.figure;

import java.util.List;
import java.util.Map;

/**
 * Conditions compared over training: a panel for each quantity, in it a curve for each condition.
 *
 * <p>First table: {@code condition} (text), {@code step}, {@code seed} and a column for each quantity. Second table, if
 * given: {@code step} and some of the same columns, published curves to be drawn dashed; with {@code condition} as well, one
 * for each condition.
 */
public final class ConditionCurves implements Figure {
    private static final int WIDTH = 1008;
    private static final int TOP = 84;

    /**
     * What one panel shows.
     *
     * @param column of the table
     * @param heading above the panel
     * @param unit along its vertical axis
     * @param logarithmic whether that axis is
     */
    public record Quantity(String column, String heading, String unit, boolean logarithmic) {}

    private final String name;
    private final String about;
    private final String title;
    private final List<Quantity> quantities;

    /** The figure of these quantities, two panels in a row. */
    public ConditionCurves(String name, String title, String about, Quantity... quantities) {
        this.name = name;
        this.title = title;
        this.about = about;
        this.quantities = List.of(quantities);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String about() {
        return about;
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length < 1 || tables.length > 2 || tables[0].rows() == 0)
            throw new IllegalArgumentException(name + " takes a table of runs and at most one of published curves");
        Table runs = tables[0];
        List<String> conditions = runs.texts("condition").stream().distinct().toList();
        int seeds = runs.distinct("seed").length;
        boolean published = tables.length == 2;
        List<StepPanel> panels = quantities.stream()
                .map(quantity -> panel(quantity, conditions, tables))
                .toList();
        int rows = (panels.size() + 1) / 2;
        int height = TOP + rows * StepPanel.HEIGHT + 78;
        return new Picture(
                name,
                caption(setting, seeds, published),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title(title, setting);
                    for (int i = 0; i < panels.size(); i++)
                        panels.get(i)
                                .paintWithoutKey(sheet, 4 + i % 2 * StepPanel.WIDTH, TOP + i / 2 * StepPanel.HEIGHT);
                    key(sheet, conditions, seeds, published, height);
                },
                Map.of("", runs));
    }

    private StepPanel panel(Quantity quantity, List<String> conditions, Table... tables) {
        Table runs = tables[0];
        char letter = (char) ('a' + quantities.indexOf(quantity));
        StepPanel panel = new StepPanel(
                "(" + letter + ")  " + quantity.heading(),
                quantity.unit(),
                StepAxis.of(runs.distinct("step")),
                quantity.logarithmic());
        for (int c = 0; c < conditions.size(); c++) {
            Table condition = runs.where("condition", conditions.get(c));
            panel.curve(
                    conditions.get(c),
                    Style.condition(c),
                    Style.marker(c),
                    SeedCurve.of(condition, quantity.column(), quantity.logarithmic()));
        }
        if (tables.length == 2 && tables[1].has(quantity.column()))
            publish(panel, quantity.column(), tables[1], conditions);
        return panel;
    }

    private static void publish(StepPanel panel, String column, Table published, List<String> conditions) {
        if (!published.has("condition")) panel.reference(published.numbers("step"), published.numbers(column));
        else
            for (int c = 0; c < conditions.size(); c++) {
                Table own = published.where("condition", conditions.get(c));
                panel.reference(own.numbers("step"), own.numbers(column), Style.condition(c));
            }
    }

    private static void key(Sheet sheet, List<String> conditions, int seeds, boolean published, int height) {
        double x = 24;
        for (int c = 0; c < conditions.size(); c++)
            x = sheet.keyMarker(conditions.get(c), Style.condition(c), Style.marker(c), true, x, height - 50);
        x = 24;
        x = sheet.keyLine(
                seeds > 1 ? "mean of " + seeds + " seeds" : "one seed", Style.CURVE, Style.GRAY, x, height - 20);
        if (seeds > 1) x = sheet.keyArea("lowest to highest seed", Style.faint(Style.INK), x, height - 20);
        if (published) sheet.keyLine("published (one seed)", Style.DASHES, Style.INK, x, height - 20);
    }

    private String caption(String setting, int seeds, boolean published) {
        StringBuilder text = new StringBuilder(title + ": " + setting + ".");
        for (int i = 0; i < quantities.size(); i++)
            text.append(" (")
                    .append((char) ('a' + i))
                    .append(") ")
                    .append(quantities.get(i).heading())
                    .append('.');
        text.append(
                seeds > 1
                        ? " Lines are means over " + seeds
                                + " seeds (geometric on logarithmic axes), bands reach from the lowest seed to the highest."
                        : " One seed.");
        if (published) text.append(" Dashed: a published curve, one seed.");
        return text.toString();
    }
}
