package backcopy.figure;

import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One panel of {@link RowIntervals}: points with whiskers along a horizontal axis, row below row. */
final class RowPanel {
    static final int PADDING = 10;

    static final int HEAD = 28;
    /** Room under the rows for ticks, their labels and the title. */
    static final int AXIS = 58;

    private static final double POINT = 9;
    /** Beyond both ends of an axis, so that a point there is none of the frame; as a part of the axis. */
    private static final double MARGIN = 0.04;
    /** Least distance of two tick labels. */
    private static final double APART = 10;

    private final String heading;
    private final XYChart chart;

    RowPanel(RowIntervals.Panel panel, Table points, List<RowIntervals.Line> lines, int width) {
        heading = panel.heading();
        chart = new XYChart(width, lines.size() * RowIntervals.ROW + 2 * PADDING);
        Style.dress(chart.getStyler());
        chart.getStyler().setChartPadding(PADDING);
        chart.getStyler().setXAxisTicksVisible(false);
        chart.getStyler().setYAxisTicksVisible(false);
        chart.getStyler().setPlotGridHorizontalLinesVisible(false);
        chart.getStyler().setXAxisLogarithmic(panel.logarithmic());
        chart.getStyler().setXAxisLogarithmicDecadeOnly(false);
        chart.getStyler().setPlotContentSize(1);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisMax((double) lines.size());
        ValueAxis values = axis(panel.logarithmic(), points);
        double margin = panel.logarithmic() ? 0 : MARGIN * (values.highest() - values.lowest());
        chart.getStyler().setXAxisMin(values.lowest() - margin);
        chart.getStyler().setXAxisMax(values.highest() + margin);
        XYSeries corners = chart.addSeries(
                "range", new double[] {values.lowest(), values.highest()}, new double[] {0, lines.size()});
        corners.setLineStyle(SeriesLines.NONE);
        corners.setMarker(SeriesMarkers.NONE);
        chart.addAnnotation(new Rows(points, lines, values, panel.unit()));
    }

    /** Paints the panel with its left upper corner at (x, y). */
    void paint(Sheet sheet, String letter, int x, int y) {
        sheet.textWithin(chart.getWidth() - PADDING, letter + " " + heading, Style.HEADING, x + PADDING, y + HEAD - 8);
        sheet.chart(chart, x, y + HEAD);
    }

    private static ValueAxis axis(boolean logarithmic, Table points) {
        DoubleStream all =
                Stream.of("mean", "low", "high").flatMapToDouble(column -> DoubleStream.of(points.numbers(column)));
        return ValueAxis.of(
                logarithmic,
                logarithmic
                        ? all.toArray()
                        : DoubleStream.concat(all, DoubleStream.of(0)).toArray());
    }

    /** Where ticks stand: round numbers, on a logarithmic axis 1, 2 and 5 times powers of ten. */
    static double[] ticks(ValueAxis values) {
        if (!values.logarithmic()) {
            double step = ValueAxis.step(1.6 * (values.highest() - values.lowest()));
            long first = (long) Math.ceil(values.lowest() / step - 1e-9);
            long last = (long) Math.floor(values.highest() / step + 1e-9);
            return LongStream.rangeClosed(first, last)
                    .mapToDouble(number -> number * step)
                    .toArray();
        }
        int least = (int) Math.floor(Math.log10(values.lowest()) + 1e-9);
        int most = (int) Math.ceil(Math.log10(values.highest()) - 1e-9);
        return IntStream.rangeClosed(least, most)
                .boxed()
                .flatMapToDouble(power -> DoubleStream.of(1, 2, 5).map(factor -> factor * Math.pow(10, power)))
                .filter(tick -> tick > 0.999 * values.lowest() && tick < 1.001 * values.highest())
                .toArray();
    }

    /**
     * Points, whiskers and ticks, painted by themselves: XChart has no horizontal error bars, and the height of its ticks
     * would move the rows.
     */
    private static final class Rows extends Annotation {
        private final Table points;
        private final List<RowIntervals.Line> lines;
        private final ValueAxis values;
        private final String unit;

        Rows(Table points, List<RowIntervals.Line> lines, ValueAxis values, String unit) {
            super(false);
            this.unit = unit;
            this.points = points;
            this.lines = lines;
            this.values = values;
        }

        @Override
        public void paint(Graphics2D graphics) {
            ticks(graphics);
            List<String> group = points.texts("group"), row = points.texts("row");
            double[] mean = points.numbers("mean"), low = points.numbers("low"), high = points.numbers("high");
            for (int i = 0; i < mean.length; i++) {
                int place = place(group.get(i), row.get(i));
                if (!shows(mean[i])) continue;
                if (lines.get(place).first()) reference(graphics, group.get(i), place, mean[i]);
                graphics.setColor(Style.BLUE);
                if (low[i] < high[i]) whisker(graphics, place, low[i], high[i]);
                double x = chart.getScreenXFromChart(mean[i]), y = y(place + 0.5);
                graphics.fill(new Ellipse2D.Double(x - POINT / 2, y - POINT / 2, POINT, POINT));
            }
        }

        /** Powers of ten are labeled first, then whatever has room; a label at an end of the axis stays within the panel. */
        private void ticks(Graphics2D graphics) {
            double bottom = getYAxisScreenValueForMax(); // on the screen the largest value is the lowest one
            List<double[]> taken = new ArrayList<>();
            double[] ticks = RowPanel.ticks(values);
            graphics.setColor(Style.INK);
            graphics.setStroke(Style.line(1));
            for (double tick : ticks) {
                double x = chart.getScreenXFromChart(tick);
                graphics.draw(new Line2D.Double(x, bottom, x, bottom + 6));
            }
            for (boolean powers : new boolean[] {true, false})
                for (double tick : ticks) {
                    boolean isPower = values.logarithmic() && Math.abs(Math.log10(tick) % 1) < 1e-9;
                    if (isPower == powers) label(graphics, tick, bottom + 25, taken);
                }
            double middle = (getXAxisScreenValueForMin() + getXAxisScreenValueForMax()) / 2.0;
            Sheet.text(graphics, unit, Style.LABEL, Style.INK, middle, bottom + 49, 0.5);
        }

        private void label(Graphics2D graphics, double tick, double baseline, List<double[]> taken) {
            String text = values.logarithmic() && tick < 1e-3 ? values.label(tick) : ValueAxis.plain(tick);
            double half = Style.LABEL
                            .getStringBounds(text, graphics.getFontRenderContext())
                            .getWidth()
                    / 2;
            double room = half + APART / 2;
            double x = Math.max(room, Math.min(chart.getWidth() - room, chart.getScreenXFromChart(tick)));
            double left = x - room, right = x + room;
            if (taken.stream().anyMatch(other -> left < other[1] && right > other[0])) return;
            taken.add(new double[] {left, right});
            Sheet.text(graphics, text, Style.LABEL, Style.INK, x, baseline, 0.5);
        }

        private int place(String group, String row) {
            for (int i = 0; i < lines.size(); i++)
                if (lines.get(i).group().equals(group) && lines.get(i).row().equals(row)) return i;
            throw new AssertionError(group + ": " + row);
        }

        /** A dashed line through the rows of the group. */
        private void reference(Graphics2D graphics, String group, int place, double mean) {
            int last = place;
            while (last + 1 < lines.size() && lines.get(last + 1).group().equals(group)) last++;
            double x = chart.getScreenXFromChart(mean);
            graphics.setColor(Style.GRAY);
            graphics.setStroke(Style.DASHES);
            graphics.draw(new Line2D.Double(x, y(place), x, y(last + 1)));
        }

        private void whisker(Graphics2D graphics, int place, double low, double high) {
            double left = chart.getScreenXFromChart(Math.max(low, values.lowest()));
            double right = chart.getScreenXFromChart(Math.min(high, values.highest()));
            double y = y(place + 0.5);
            graphics.setStroke(Style.line(1.6));
            graphics.draw(new Line2D.Double(left, y, right, y));
            graphics.draw(new Line2D.Double(left, y - 4, left, y + 4));
            graphics.draw(new Line2D.Double(right, y - 4, right, y + 4));
        }

        private boolean shows(double value) {
            return Double.isFinite(value) && (value > 0 || !values.logarithmic());
        }

        /** On the screen; line 0 is the top one. */
        private double y(double line) {
            double top = getYAxisScreenValueForMin(), bottom = getYAxisScreenValueForMax();
            return top + line * (bottom - top) / lines.size();
        }
    }
}
