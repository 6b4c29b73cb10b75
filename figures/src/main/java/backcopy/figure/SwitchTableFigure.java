package backcopy.figure;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Switches by signatures: a table of means, colored where a switch differs from the first row.
 *
 * <p>The table has a row for each cell, in the order of the picture: {@code switch}, {@code group}, {@code signature} (texts),
 * {@code mean}, NaN where there is none, and {@code shade} in [-1, 1], how much less (below zero) or more there is than in the
 * first row, zero where that is open; {@code divergence}, in words, of a switch whose training came to no end in some seeds. Where
 * it never did, there is nothing else to say of it.
 */
public final class SwitchTableFigure implements Figure {
    private static final int WIDTH = 1008;
    private static final int TOP = 74;
    private static final int HEAD = 34;
    private static final int ROW = 24;
    private static final int LABELS = 212;
    private static final int MARGIN = 16;
    private static final int KEY = 46;
    private static final Font CELL = Style.LABEL.deriveFont(16f);
    /** The palest color of a difference, so that small ones are seen. */
    private static final double PALEST = 0.25;

    @Override
    public String name() {
        return "mitigations";
    }

    @Override
    public String about() {
        return "mitigations and variants by every signature, colored where they differ from softmax and AdamW";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1 || tables[0].rows() == 0)
            throw new IllegalArgumentException(name() + " takes one table of cells");
        Table cells = tables[0];
        List<String> switches = cells.texts("switch").stream().distinct().toList();
        List<String> signatures = cells.texts("signature").stream().distinct().toList();
        int height = TOP + HEAD + switches.size() * ROW + KEY;
        return new Picture(
                name(),
                "Mitigations and variants: " + setting
                        + ". Means over seeds. Colored where the 95 % interval of the change"
                        + " from the first row, paired by seed, lies on one side of zero: blue, less of it (of the drain: a"
                        + " ratio nearer to one or above); orange, more. Deepest from a factor of four on; of sink and"
                        + " costs, from the first row's own size on. A dash: not measured. Sorted by the sink."
                        + divergences(cells, switches),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title("Mitigations and variants", setting);
                    paint(graphics, sheet, cells, switches, signatures);
                    double x = sheet.keyArea("less than in the first row", color(-0.7), MARGIN, height - 16);
                    x = sheet.keyArea("more", color(0.7), x, height - 16);
                    x += sheet.text("white: open at 95 %", Style.LABEL, x, height - 16);
                    if (!divergences(cells, switches).isEmpty())
                        sheet.text("*: some seeds diverged", Style.LABEL, x + 28, height - 16);
                },
                Map.of("", cells));
    }

    private static void paint(
            Graphics2D graphics, Sheet sheet, Table cells, List<String> switches, List<String> signatures) {
        double width = (WIDTH - LABELS - MARGIN) / (double) signatures.size();
        int first = TOP + HEAD;
        Font heading = fitting(graphics, signatures, width - 4);
        for (int s = 0; s < signatures.size(); s++)
            Sheet.text(graphics, signatures.get(s), heading, Style.INK, LABELS + (s + 0.5) * width, first - 10, 0.5);
        for (int i = 0; i < switches.size(); i++) {
            double baseline = first + (i + 0.5) * ROW + 6;
            String divergence = divergence(cells, switches.get(i));
            String name = switches.get(i) + (divergence.isEmpty() ? "" : " *");
            sheet.textWithin(LABELS - MARGIN - 8, name, Style.LABEL, MARGIN, baseline);
            if (isEmpty(cells, switches.get(i)))
                Sheet.text(graphics, divergence, CELL, Style.INK, LABELS + width / 4, baseline, 0);
        }
        List<String> rows = cells.texts("switch"), columns = cells.texts("signature");
        double[] means = cells.numbers("mean"), shades = cells.numbers("shade");
        for (int i = 0; i < means.length; i++) {
            double x = LABELS + signatures.indexOf(columns.get(i)) * width;
            double y = first + switches.indexOf(rows.get(i)) * (double) ROW;
            if (shades[i] != 0) {
                graphics.setColor(color(shades[i]));
                graphics.fill(new Rectangle2D.Double(x, y, width, ROW));
            }
            if (isEmpty(cells, rows.get(i))) continue;
            Color ink = shades[i] < -0.55 ? Color.WHITE : Style.INK;
            Sheet.text(graphics, text(means[i]), CELL, ink, x + width / 2, y + ROW / 2.0 + 6, 0.5);
        }
        graphics.setColor(Style.INK);
        graphics.setStroke(Style.line(1));
        double right = WIDTH - MARGIN;
        graphics.draw(new Line2D.Double(MARGIN, first, right, first));
        graphics.draw(new Line2D.Double(MARGIN, first + ROW, right, first + ROW));
        double foot = first + switches.size() * (double) ROW;
        graphics.draw(new Line2D.Double(MARGIN, foot, right, foot));
    }

    private static String divergence(Table cells, String name) {
        return cells.where("switch", name).texts("divergence").get(0);
    }

    /** Whether every seed of a switch diverged. */
    private static boolean isEmpty(Table cells, String name) {
        Table own = cells.where("switch", name);
        return !divergence(cells, name).isEmpty()
                && Arrays.stream(own.numbers("mean")).allMatch(Double::isNaN);
    }

    /** Which switches have seeds that diverged, for the caption. */
    private static String divergences(Table cells, List<String> switches) {
        return switches.stream()
                .filter(name -> !divergence(cells, name).isEmpty())
                .map(name -> " * " + name + ": " + divergence(cells, name) + ".")
                .collect(Collectors.joining());
    }

    /** One size for all headings, at which the longest fits its column. */
    private static Font fitting(Graphics2D graphics, List<String> texts, double most) {
        double longest = texts.stream()
                .mapToDouble(text -> Style.LABEL
                        .getStringBounds(text, graphics.getFontRenderContext())
                        .getWidth())
                .max()
                .orElseThrow();
        return Style.LABEL.deriveFont((float) (Style.LABEL.getSize() * Math.min(1, most / longest)));
    }

    /** Blue below zero, orange above; paler towards zero. */
    static Color color(double shade) {
        Color full = shade < 0 ? Style.BLUE : Style.ORANGE;
        double part = PALEST + (1 - PALEST) * Math.min(1, Math.abs(shade));
        return new Color(mixed(full.getRed(), part), mixed(full.getGreen(), part), mixed(full.getBlue(), part));
    }

    private static int mixed(int full, double part) {
        return (int) Math.round(255 + part * (full - 255));
    }

    /** Two digits; more before the point. */
    static String text(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) return "\u2013";
        if (value == 0) return "0";
        if (size >= 1e4 || size < 1e-3)
            return String.format(Locale.ROOT, "%.0e", value)
                    .replace("e-0", "e-")
                    .replace("e+0", "e");
        int digits = Math.max(0, 1 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
