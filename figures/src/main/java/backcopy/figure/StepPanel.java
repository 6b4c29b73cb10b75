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
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One panel of curves over training steps: means as lines, spreads over seeds as bands, published curves dashed. */
final class StepPanel {
    /** The part of the plot's width and height between the axes' ends; XChart leaves out a label at the very edge. */
    private static final double CONTENT = 0.94;

    private static final int MARKERS = 9;

    private final XYChart chart;
    private final StepAxis axis;
    private final boolean logarithmic;
    private final List<double[]> drawn = new ArrayList<>();

    StepPanel(String title, String valueTitle, StepAxis axis, boolean logarithmic, int width, int height) {
        this.chart = new XYChart(width, height);
        this.axis = axis;
        this.logarithmic = logarithmic;
        chart.setTitle(title);
        chart.setXAxisTitle(axis.title());
        chart.setYAxisTitle(valueTitle);
        Style.dress(chart.getStyler());
        chart.getStyler().setPlotContentSize(CONTENT);
        chart.getStyler().setYAxisLogarithmic(logarithmic);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax(axis.end());
        chart.getStyler().setXAxisTickMarkSpacingHint(40);
        chart.getStyler().setYAxisLeftWidthHint(72);
        chart.getStyler().setXAxisTickMarksColor(Style.INVISIBLE);
        chart.addAnnotation(new StepTicks(axis));
        chart.getStyler().setLegendVisible(false);
        chart.setCustomXAxisTickLabelsFormatter(axis::label);
    }

    /** Shows the legend at this corner. */
    StepPanel legend(LegendPosition position) {
        chart.getStyler().setLegendVisible(true);
        chart.getStyler().setLegendPosition(position);
        return this;
    }

    /** Draws a quantity of the runs. On a logarithmic axis values that are not positive are gaps. */
    StepPanel curve(String label, Color color, Marker marker, SeedCurve curve) {
        if (curve.steps().length == 0) {
            return this;
        }
        double[] places = axis.places(curve.steps());
        double[] mean = visible(curve.mean());
        if (curve.seeds() > 1) {
            band(label, color, places, visible(curve.lowest()), visible(curve.highest()));
        }
        XYSeries line = chart.addSeries(label + " mean", places, mean);
        line.setShowInLegend(false);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(color);
        line.setLineStyle(Style.line(2.6));
        XYSeries sample = chart.addSeries(label, places, sparse(places, mean));
        sample.setMarker(marker);
        sample.setMarkerColor(color);
        sample.setLineColor(color);
        sample.setLineStyle(Style.line(2.6));
        drawn.add(mean);
        return this;
    }

    /** Draws a published curve, dashed, as far as the axis goes. */
    StepPanel reference(double[] steps, double[] values) {
        int[] rows = IntStream.range(0, steps.length)
                .filter(row -> steps[row] <= axis.last())
                .toArray();
        double[] places =
                axis.places(IntStream.of(rows).mapToDouble(row -> steps[row]).toArray());
        double[] shown =
                visible(IntStream.of(rows).mapToDouble(row -> values[row]).toArray());
        chart.addAnnotation(new DashedCurve(places, shown, Style.INK, Style.dashed(1.8)));
        drawn.add(shown);
        return this;
    }

    /** The finished chart: ranges fit everything drawn. */
    XYChart chart() {
        double[] all = drawn.stream()
                .flatMapToDouble(DoubleStream::of)
                .filter(Double::isFinite)
                .toArray();
        ValueAxis values = logarithmic ? ValueAxis.logarithmic(all) : ValueAxis.linear(all);
        chart.getStyler().setYAxisMin(values.lowest());
        chart.getStyler().setYAxisMax(values.highest());
        chart.getStyler().setYAxisLogarithmicDecadeOnly(false);
        chart.getStyler().setPlotGridHorizontalLinesVisible(!logarithmic);
        chart.setCustomYAxisTickLabelsFormatter(values::label);
        return chart;
    }

    private void band(String label, Color color, double[] places, double[] lowest, double[] highest) {
        int[] rows = IntStream.range(0, places.length)
                .filter(row -> Double.isFinite(lowest[row]) && Double.isFinite(highest[row]))
                .toArray();
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
        band.setShowInLegend(false);
        drawn.add(lowest);
        drawn.add(highest);
    }

    /** Keeps about {@value #MARKERS} values, evenly along the axis; the others become NaN, so that no line joins them. */
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
