package backcopy.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Means with their intervals, a row for each condition and a panel for each quantity: for more conditions, or longer names,
 * than fit below an axis.
 *
 * <p>The table has a row for each point: {@code group}, {@code row}, {@code panel} (texts), {@code mean}, {@code low} and
 * {@code high}. Groups and rows are drawn in the order of their first points, a group's first row is what its others are
 * compared with.
 */
public final class RowIntervals implements Figure {
    static final int WIDTH = 1008;
    static final int ROW = 27;

    private static final int TOP = 80;
    private static final int MOST_LABELS = 246;
    private static final int LETTER = 10;
    private static final int KEY = 46;
    private static final int INDENT = 14;

    /**
     * What one panel shows.
     *
     * @param name in the table's column {@code panel}
     * @param heading above it
     * @param unit below its axis
     * @param logarithmic whether the axis is
     */
    public record Panel(String name, String heading, String unit, boolean logarithmic) {}

    /** A line of the figure: a group's heading, or a row of it. */
    record Line(String group, String row, boolean first) {
        boolean isHeading() {
            return row.isEmpty();
        }
    }

    private final String name;
    private final String title;
    private final String about;
    private final List<Panel> panels;

    /** The figure of these panels, side by side. */
    public RowIntervals(String name, String title, String about, Panel... panels) {
        this.name = name;
        this.title = title;
        this.about = about;
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
        List<Line> lines = lines(points);
        int labels = labels(lines);
        List<Panel> panels = this.panels.stream()
                .filter(panel -> points.where("panel", panel.name())
                                .where("mean", Double::isFinite)
                                .rows()
                        > 0)
                .toList();
        if (panels.isEmpty()) throw new IllegalArgumentException(name + " has no point to draw");
        int chart = (WIDTH - labels) / panels.size(), plot = lines.size() * ROW;
        int height = TOP + RowPanel.HEAD + plot + 2 * RowPanel.PADDING + RowPanel.AXIS + KEY;
        List<RowPanel> painted = panels.stream()
                .map(panel -> new RowPanel(panel, points.where("panel", panel.name()), lines, chart))
                .toList();
        return new Picture(
                name,
                caption(setting, panels),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title(title, setting);
                    for (int i = 0; i < lines.size(); i++) {
                        double baseline = TOP + RowPanel.HEAD + RowPanel.PADDING + (i + 0.5) * ROW + 6;
                        Line line = lines.get(i);
                        if (line.isHeading()) sheet.text(line.group(), Style.HEADING, 16, baseline);
                        else sheet.text(line.row(), Style.LABEL, 16 + INDENT, baseline);
                    }
                    for (int i = 0; i < painted.size(); i++)
                        painted.get(i).paint(sheet, "(" + (char) ('a' + i) + ")", labels + i * chart, TOP);
                    double x = sheet.keyLine("mean, 95 % interval", Style.line(1.6), Style.BLUE, 24, height - 16);
                    sheet.keyLine("mean of the first row", Style.DASHES, Style.GRAY, x, height - 16);
                },
                Map.of("", points));
    }

    /** Room for the longest label. */
    private static int labels(List<Line> lines) {
        int letters = lines.stream()
                .mapToInt(line -> Math.max(line.group().length(), line.row().length()))
                .max()
                .orElse(0);
        return Math.min(MOST_LABELS, 2 * INDENT + 24 + LETTER * letters);
    }

    /** Every group's heading with its rows below it. */
    static List<Line> lines(Table points) {
        List<String> groups = points.texts("group"), rows = points.texts("row");
        Map<String, Set<String>> rowsOf = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++)
            rowsOf.computeIfAbsent(groups.get(i), group -> new LinkedHashSet<>())
                    .add(rows.get(i));
        List<Line> lines = new ArrayList<>();
        rowsOf.forEach((group, names) -> {
            lines.add(new Line(group, "", false));
            boolean first = true;
            for (String row : names) {
                lines.add(new Line(group, row, first));
                first = false;
            }
        });
        return lines;
    }

    private String caption(String setting, List<Panel> panels) {
        return title + ": " + setting + ". "
                + panels.stream().map(Panel::heading).collect(Collectors.joining("; "))
                + ". Points are means over seeds, whiskers the 95 % interval of the mean; dashed: the mean of each group's"
                + " first row. On a logarithmic axis what is not above zero has no point; a quantity without any has no panel.";
    }
}
