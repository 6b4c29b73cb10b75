package backcopy.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * One sequence in every layer of a model: layer below layer, the attention pattern of a head as a heat map, the norms of the
 * tokens' value states, and those of their residual streams after the layer.
 *
 * <p>First table, a row for each query and key: {@code layer}, {@code query}, {@code key}, {@code weight}. Second table, a row for
 * each position in order: {@code layer}, {@code position}, {@code symbol} (text), {@code trigger} (0 or 1), {@code
 * value.norm}, {@code residual.norm}. At most {@value #MOST_TOKENS} positions: more cannot be read.
 */
public final class LayerMapsFigure implements Figure {
    static final int MOST_TOKENS = 16;

    private static final int WIDTH = 1008;
    private static final int TOP = 80;
    private static final int HEAD = 30;
    private static final int SIDE = 304;
    private static final int HEAT_X = 62;
    private static final int RAMP_X = HEAT_X + SIDE + 2;
    private static final int VALUES_X = 438, RESIDUALS_X = 722;
    private static final int BARS_WIDTH = 280;
    private static final int PADDING = 6;

    private record Row(double layer, Chart<?, ?> heat, WeightRange range, Chart<?, ?> values, Chart<?, ?> residuals) {}

    @Override
    public String name() {
        return "layer-maps";
    }

    @Override
    public String about() {
        return "attention pattern, value-state and residual norms of one sequence in every layer (the paper's appendix)";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 2 || tables[1].rows() == 0)
            throw new IllegalArgumentException(name() + " takes two tables, weights and tokens");
        double[] layers = tables[1].distinct("layer");
        int tokens = tables[1].distinct("position").length;
        if (tokens > MOST_TOKENS)
            throw new IllegalArgumentException(name() + " shows 1 to " + MOST_TOKENS + " positions, not " + tokens);
        List<String> labels = TokenAxes.labels(of(tables[1], layers[0]));
        int lanes = TokenAxes.lanes(labels, (BARS_WIDTH - SequenceFigure.VALUE_AXIS - PADDING) / (double) tokens);
        List<Row> rows = new ArrayList<>();
        for (double layer : layers) {
            Table weights = of(tables[0], layer), norms = of(tables[1], layer);
            rows.add(new Row(
                    layer,
                    SequenceFigure.heatMap(weights, labels, lanes, SIDE),
                    SequenceFigure.range(weights),
                    SequenceFigure.bars(norms, "value.norm", labels, lanes, BARS_WIDTH, SIDE),
                    SequenceFigure.bars(norms, "residual.norm", labels, lanes, BARS_WIDTH, SIDE)));
        }
        int each = HEAD + SIDE + TokenAxes.LANE * lanes + 44;
        int height = TOP + layers.length * each + 36;
        Map<String, Table> data = new LinkedHashMap<>();
        data.put("", tables[0]);
        data.put("-tokens", tables[1]);
        return new Picture(
                name(),
                caption(setting, rows.stream().anyMatch(row -> row.range().isSigned())),
                WIDTH,
                height,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, height);
                    sheet.title("One sequence in every layer", setting);
                    for (int i = 0; i < rows.size(); i++) paint(sheet, rows.get(i), TOP + i * each);
                    SequenceFigure.key(sheet, tables[1], VALUES_X + SequenceFigure.VALUE_AXIS, height - 14);
                },
                data);
    }

    private static void paint(Sheet sheet, Row row, int y) {
        String layer = "Layer " + ValueAxis.plain(row.layer());
        sheet.text(layer + ", attention weight", Style.HEADING, HEAT_X + PADDING, y + HEAD - 6);
        sheet.text("norm of value state", Style.HEADING, VALUES_X + SequenceFigure.VALUE_AXIS, y + HEAD - 6);
        sheet.text("norm after the layer", Style.HEADING, RESIDUALS_X + SequenceFigure.VALUE_AXIS, y + HEAD - 6);
        sheet.chart(row.heat(), HEAT_X, y + HEAD);
        sheet.ramp(RAMP_X, y + HEAD + PADDING, 14, SIDE - 2 * PADDING, row.range());
        sheet.chart(row.values(), VALUES_X, y + HEAD);
        sheet.chart(row.residuals(), RESIDUALS_X, y + HEAD);
    }

    private static Table of(Table table, double layer) {
        return table.where("layer", number -> number == layer);
    }

    private static String caption(String setting, boolean signed) {
        return "One sequence in every layer: " + setting
                + ". Left: weight of each key for each query" + (signed ? ", orange below zero" : "")
                + "; gray: keys that the query does not see. Middle: norm of each token's value state. Right: norm of its residual stream after the layer."
                + " Triggers carry an asterisk.";
    }
}
