package backcopy.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A wide panel of computed curves, each with the law that it should approach dashed over it; the key stands below. Curves are
 * added first, then it is painted.
 */
final class LawPanel {
    static final int WIDTH = 1008;
    static final int HEIGHT = 720;

    private static final int TOP = 70;
    private static final int KEY_ROW = 26;
    private static final int KEY_COLUMNS = 2;
    private static final Color[] COLORS = {
        Style.BLUE, Style.ORANGE, Style.GREEN, Style.PURPLE, Style.VERMILION, Style.INK
    };
    /** The most curves that a reader can tell apart. */
    static final int MOST = COLORS.length;

    private static final Marker[] ENDS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.SQUARE,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_DOWN,
        SeriesMarkers.CROSS
    };

    private record Curve(String label, double[] x, double[] y, double[] law) {}

    private final String xTitle;
    private final String yTitle;
    private final String lawTitle;
    private final List<Curve> curves = new ArrayList<>();

    /** An empty panel; {@code lawTitle} is what the key says of a dashed line. */
    LawPanel(String xTitle, String yTitle, String lawTitle) {
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.lawTitle = lawTitle;
    }

    /**
     * Adds the curves of a table: one for each text in its column {@code series}, in the order of their first rows.
     *
     * @param law the column of the law; may be missing, NaN where there is none
     */
    LawPanel curves(Table table, String x, String y, String law) {
        for (String series : table.texts("series").stream().distinct().toList()) {
            Table rows = table.where("series", series);
            double[] laws = rows.has(law) ? rows.numbers(law) : new double[0];
            curves.add(new Curve(series, rows.numbers(x), rows.numbers(y), laws));
        }
        if (curves.size() > MOST)
            throw new IllegalArgumentException(
                    curves.size() + " series, more than the " + MOST + " that can be told apart");
        return this;
    }

    private boolean hasLaw() {
        return curves.stream().anyMatch(curve -> DoubleStream.of(curve.law).anyMatch(Double::isFinite));
    }

    /** The whole figure: title, panel and key. */
    Picture picture(String name, String title, String setting, String caption, Table table) {
        return new Picture(
                name,
                caption,
                WIDTH,
                HEIGHT,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, HEIGHT);
                    sheet.title(title, setting);
                    int keyRows = (curves.size() + (hasLaw() ? 1 : 0) + KEY_COLUMNS - 1) / KEY_COLUMNS;
                    int height = HEIGHT - TOP - KEY_ROW * keyRows - 16;
                    sheet.chart(chart(height), 4, TOP);
                    key(sheet, TOP + height + KEY_ROW - 2);
                },
                Map.of("", table));
    }

    private XYChart chart(int height) {
        XYChart chart = new XYChart(WIDTH - 8, height);
        Style.dress(chart.getStyler());
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle(yTitle);
        double[] across = all(Curve::x);
        ValueAxis up = ValueAxis.linear(all(Curve::y));
        chart.getStyler().setXAxisMin(Arrays.stream(across).min().orElse(0));
        chart.getStyler().setXAxisMax(Arrays.stream(across).max().orElse(1));
        chart.getStyler().setYAxisMin(up.lowest());
        chart.getStyler().setYAxisMax(up.highest());
        chart.getStyler().setChartPadding(10);
        chart.getStyler().setPlotContentSize(0.96); // XChart leaves out labels at the very edge
        chart.setCustomXAxisTickLabelsFormatter(ValueAxis::plain);
        chart.setCustomYAxisTickLabelsFormatter(ValueAxis::plain);
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            XYSeries line = chart.addSeries(curve.label, curve.x, curve.y);
            line.setMarker(SeriesMarkers.NONE);
            line.setLineColor(COLORS[i]);
            line.setLineStyle(Style.CURVE);
            int last = curve.x.length - 1;
            XYSeries end =
                    chart.addSeries(curve.label + " end", new double[] {curve.x[last]}, new double[] {curve.y[last]});
            end.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            end.setMarker(ENDS[i]);
            end.setMarkerColor(COLORS[i]);
            if (curve.law.length > 0)
                chart.addAnnotation(new DashedCurve(curve.x, within(up, curve.law), Style.INK, Style.DASHES));
        }
        return chart;
    }

    /** A law outside the plot has no place on it. */
    private static double[] within(ValueAxis axis, double[] values) {
        return DoubleStream.of(values)
                .map(value -> value >= axis.lowest() && value <= axis.highest() ? value : Double.NaN)
                .toArray();
    }

    private double[] all(Function<Curve, double[]> values) {
        return curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(values.apply(curve)))
                .toArray();
    }

    private void key(Sheet sheet, int baseline) {
        int column = (WIDTH - 60) / KEY_COLUMNS;
        IntStream.range(0, curves.size())
                .forEach(i -> sheet.keyMarked(
                        curves.get(i).label,
                        COLORS[i],
                        ENDS[i],
                        40 + i % KEY_COLUMNS * column,
                        baseline + i / KEY_COLUMNS * KEY_ROW));
        int i = curves.size();
        if (hasLaw())
            sheet.keyLine(
                    lawTitle,
                    Style.DASHES,
                    Style.INK,
                    40 + i % KEY_COLUMNS * column,
                    baseline + i / KEY_COLUMNS * KEY_ROW);
    }
}
