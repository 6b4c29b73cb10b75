package backcopy.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Means with whiskers, by category and condition; published numbers beside them.
 *
 * <p>The table has a row for each point: {@code panel}, {@code category}, {@code condition} (texts), {@code mean}, {@code
 * low}, {@code high} and {@code published}, NaN where there is none. A row without category is a line across its panel,
 * which {@code condition} names.
 */
public final class IntervalPoints implements Figure {
    private static final int WIDTH = 1008;
    private static final int TOP = 84;

    /**
     * What one panel shows.
     *
     * @param name in the table's column {@code panel}, and above the panel
     * @param unit along its vertical axis
     * @param categories along its horizontal axis
     * @param logarithmic whether the vertical axis is
     */
    public record Panel(String name, String unit, String categories, boolean logarithmic) {}

    private final String name;
    private final String about;
    private final String title;
    private final String whiskers;
    private final int columns;
    private final List<Panel> panels;

    /**
     * The figure of these panels.
     *
     * @param whiskers what {@code low} and {@code high} are
     * @param columns panels in a row
     */
    public IntervalPoints(String name, String title, String about, String whiskers, int columns, Panel... panels) {
        this.whiskers = whiskers;
        this.name = name;
        this.title = title;
        this.about = about;
        this.columns = columns;
        this.panels = List.of(panels);
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
        if (tables.length != 1 || tables[0].rows() == 0)
            throw new IllegalArgumentException(name + " takes one table of points");
        Table points = tables[0];
        List<String> conditions = conditions(points);
        List<PointPanel> painted = new ArrayList<>();
        for (Panel panel : panels)
            painted.add(new PointPanel(
                    (panels.size() > 1 ? "(" + (char) ('a' + painted.size()) + ")  " : "") + panel.name(),
                    panel,
                    points.where("panel", panel.name()),
                    conditions,
                    (WIDTH - 8) / columns));
        int rows = (panels.size() + columns - 1) / columns;
        int height = TOP + rows * PointPanel.HEIGHT + 48;
        return new Picture(
                name,
                caption(setting),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title(title, setting);
                    for (int i = 0; i < painted.size(); i++)
                        painted.get(i)
                                .paint(
                                        sheet,
                                        4 + i % columns * ((WIDTH - 8) / columns),
                                        TOP + i / columns * PointPanel.HEIGHT);
                    key(sheet, points, conditions, height - 20);
                },
                Map.of("", points));
    }

    /** The conditions of points, in order; a line's name is none. */
    private static List<String> conditions(Table points) {
        List<String> categories = points.texts("category"), conditions = points.texts("condition");
        List<String> named = new ArrayList<>();
        for (int row = 0; row < points.rows(); row++)
            if (!categories.get(row).isEmpty() && !named.contains(conditions.get(row))) named.add(conditions.get(row));
        return named;
    }

    private void key(Sheet sheet, Table points, List<String> conditions, double baseline) {
        double x = 24;
        for (int c = 0; c < conditions.size(); c++)
            x = sheet.keyMarker(conditions.get(c), Style.condition(c), Style.marker(c), false, x, baseline);
        Table spread = points.where("low", Double::isFinite);
        if (spread.rows() > 0) x = sheet.keyLine(whiskers, Style.line(1.6), Style.GRAY, x, baseline);
        if (points.where("published", Double::isFinite).rows() > 0)
            x = sheet.keyMarker("published", Style.INK, PointPanel.PUBLISHED, false, x, baseline);
        Map<String, String> lines = new LinkedHashMap<>();
        Table across = points.where("category", "");
        across.texts("condition").forEach(line -> lines.put(line, line));
        for (String line : lines.keySet()) x = sheet.keyLine(line, Style.DASHES, Style.INK, x, baseline);
    }

    private String caption(String setting) {
        return title + ": " + setting + ". Panels: "
                + panels.stream().map(Panel::name).collect(Collectors.joining("; "))
                + ". Markers are means over seeds; whiskers: " + whiskers + ".";
    }
}
