package backcopy.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What all figures look like: white ground, fonts of at least 8 points at {@value Picture#UNITS} units per inch, colors
 * that color-blind readers tell apart (Okabe and Ito, 2008).
 */
final class Style {
    static final Color BLUE = new Color(0x0072B2);
    static final Color GREEN = new Color(0x009E73);
    static final Color PURPLE = new Color(0xCC79A7);
    static final Color ORANGE = new Color(0xE69F00);
    static final Color VERMILION = new Color(0xD55E00);
    static final Color SKY = new Color(0x56B4E9);
    static final Color INK = new Color(0x222222);
    static final Color GRAY = new Color(0xA6A6A6);
    static final Color PALE = new Color(0xE4E4E4);

    static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 17);
    static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 18);
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 22);

    static final int MARKER = 9;
    static final BasicStroke CURVE = line(2.6);
    static final BasicStroke DASHES =
            new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {7, 4}, 0);

    /** The ramp for weights from none to most: one hue, lightness falls steadily, so it reads in gray print too. */
    static final Color[] RAMP = {
        new Color(0xFFFFFF), new Color(0xB9D7EC), new Color(0x5BA3D0), new Color(0x0072B2), new Color(0x08306B)
    };

    /** The ramp for weights below zero, from none to most; its lightness falls as that of {@link #RAMP}. */
    private static final Color[] BELOW = {
        new Color(0xFFFFFF), new Color(0xF7D3BB), new Color(0xE99B68), new Color(0xD55E00), new Color(0x6B2400)
    };

    /** From the most below zero over none to the most above it. */
    private static final Color[] SIGNED = {
        BELOW[4], BELOW[3], BELOW[2], BELOW[1], RAMP[0], RAMP[1], RAMP[2], RAMP[3], RAMP[4]
    };

    /** The colors of conditions that are compared, in order; more of them begin anew. */
    private static final Color[] CONDITIONS = {BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, GRAY};

    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.SQUARE,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.TRIANGLE_DOWN,
        SeriesMarkers.CROSS,
        SeriesMarkers.CIRCLE
    };

    private Style() {}

    static Color condition(int number) {
        return CONDITIONS[number % CONDITIONS.length];
    }

    static Marker marker(int number) {
        return MARKERS[number % MARKERS.length];
    }

    /** The color of {@code share} of the way along {@link #RAMP}, in [0, 1]. */
    static Color ramp(double share) {
        return along(RAMP, share);
    }

    /** The colors of weights in this range, from the least to the most, evenly. */
    static Color[] colors(WeightRange range) {
        return range.isSigned() ? SIGNED : RAMP;
    }

    /** The color of a weight in this range. */
    static Color color(WeightRange range, double weight) {
        return along(colors(range), range.share(weight));
    }

    private static Color along(Color[] ramp, double share) {
        double place = Math.max(0, Math.min(1, share)) * (ramp.length - 1);
        int from = Math.min((int) place, ramp.length - 2);
        double part = place - from;
        return new Color(
                mixed(ramp[from].getRed(), ramp[from + 1].getRed(), part),
                mixed(ramp[from].getGreen(), ramp[from + 1].getGreen(), part),
                mixed(ramp[from].getBlue(), ramp[from + 1].getBlue(), part));
    }

    private static int mixed(int from, int to, double part) {
        return (int) Math.round(from + part * (to - from));
    }

    static Color faint(Color color) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), 64);
    }

    static BasicStroke line(double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /** Dresses a chart's axes and grid, without title and legend; the caller sets ranges. */
    static void dress(AxesChartStyler styler) {
        styler.setLocale(Locale.ROOT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setChartFontColor(INK);
        styler.setPlotBorderVisible(true);
        styler.setPlotBorderColor(INK);
        styler.setPlotMargin(0);
        styler.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTickMarksColor(INK);
        styler.setAxisTickLabelsColor(INK);
        styler.setAxisTickLabelsFont(LABEL);
        styler.setAxisTitleFont(LABEL);
        styler.setAxisTitlePadding(8);
        styler.setAxisTickPadding(5);
        styler.setAxisTickMarkLength(6);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setPlotGridLinesColor(PALE);
        styler.setPlotGridLinesStroke(line(1));
        styler.setChartTitleVisible(false);
        styler.setChartTitleFont(HEADING); // XChart sets it all the same, and VectorGraphics2D fails on none
        styler.setLegendVisible(false);
        styler.setMarkerSize(MARKER);
    }
}
