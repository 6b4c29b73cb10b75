package backcopy.figure;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Quantities over two keys: a heat map for each quantity, its numbers in its cells, and again for each condition of what else
 * was varied. One color scale a quantity, so that conditions can be compared.
 *
 * <p>The table has a row for each cell: {@code condition} (text, may be empty), {@code panel} (text), {@code logarithmic} (0 or
 * 1: whether colors follow the logarithm), {@code x}, {@code y}, and {@code value}, NaN where there is none. The setting says
 * what x and y are.
 */
public final class PhaseFigure implements Figure {
    private static final int WIDTH = 1008;
    private static final int TOP = 84;
    private static final int COLUMNS = 3;
    private static final int LABELS = 74;
    private static final int HEAD = 34;
    private static final int FOOT = 40;
    private static final int GAP = 12;
    private static final int MOST_CELL = 44;
    /** A cell of this width has room for one more digit. */
    private static final int WIDE = 70;

    private static final Color NOTHING = Style.PALE;

    private static final Comparator<String> NATURAL =
            Comparator.comparingDouble(PhaseFigure::number).thenComparing(Comparator.naturalOrder());

    /** One heat map. */
    private record HeatMap(
            String heading, Table cells, List<String> xs, List<String> ys, double least, double most, boolean log) {
        /** Where a value is on the color scale, in [0, 1]. */
        double share(double value) {
            if (most == least) return 0.5;
            return log ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
        }
    }

    @Override
    public String name() {
        return "phase";
    }

    @Override
    public String about() {
        return "signatures of a sweep over two of its keys (bb figure phase --sweep NAME --x KEY --y KEY)";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1 || tables[0].rows() == 0)
            throw new IllegalArgumentException(name() + " takes one table of cells");
        Table all = tables[0];
        List<String> xs = levels(all, "x"), ys = levels(all, "y");
        List<HeatMap> maps = maps(all, xs, ys);
        int cell = Math.max(16, Math.min(MOST_CELL, 420 / ys.size()));
        int panelHeight = HEAD + cell * ys.size() + FOOT;
        int rows = (maps.size() + COLUMNS - 1) / COLUMNS;
        int height = TOP + rows * panelHeight + 8;
        return new Picture(
                name(),
                "Signatures over two keys: " + setting
                        + ". Colors go from the least to the largest of a quantity; pale:"
                        + " no value, such as the formation of a sink that never came, or no run that is finished.",
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title("Phases", setting);
                    for (int i = 0; i < maps.size(); i++)
                        paint(
                                graphics,
                                sheet,
                                maps.get(i),
                                16 + i % COLUMNS * ((WIDTH - 24) / COLUMNS),
                                TOP + i / COLUMNS * panelHeight,
                                cell);
                },
                Map.of("", all));
    }

    private static List<HeatMap> maps(Table all, List<String> xs, List<String> ys) {
        List<HeatMap> maps = new ArrayList<>();
        for (String condition : all.texts("condition").stream().distinct().toList())
            for (String panel : all.texts("panel").stream().distinct().toList()) {
                Table quantity = all.where("panel", panel);
                double[] values = DoubleStream.of(quantity.numbers("value"))
                        .filter(Double::isFinite)
                        .toArray();
                double least = DoubleStream.of(values).min().orElse(0),
                        most = DoubleStream.of(values).max().orElse(0);
                boolean log = least > 0 && quantity.numbers("logarithmic")[0] == 1;
                String heading = panel + (condition.isEmpty() ? "" : ", " + condition);
                maps.add(new HeatMap(heading, quantity.where("condition", condition), xs, ys, least, most, log));
            }
        return maps;
    }

    private static void paint(Graphics2D graphics, Sheet sheet, HeatMap map, int left, int top, int cell) {
        sheet.textWithin((WIDTH - 24) / COLUMNS - GAP, map.heading(), Style.HEADING, left, top + 20);
        double width =
                ((WIDTH - 24) / (double) COLUMNS - LABELS - GAP) / map.xs().size();
        int x0 = left + LABELS, y0 = top + HEAD;
        List<String> xs = map.cells().texts("x"), ys = map.cells().texts("y");
        double[] values = map.cells().numbers("value");
        Font font = Style.LABEL.deriveFont((float) Math.min(15, Math.min(cell * 0.6, width * 0.32)));
        for (int i = 0; i < values.length; i++) {
            double x = x0 + map.xs().indexOf(xs.get(i)) * width;
            double y = y0 + (map.ys().size() - 1 - map.ys().indexOf(ys.get(i))) * (double) cell;
            boolean there = Double.isFinite(values[i]);
            double share = there ? map.share(values[i]) : 0;
            graphics.setColor(there ? Style.ramp(share) : NOTHING);
            graphics.fill(new Rectangle2D.Double(x, y, width, cell));
            Sheet.text(
                    graphics,
                    there ? text(values[i], width < WIDE ? 0 : 1) : "none",
                    font,
                    share > 0.55 ? Color.WHITE : Style.INK,
                    x + width / 2,
                    y + cell / 2.0 + font.getSize2D() * 0.36,
                    0.5);
        }
        Font labels = Style.LABEL.deriveFont((float) Math.min(17, Math.min(cell * 0.9, width * 0.4)));
        for (int x = 0; x < map.xs().size(); x++)
            Sheet.text(
                    graphics,
                    map.xs().get(x),
                    labels,
                    Style.INK,
                    x0 + (x + 0.5) * width,
                    y0 + cell * map.ys().size() + 18,
                    0.5);
        for (int y = 0; y < map.ys().size(); y++)
            Sheet.text(
                    graphics,
                    map.ys().get(map.ys().size() - 1 - y),
                    labels,
                    Style.INK,
                    x0 - 6,
                    y0 + (y + 0.5) * cell + 6,
                    1);
        graphics.setColor(Style.INK);
        graphics.setStroke(Style.line(1));
        graphics.draw(new Rectangle2D.Double(
                x0, y0, width * map.xs().size(), cell * (double) map.ys().size()));
    }

    /** The different values of a column: numbers by their size, texts by their letters. */
    static List<String> levels(Table table, String column) {
        return table.texts(column).stream().distinct().sorted(NATURAL).toList();
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /** @param more digits than two, where they fit */
    static String text(double value, int more) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e5) return Long.toString((long) value);
        if (size >= 1e4 || size < 1e-2)
            return String.format(Locale.ROOT, "%." + more + "e", value)
                    .replace("e-0", "e-")
                    .replace("e+0", "e");
        int digits = (size < 1 ? 2 : size < 10 ? 1 : size < 100 ? 0 : -1) + more;
        return String.format(Locale.ROOT, "%." + Math.max(0, digits) + "f", value);
    }
}
