package backcopy.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.internal.chartpart.Annotation;

/**
 * Tokens along the edges of a plot with one cell for each position: below it, and on its left if the vertical axis has a
 * title. XChart centers each label's ink, which makes a comma look like an apostrophe; here all stand on one baseline.
 * Where neighbors would touch, labels alternate between lanes.
 */
final class TokenAxes extends Annotation {
    static final int MOST_LANES = 3;

    /** Distance of two lanes below the plot. */
    static final int LANE = 21;

    private static final int GAP = 4;
    private static final int LEFT_LANE = 36;
    private static final Color CELL_LINE = new Color(0, 0, 0, 28);

    private final List<String> labels;
    private final int lanes;
    private final String belowTitle;
    private final String leftTitle;

    /**
     * Labels and a title below the plot; if {@code leftTitle} is not null, also beside it, the first token at the top, and
     * lines between the cells.
     */
    TokenAxes(List<String> labels, int lanes, String belowTitle, String leftTitle) {
        super(true);
        this.labels = labels;
        this.lanes = lanes;
        this.belowTitle = belowTitle;
        this.leftTitle = leftTitle;
    }

    /** What is printed for each token: white space made visible, triggers with an asterisk. */
    static List<String> labels(Table tokens) {
        List<String> symbols = tokens.texts("symbol");
        double[] trigger = tokens.numbers("trigger");
        return IntStream.range(0, symbols.size())
                .mapToObj(i -> visible(symbols.get(i)) + (trigger[i] == 1 ? "*" : ""))
                .toList();
    }

    private static String visible(String symbol) {
        return symbol.equals(" ") ? "\u2423" : symbol.equals("\n") ? "\\n" : symbol;
    }

    /** The fewest lanes in which no two labels touch if the cells are this wide; at most {@value #MOST_LANES}. */
    static int lanes(List<String> labels, double cell) {
        FontRenderContext context = new FontRenderContext(null, true, true);
        double[] widths = labels.stream()
                .mapToDouble(
                        label -> Style.LABEL.getStringBounds(label, context).getWidth())
                .toArray();
        for (int lanes = 1; lanes < MOST_LANES; lanes++) {
            int apart = lanes;
            boolean fits = IntStream.range(apart, widths.length)
                    .allMatch(i -> (widths[i - apart] + widths[i]) / 2 + GAP <= apart * cell);
            if (fits) {
                return lanes;
            }
        }
        return MOST_LANES;
    }

    @Override
    public void paint(Graphics2D graphics) {
        double left = getXAxisScreenValueForMin();
        double right = getXAxisScreenValueForMax();
        double top = getYAxisScreenValueForMin(); // on the screen the smaller value is the upper one
        double bottom = getYAxisScreenValueForMax();
        double content = styler.getPlotContentSize();
        double start = left + (1 - content) / 2 * (right - left);
        double cell = (right - left) * content / labels.size();
        for (int i = 0; i < labels.size(); i++) {
            double x = start + (i + 0.5) * cell;
            write(graphics, labels.get(i), x, bottom + LANE * (1 + i % lanes), 0.5);
        }
        write(graphics, belowTitle, (left + right) / 2, bottom + LANE * lanes + 27, 0.5);
        if (leftTitle != null) {
            cellLines(graphics, left, top, right, bottom);
            leftLabels(graphics, left, top, bottom);
        }
    }

    private void leftLabels(Graphics2D graphics, double left, double top, double bottom) {
        double row = (bottom - top) / labels.size();
        int columns = row < LANE - 3 ? 2 : 1;
        for (int i = 0; i < labels.size(); i++) {
            double x = left - 8 - LEFT_LANE * (i % columns);
            write(graphics, labels.get(i), x, top + (i + 0.5) * row + 6, 1);
        }
        AffineTransform upright = graphics.getTransform();
        graphics.rotate(-Math.PI / 2);
        write(graphics, leftTitle, -(top + bottom) / 2, left - 12 - LEFT_LANE * columns, 0.5);
        graphics.setTransform(upright);
    }

    private void cellLines(Graphics2D graphics, double left, double top, double right, double bottom) {
        graphics.setColor(CELL_LINE);
        graphics.setStroke(Style.line(0.7));
        for (int i = 1; i < labels.size(); i++) {
            double x = left + i * (right - left) / labels.size();
            double y = top + i * (bottom - top) / labels.size();
            graphics.draw(new Line2D.Double(x, top, x, bottom));
            graphics.draw(new Line2D.Double(left, y, right, y));
        }
        graphics.setColor(Style.INK);
        graphics.setStroke(Style.line(1.2)); // the cells' borders hide part of the plot's
        graphics.draw(new Rectangle2D.Double(left, top, right - left, bottom - top));
    }

    private static void write(Graphics2D graphics, String text, double x, double baseline, double align) {
        Sheet.text(graphics, text, Style.LABEL, Style.INK, x, baseline, align);
    }
}
