package backcopy.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One panel of {@link IntervalPoints}: markers with whiskers over named categories. */
final class PointPanel {
    static final int HEIGHT = 372;
    static final Marker PUBLISHED = new HollowDiamond();

    private static final int HEAD = 18;
    private static final int PADDING = 10;
    private static final int PLOT_X = 84;
    /** The share of a category's room that its markers take. */
    private static final double CROWD = 0.7;

    private final String heading;
    private final XYChart chart;

    PointPanel(String heading, IntervalPoints.Panel panel, Table points, List<String> conditions, int width) {
        this.heading = heading;
        List<String> categories = points.texts("category").stream()
                .filter(category -> !category.isEmpty())
                .distinct()
                .toList();
        int lanes = TokenAxes.lanes(categories, (width - PLOT_X - PADDING) / (double) Math.max(1, categories.size()));
        chart = new XYChart(width, HEIGHT - HEAD - TokenAxes.LANE * lanes - 40);
        Style.dress(chart.getStyler());
        chart.setYAxisTitle(panel.unit());
        chart.getStyler().setChartPadding(PADDING);
        chart.getStyler().setYAxisLeftWidthHint(PLOT_X);
        chart.getStyler().setXAxisTicksVisible(false);
        chart.getStyler().setYAxisLogarithmic(panel.logarithmic());
        chart.getStyler().setYAxisLogarithmicDecadeOnly(false);
        chart.getStyler().setPlotGridHorizontalLinesVisible(!panel.logarithmic());
        chart.getStyler().setPlotContentSize(0.94);
        chart.getStyler().setXAxisMin(-0.5);
        chart.getStyler().setXAxisMax(Math.max(1, categories.size()) - 0.5);
        ValueAxis values = axis(panel.logarithmic(), points);
        chart.getStyler().setYAxisMin(values.lowest());
        chart.getStyler().setYAxisMax(values.highest());
        chart.setCustomYAxisTickLabelsFormatter(values::label);
        double[] uneven = {0, 0.37, 1}; // of evenly spaced values XChart makes its ticks
        XYSeries range = chart.addSeries(
                "range",
                DoubleStream.of(uneven)
                        .map(share -> share * (categories.size() - 1))
                        .toArray(),
                DoubleStream.of(uneven)
                        .map(share -> values.lowest() + share * (values.highest() - values.lowest()))
                        .toArray());
        range.setLineStyle(SeriesLines.NONE);
        range.setMarker(SeriesMarkers.NONE);
        chart.addAnnotation(new Points(points, categories, conditions, values));
        chart.addAnnotation(new TokenAxes(categories, lanes, panel.categories(), null));
    }

    /** Paints the panel with its left upper corner at (x, y). */
    void paint(Sheet sheet, int x, int y) {
        sheet.chart(chart, x, y + HEAD);
        sheet.text(heading, Style.HEADING, x + PLOT_X, y + HEAD);
    }

    /** A linear axis reaches to zero. */
    private static ValueAxis axis(boolean logarithmic, Table points) {
        DoubleStream all = Stream.of("mean", "low", "high", "published")
                .flatMapToDouble(column -> DoubleStream.of(points.numbers(column)));
        return ValueAxis.of(
                logarithmic, DoubleStream.concat(all, DoubleStream.of(0)).toArray());
    }

    /** Markers, whiskers and lines, painted by themselves: XChart's error bars leave a logarithmic axis at zero. */
    private static final class Points extends Annotation {
        private final Table points;
        private final List<String> categories;
        private final List<String> conditions;
        private final ValueAxis values;

        Points(Table points, List<String> categories, List<String> conditions, ValueAxis values) {
            super(false);
            this.points = points;
            this.categories = categories;
            this.conditions = conditions;
            this.values = values;
        }

        @Override
        public void paint(Graphics2D graphics) {
            List<String> category = points.texts("category"), condition = points.texts("condition");
            double[] mean = points.numbers("mean"), low = points.numbers("low"), high = points.numbers("high");
            double[] published = points.numbers("published");
            for (int row = 0; row < points.rows(); row++) {
                int number = conditions.indexOf(condition.get(row));
                if (category.get(row).isEmpty()) line(graphics, mean[row]);
                else {
                    double x = place(category.get(row), condition.get(row));
                    Color color = Style.condition(number);
                    if (low[row] < high[row] && shows(high[row])) whisker(graphics, color, x, low[row], high[row]);
                    if (shows(mean[row])) marker(graphics, Style.marker(number), color, x, mean[row]);
                    if (shows(published[row])) marker(graphics, PUBLISHED, Style.INK, x, published[row]);
                }
            }
        }

        /** Side by side with the other conditions of the category; one alone stands in its middle. */
        private double place(String category, String condition) {
            List<String> there = points.where("category", category).texts("condition").stream()
                    .distinct()
                    .toList();
            double side = (there.indexOf(condition) + 0.5) / there.size() - 0.5;
            return categories.indexOf(category) + CROWD * side;
        }

        private boolean shows(double value) {
            return Double.isFinite(value) && (value > 0 || !values.logarithmic());
        }

        private void line(Graphics2D graphics, double value) {
            double y = chart.getScreenYFromChart(value);
            graphics.setColor(Style.INK);
            graphics.setStroke(Style.DASHES);
            graphics.draw(new Line2D.Double(getXAxisScreenValueForMin(), y, getXAxisScreenValueForMax(), y));
        }

        private void whisker(Graphics2D graphics, Color color, double x, double low, double high) {
            double at = chart.getScreenXFromChart(x);
            double top = chart.getScreenYFromChart(high);
            double bottom = chart.getScreenYFromChart(Math.max(low, values.lowest()));
            graphics.setColor(color);
            graphics.setStroke(Style.line(1.6));
            graphics.draw(new Line2D.Double(at, top, at, bottom));
            graphics.draw(new Line2D.Double(at - 5, top, at + 5, top));
            graphics.draw(new Line2D.Double(at - 5, bottom, at + 5, bottom));
        }

        private void marker(Graphics2D graphics, Marker marker, Color color, double x, double y) {
            graphics.setColor(color);
            graphics.setStroke(Style.line(1.6));
            marker.paint(graphics, chart.getScreenXFromChart(x), chart.getScreenYFromChart(y), Style.MARKER);
        }
    }
}
