package backcopy.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.markers.Marker;

/**
 * White paper on which charts and lines of text are set at given places. Text becomes outlines, as XChart's does. All
 * lengths are units of {@link Picture}.
 */
final class Sheet {
    private static final int SAMPLE = 34;

    private static final int MARGIN = 16;

    private final Graphics2D graphics;
    private final int width;

    Sheet(Graphics2D graphics, int width, int height) {
        this.graphics = graphics;
        this.width = width;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fill(new Rectangle2D.Double(0, 0, width, height));
    }

    /** Writes the figure's title and under it one line about what was run, smaller if it is too long for the sheet. */
    void title(String title, String setting) {
        text(title, Style.TITLE, MARGIN, 30);
        textWithin(width - 2 * MARGIN, setting, Style.LABEL, MARGIN, 57);
    }

    /** Writes text from (x, baseline) on, smaller if it is longer than {@code most}. */
    void textWithin(double most, String text, Font font, double x, double baseline) {
        double advance =
                font.getStringBounds(text, graphics.getFontRenderContext()).getWidth();
        double share = Math.min(1, most / Math.max(1, advance));
        text(text, font.deriveFont((float) (share * font.getSize())), x, baseline);
    }

    /** Paints a chart with its left upper corner at (x, y). */
    void chart(Chart<?, ?> chart, int x, int y) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.setTransform(before); // not create() and dispose(): VectorGraphics2D's SVG then keeps the old one
    }

    /** Writes text from (x, baseline) on; returns its advance. */
    double text(String text, Font font, double x, double baseline) {
        return text(graphics, text, font, Style.INK, x, baseline, 0);
    }

    /** A sample of a line and what it stands for; returns where the next one may start. */
    double keyLine(String text, BasicStroke stroke, Color color, double x, double baseline) {
        sample(stroke, color, x, baseline);
        return x + SAMPLE + 8 + text(text, Style.LABEL, x + SAMPLE + 8, baseline) + 28;
    }

    /** The sample of a curve with markers and its name, up to {@code right}; returns where the one before may end. */
    double keyBefore(String text, Color color, Marker marker, double right, double baseline) {
        double x = right - text(graphics, text, Style.LABEL, Style.INK, right, baseline, 1) - 6 - SAMPLE;
        sample(Style.CURVE, color, x, baseline);
        marker.paint(graphics, x + SAMPLE / 2.0, baseline - 6, Style.MARKER);
        return x - 14;
    }

    /** A sample of a curve with markers, or of its markers alone, and what it stands for; returns where the next may start. */
    double keyMarker(String text, Color color, Marker marker, boolean line, double x, double baseline) {
        if (line) {
            sample(Style.CURVE, color, x, baseline);
        }
        graphics.setColor(color);
        marker.paint(graphics, x + SAMPLE / 2.0, baseline - 6, Style.MARKER);
        return x + SAMPLE + 8 + text(text, Style.LABEL, x + SAMPLE + 8, baseline) + 24;
    }

    /** A sample of a curve that ends in a marker, and its name. */
    void keyMarked(String text, Color color, Marker marker, double x, double baseline) {
        sample(Style.CURVE, color, x, baseline);
        marker.paint(graphics, x + SAMPLE, baseline - 6, Style.MARKER);
        text(text, Style.LABEL, x + SAMPLE + 12, baseline);
    }

    private void sample(BasicStroke stroke, Color color, double x, double baseline) {
        graphics.setColor(color);
        graphics.setStroke(stroke);
        graphics.draw(new Line2D.Double(x, baseline - 6, x + SAMPLE, baseline - 6));
    }

    /** A sample of an area and what it stands for; returns where the next one may start. */
    double keyArea(String text, Color color, double x, double baseline) {
        graphics.setColor(color);
        graphics.fill(new Rectangle2D.Double(x, baseline - 14, SAMPLE, 16));
        return x + SAMPLE + 8 + text(text, Style.LABEL, x + SAMPLE + 8, baseline) + 28;
    }

    /** The scale of a heat map: the colors of {@code range} upwards from (x, y + height), with numbers beside them. */
    void ramp(double x, double y, double width, double height, WeightRange range) {
        int bands = 64;
        double all = range.most() - range.least();
        for (int i = bands; i > 0; i--) {
            double top = height * (bands - i) / bands; // each reaches to the foot: no seams between them
            graphics.setColor(Style.color(range, range.least() + all * (i - 0.5) / bands));
            graphics.fill(new Rectangle2D.Double(x, y + top, width, height - top));
        }
        graphics.setColor(Style.INK);
        graphics.setStroke(Style.line(1));
        graphics.draw(new Rectangle2D.Double(x, y, width, height));
        int ticks = range.isSigned() ? 2 : range.most() == 1 ? 4 : 1;
        for (int tick = 0; tick <= ticks; tick++) {
            double level = y + height * (ticks - tick) / ticks;
            graphics.draw(new Line2D.Double(x + width, level, x + width + 5, level));
            String number = ValueAxis.plain(range.least() + all * tick / ticks);
            text(number, Style.LABEL, x + width + 9, level + 6);
        }
    }

    /**
     * Writes text as outlines; returns its advance.
     *
     * @param align 0 if x is the text's left end, 0.5 its middle, 1 its right end
     */
    static double text(
            Graphics2D graphics, String text, Font font, Color color, double x, double baseline, double align) {
        if (text.isEmpty()) {
            return 0;
        }
        TextLayout layout = new TextLayout(text, font, graphics.getFontRenderContext());
        double advance = layout.getAdvance();
        graphics.setColor(color);
        graphics.fill(layout.getOutline(AffineTransform.getTranslateInstance(x - align * advance, baseline)));
        return advance;
    }
}
