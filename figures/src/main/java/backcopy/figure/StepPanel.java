package backcopy.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * One panel of curves over training steps: means as lines, spreads over seeds as bands, published curves dashed; heading and
 * key stand over the plot, where no curve can run into them. Curves are added first, then it is painted.
 */
final class StepPanel {
    static final int WIDTH = 500;
    static final int HEIGHT = 350;

    private static final int HEAD = 18;
    private static final int PADDING = 10;
    /** Left edge of the plot: panels in a column line up. */
    private static final int PLOT_X = 84;

    private static final int MARKERS = 9;

    private record Entry(String label, Color color, Marker marker) {}

    private final String heading;
    private final StepAxis axis;
    private final boolean logarithmic;
    private final XYChart chart = new XYChart(WIDTH, HEIGHT - HEAD - StepTicks.DEPTH);
    private final List<Entry> key = new ArrayList<>();
    private final List<double[]> drawn = new ArrayList<>();

    /** An empty panel; {@code logarithmic} is about the vertical axis. */
    StepPanel(String heading, String valueTitle, StepAxis axis, boolean logarithmic) {
        this.heading = heading;
        this.axis = axis;
        this.logarithmic = logarithmic;
        Style.dress(chart.getStyler());
        chart.setYAxisTitle(valueTitle);
        chart.addAnnotation(new StepTicks(axis));
        chart.getStyler().setChartPadding(PADDING);
        chart.getStyler().setYAxisLeftWidthHint(PLOT_X);
        chart.getStyler().setPlotContentSize(0.94); // XChart leaves out labels at the very edge
        chart.getStyler().setYAxisLogarithmic(logarithmic);
        chart.getStyler().setYAxisLogarithmicDecadeOnly(false);
        chart.getStyler().setPlotGridHorizontalLinesVisible(!logarithmic);
        chart.getStyler().setXAxisTicksVisible(false);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(axis.end());
    }

    /** Adds a quantity of the runs. On a logarithmic axis values that are not positive are gaps. */
    StepPanel curve(String label, Color color, Marker marker, SeedCurve curve) {
        if (curve.steps().length == 0) {
            return this;
        }
        double[] places = axis.places(curve.steps());
        double[] mean = visible(curve.mean());
        if (curve.seeds() > 1) {
            band(label, color, places, visible(curve.lowest()), visible(curve.highest()));
        }
        XYSeries line = chart.addSeries(label, places, mean);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(color);
        line.setLineStyle(Style.CURVE);
        XYSeries markers = chart.addSeries(label + " markers", places, sparse(places, mean));
        markers.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        markers.setMarker(marker);
        markers.setMarkerColor(color);
        key.add(new Entry(label, color, marker));
        drawn.add(mean);
        return this;
    }

    /** Adds a published curve, dashed, as far as the axis goes. */
    StepPanel reference(double[] steps, double[] values) {
        return reference(steps, values, Style.INK);
    }

    /** Adds a published curve, dashed and in this color, as far as the axis goes. */
    StepPanel reference(double[] steps, double[] values, Color color) {
        int[] rows = IntStream.range(0, steps.length)
                .filter(row -> steps[row] <= axis.last())
                .toArray();
        double[] places =
                IntStream.of(rows).mapToDouble(row -> axis.place(steps[row])).toArray();
        double[] shown =
                visible(IntStream.of(rows).mapToDouble(row -> values[row]).toArray());
        chart.addAnnotation(new DashedCurve(places, shown, color, Style.DASHES));
        drawn.add(shown);
        return this;
    }

    /** Adds what a law says of each run: its mean dashed, from the lowest to the highest run shaded. */
    StepPanel law(String label, Color color, SeedCurve law) {
        if (law.seeds() > 1)
            band(label, color, axis.places(law.steps()), visible(law.lowest()), visible(law.highest()));
        return reference(law.steps(), law.mean(), color);
    }

    /** Paints the panel with its left upper corner at (x, y) and the key to its curves. */
    void paint(Sheet sheet, int x, int y) {
        paintWithoutKey(sheet, x, y);
        if (key.size() > 1) {
            double right = x + WIDTH - PADDING;
            for (int i = key.size() - 1; i >= 0; i--) {
                Entry entry = key.get(i);
                right = sheet.keyBefore(entry.label(), entry.color(), entry.marker(), right, y + HEAD);
            }
        }
    }

    /** Paints the panel with its left upper corner at (x, y); the vertical range fits everything added. */
    void paintWithoutKey(Sheet sheet, int x, int y) {
        ValueAxis values = ValueAxis.of(
                logarithmic, drawn.stream().flatMapToDouble(DoubleStream::of).toArray());
        chart.getStyler().setYAxisMin(values.lowest());
        chart.getStyler().setYAxisMax(values.highest());
        chart.setCustomYAxisTickLabelsFormatter(values::label);
        sheet.chart(chart, x, y + HEAD);
        sheet.text(heading, Style.HEADING, x + PLOT_X, y + HEAD);
    }

    private void band(String label, Color color, double[] places, double[] lowest, double[] highest) {
        int[] rows = IntStream.range(0, places.length)
                .filter(row -> Double.isFinite(lowest[row]) && Double.isFinite(highest[row]))
                .toArray();
        if (rows.length == 0) {
            return;
        }
        double[] aroundX = new double[2 * rows.length];
        double[] aroundY = new double[2 * rows.length];
        for (int i = 0; i < rows.length; i++) {
            int back = aroundX.length - 1 - i;
            aroundX[i] = aroundX[back] = places[rows[i]];
            aroundY[i] = lowest[rows[i]];
            aroundY[back] = highest[rows[i]];
        }
        XYSeries band = chart.addSeries(label + " band", aroundX, aroundY);
        band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        band.setMarker(SeriesMarkers.NONE);
        band.setLineStyle(SeriesLines.NONE);
        band.setFillColor(Style.faint(color));
        drawn.add(lowest);
        drawn.add(highest);
    }

    /** Keeps about {@value #MARKERS} values, evenly along the axis; the others become NaN. */
    private double[] sparse(double[] places, double[] values) {
        double[] sparse = new double[values.length];
        Arrays.fill(sparse, Double.NaN);
        double next = axis.end() / (2 * MARKERS);
        for (int i = 0; i < places.length; i++) {
            if (places[i] >= next && Double.isFinite(values[i])) {
                sparse[i] = values[i];
                next = places[i] + axis.end() / MARKERS;
            }
        }
        return sparse;
    }

    private double[] visible(double[] values) {
        return DoubleStream.of(values)
                .map(value -> Double.isFinite(value) && (value > 0 || !logarithmic) ? value : Double.NaN)
                .toArray();
    }
}
