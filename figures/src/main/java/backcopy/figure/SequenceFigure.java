package backcopy.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * One sequence (fig. 1 of arXiv 2410.13835): the attention pattern of a head as a heat map, query 0 at the top, beside the
 * norms of the same tokens' value states.
 *
 * <p>First table, a row for each query and key: {@code query}, {@code key}, {@code weight}; rows with key after query may be
 * left out and are not drawn. Second table, a row for each position in order: {@code position}, {@code symbol} (text),
 * {@code trigger} (0 or 1), {@code value.norm}.
 */
public final class SequenceFigure implements Figure {
    private static final int WIDTH = 1008;
    private static final int HEIGHT = 544;
    private static final int TOP = 76;
    private static final int SIDE = 384;
    private static final int HEAT_X = 70;
    private static final int BARS_X = 562;
    private static final int BARS_WIDTH = 440;

    @Override
    public String name() {
        return "sequence";
    }

    @Override
    public String about() {
        return "attention pattern and value-state norms of one sequence (the paper's fig. 1)";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 2) {
            throw new IllegalArgumentException(name() + " takes two tables, weights and tokens, not " + tables.length);
        }
        Table weights = tables[0];
        Table tokens = tables[1];
        double most = scale(weights);
        Map<String, Table> data = new LinkedHashMap<>();
        data.put("", weights);
        data.put("-tokens", tokens);
        return new Picture(
                name(),
                caption(setting),
                WIDTH,
                HEIGHT,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, HEIGHT);
                    sheet.text("Attention and value states of one sequence", Style.TITLE, 16, 30);
                    sheet.text(setting, Style.LABEL, 16, 57);
                    sheet.chart(heatMap(weights, tokens, most), HEAT_X, TOP);
                    sheet.ramp(HEAT_X + SIDE + 4, TOP + 60, 18, SIDE - 120, most);
                    sheet.chart(bars(tokens), BARS_X, TOP);
                    sheet.text("* trigger: its successor copies the token before it", Style.LABEL, 16, HEIGHT - 14);
                },
                data);
    }

    /** 1 if the rows are distributions, else the largest weight. */
    private static double scale(Table weights) {
        double[] query = weights.numbers("query");
        double[] weight = weights.numbers("weight");
        double[] sums = new double[(int) java.util.Arrays.stream(query).max().orElse(0) + 1];
        double most = 0;
        for (int row = 0; row < query.length; row++) {
            sums[(int) query[row]] += weight[row];
            most = Math.max(most, weight[row]);
        }
        boolean distributions = java.util.Arrays.stream(sums).allMatch(sum -> Math.abs(sum - 1) < 1e-3);
        return distributions || most == 0 ? 1 : most;
    }

    /** Cells of the heat map as XChart wants them: column, row counted from below, weight. Query 0 is the top row. */
    static List<Number[]> cells(Table weights, int length) {
        double[] query = weights.numbers("query");
        double[] key = weights.numbers("key");
        double[] weight = weights.numbers("weight");
        List<Number[]> cells = new ArrayList<>();
        for (int row = 0; row < query.length; row++) {
            if (key[row] <= query[row]) {
                cells.add(new Number[] {(int) key[row], length - 1 - (int) query[row], weight[row]});
            }
        }
        return cells;
    }

    private static HeatMapChart heatMap(Table weights, Table tokens, double most) {
        int length = tokens.rows();
        List<String> places = places(length);
        HeatMapChart chart = new HeatMapChart(SIDE, SIDE);
        chart.setTitle("(a)  Attention pattern");
        chart.addSeries("weight", places, places, cells(weights, length));
        Style.dress(chart.getStyler());
        chart.getStyler().setChartPadding(4);
        chart.getStyler().setPlotContentSize(1);
        chart.getStyler().setPlotBackgroundColor(Style.PALE);
        chart.getStyler().setPlotGridLinesVisible(false);
        chart.getStyler().setAxisTicksVisible(false);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setMin(0);
        chart.getStyler().setMax(most);
        chart.getStyler().setRangeColors(Style.RAMP);
        chart.getStyler().setDrawBorder(true); // covers the seams between cells
        chart.addAnnotation(new TokenLabels(tokens, "key", "query"));
        return chart;
    }

    private static CategoryChart bars(Table tokens) {
        List<String> symbols = tokens.texts("symbol");
        double[] trigger = tokens.numbers("trigger");
        double[] norm = tokens.numbers("value.norm");
        CategoryChart chart = new CategoryChart(BARS_WIDTH, SIDE);
        chart.setTitle("(b)  Norm of value states");
        chart.setYAxisTitle("norm of value state");
        Style.dress(chart.getStyler());
        chart.getStyler().setPlotContentSize(0.96);
        chart.getStyler().setXAxisTicksVisible(false);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setAvailableSpaceFill(0.75);
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        ValueAxis values = ValueAxis.linear(IntStream.range(0, norm.length + 1)
                .mapToDouble(i -> i == norm.length ? 0 : 1.15 * norm[i])
                .toArray());
        chart.getStyler().setYAxisMin(values.lowest());
        chart.getStyler().setYAxisMax(values.highest());
        chart.setCustomYAxisTickLabelsFormatter(values::label);
        String[] names = {"<s>", "trigger", "other"};
        Color[] colors = {Style.GREEN, Style.VERMILLION, Style.PURPLE};
        for (int kind = 0; kind < names.length; kind++) {
            int wanted = kind;
            List<Double> shown = IntStream.range(0, norm.length)
                    .mapToObj(i -> kind(symbols.get(i), trigger[i]) == wanted ? Double.valueOf(norm[i]) : null)
                    .toList();
            if (shown.stream().anyMatch(java.util.Objects::nonNull)) {
                CategorySeries series = chart.addSeries(names[kind], places(norm.length), shown);
                series.setFillColor(colors[kind]);
                series.setLineColor(colors[kind]);
            }
        }
        chart.addAnnotation(new TokenLabels(tokens, "token", null));
        return chart;
    }

    /** Categories by position, since a symbol may occur twice; as text, since XChart 4.0.3 fails on numbers. */
    private static List<String> places(int length) {
        return IntStream.range(0, length).mapToObj(Integer::toString).toList();
    }

    private static int kind(String symbol, double trigger) {
        return symbol.equals("<s>") ? 0 : trigger == 1 ? 1 : 2;
    }

    private static String caption(String setting) {
        return "Attention and value states of one sequence: " + setting
                + ". (a) Weight of each key for each query; gray:"
                + " keys that the query does not see. (b) Norm of each token's value state. Triggers carry an asterisk.";
    }
}
