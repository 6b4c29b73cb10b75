package backcopy.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.HeatMapChart;

/**
 * One sequence (fig. 1 of arXiv 2410.13835): the attention pattern of a head as a heat map, query 0 at the top, beside the
 * norms of the same tokens' value states.
 *
 * <p>First table, a row for each query and key: {@code query}, {@code key}, {@code weight}; rows whose key comes after the
 * query are not drawn and may be left out. Second table, a row for each position in order: {@code position}, {@code symbol}
 * (text), {@code trigger} (0 or 1), {@code value.norm}. At most {@value #MOST_TOKENS} positions: more cannot be read.
 */
public final class SequenceFigure implements Figure {
    static final int MOST_TOKENS = 40;

    private static final int WIDTH = 1008;
    private static final int TOP = 104;
    private static final int SIDE = 404;
    private static final int HEAT_X = 98;
    private static final int BARS_X = 578;
    private static final int BARS_WIDTH = 424;
    static final int VALUE_AXIS = 66;
    private static final int PADDING = 6;

    private static final String[] KINDS = {"<s>", "trigger (*)", "other"};
    private static final Color[] COLORS = {Style.GREEN, Style.BLUE, Style.GRAY};

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
        if (tokens.rows() < 1 || tokens.rows() > MOST_TOKENS) {
            throw new IllegalArgumentException(
                    name() + " shows 1 to " + MOST_TOKENS + " positions, not " + tokens.rows());
        }
        List<String> labels = TokenAxes.labels(tokens);
        int lanes = TokenAxes.lanes(labels, (double) (BARS_WIDTH - VALUE_AXIS - PADDING) / labels.size());
        HeatMapChart heatMap = heatMap(weights, labels, lanes, SIDE);
        CategoryChart bars = bars(tokens, "value.norm", labels, lanes, BARS_WIDTH, SIDE);
        bars.setYAxisTitle("norm of value state");
        int height = TOP + SIDE + TokenAxes.LANE * lanes + 72;
        Map<String, Table> data = new LinkedHashMap<>();
        data.put("", weights);
        data.put("-tokens", tokens);
        return new Picture(
                name(),
                caption(setting, range(weights).isSigned()),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title("Attention and value states of one sequence", setting);
                    sheet.text("(a)  Attention pattern (weight)", Style.HEADING, HEAT_X + PADDING, TOP - 8);
                    sheet.chart(heatMap, HEAT_X, TOP);
                    sheet.ramp(HEAT_X + SIDE + 4, TOP + PADDING, 16, SIDE - 2 * PADDING, range(weights));
                    sheet.text("(b)  Value states", Style.HEADING, BARS_X + VALUE_AXIS, TOP - 8);
                    sheet.chart(bars, BARS_X, TOP);
                    key(sheet, tokens, BARS_X + VALUE_AXIS, height - 16);
                },
                data);
    }

    /** What the colors of these weights go from and to. */
    static WeightRange range(Table weights) {
        double[] query = weights.numbers("query");
        double[] weight = weights.numbers("weight");
        double[] sums = new double[(int) Arrays.stream(query).max().orElse(0) + 1];
        for (int row = 0; row < query.length; row++) {
            sums[(int) query[row]] += weight[row];
        }
        return WeightRange.of(weight, Arrays.stream(sums).allMatch(sum -> Math.abs(sum - 1) < 1e-3));
    }

    /** The cells as XChart wants them: column, row counted from below, weight. Query 0 is the top row. */
    static List<Number[]> cells(Table weights, int length) {
        double[] query = weights.numbers("query");
        double[] key = weights.numbers("key");
        double[] weight = weights.numbers("weight");
        List<Number[]> cells = new ArrayList<>();
        for (int row = 0; row < query.length; row++) {
            if (key[row] <= query[row] && Double.isFinite(weight[row])) {
                cells.add(new Number[] {(int) key[row], length - 1 - (int) query[row], weight[row]});
            }
        }
        return cells;
    }

    /** What the colors of the bars of these {@code tokens} mean. */
    static void key(Sheet sheet, Table tokens, double x, double baseline) {
        for (int kind : IntStream.of(kinds(tokens)).sorted().distinct().toArray())
            x = sheet.keyArea(KINDS[kind], COLORS[kind], x, baseline);
    }

    /** The pattern of {@code weights}, a square of {@code side}. */
    static HeatMapChart heatMap(Table weights, List<String> labels, int lanes, int side) {
        HeatMapChart chart = new HeatMapChart(side, side);
        chart.addSeries("weight", places(labels.size()), places(labels.size()), cells(weights, labels.size()));
        Style.dress(chart.getStyler());
        chart.getStyler().setChartPadding(PADDING);
        chart.getStyler().setPlotContentSize(1);
        chart.getStyler().setPlotBackgroundColor(Style.PALE);
        chart.getStyler().setPlotGridLinesVisible(false);
        chart.getStyler().setAxisTicksVisible(false);
        WeightRange range = range(weights);
        chart.getStyler().setMin(range.least());
        chart.getStyler().setMax(range.most());
        chart.getStyler().setRangeColors(Style.colors(range));
        chart.getStyler().setDrawBorder(true); // covers the seams between cells
        chart.addAnnotation(new TokenAxes(labels, lanes, "key", "query"));
        return chart;
    }

    /** One column of {@code tokens}, a bar for each. */
    static CategoryChart bars(Table tokens, String column, List<String> labels, int lanes, int width, int height) {
        double[] norm = tokens.numbers(column);
        int[] kinds = kinds(tokens);
        CategoryChart chart = new CategoryChart(width, height);
        Style.dress(chart.getStyler());
        chart.getStyler().setChartPadding(PADDING);
        chart.getStyler().setPlotContentSize(0.96);
        chart.getStyler().setYAxisLeftWidthHint(VALUE_AXIS);
        chart.getStyler().setXAxisTicksVisible(false);
        chart.getStyler().setOverlapped(true);
        chart.getStyler().setAvailableSpaceFill(0.75);
        ValueAxis values = ValueAxis.linear(Arrays.copyOf(norm, norm.length + 1)); // with 0
        chart.getStyler().setYAxisMin(values.lowest());
        chart.getStyler().setYAxisMax(values.highest());
        chart.setCustomYAxisTickLabelsFormatter(values::label);
        for (int k = 0; k < KINDS.length; k++) {
            int kind = k;
            List<Double> shown = IntStream.range(0, norm.length)
                    .mapToObj(i -> kinds[i] == kind ? Double.valueOf(norm[i]) : null)
                    .toList();
            if (shown.stream().anyMatch(Objects::nonNull)) {
                CategorySeries series = chart.addSeries(KINDS[kind], places(norm.length), shown);
                series.setFillColor(COLORS[kind]);
            }
        }
        chart.addAnnotation(new TokenAxes(labels, lanes, "token", null));
        return chart;
    }

    /** Categories by position, since a symbol may occur twice; as text, since XChart 4.0.3 fails on numbers. */
    private static List<String> places(int length) {
        return IntStream.range(0, length).mapToObj(Integer::toString).toList();
    }

    /** For each position its place in {@link #KINDS}. */
    private static int[] kinds(Table tokens) {
        List<String> symbols = tokens.texts("symbol");
        double[] trigger = tokens.numbers("trigger");
        return IntStream.range(0, tokens.rows())
                .map(i -> symbols.get(i).equals("<s>") ? 0 : trigger[i] == 1 ? 1 : 2)
                .toArray();
    }

    private static String caption(String setting, boolean signed) {
        return "Attention and value states of one sequence: " + setting
                + ". (a) Weight of each key for each query" + (signed ? ", orange below zero" : "") + "; gray:"
                + " keys that the query does not see. (b) Norm of each token's value state. Triggers carry an asterisk.";
    }
}
