package backcopy.figure;

import java.util.List;
import java.util.Map;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How an attention sink emerges in training (fig. 4b of arXiv 2410.13835): excess risks, attention on {@code <s>}, the
 * delta-logit of {@code <s>}, and the norms of value states.
 *
 * <p>First table: {@code step}, {@code excess.backcopy}, {@code excess.bigram}, {@code attention.bos}, {@code
 * score.delta}, {@code value.norm.bos}; if there, also {@code seed} (a spread is drawn) and {@code value.norm.others}.
 * Second table, if given: the same columns without {@code seed}, published curves to be drawn over ours
 * ({@link AuthorsCurves}). Their bigram risk takes the paper's oracle at position 0: give ours by the same one beside it.
 */
public final class SinkEmergenceFigure implements Figure {
    private static final int WIDTH = 1008;
    private static final int HEIGHT = 832;
    private static final int TOP = 84;

    @Override
    public String name() {
        return "sink-emergence";
    }

    @Override
    public String about() {
        return "risks, attention on <s>, delta-logit and value-state norms over training (the paper's fig. 4b)";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length < 1 || tables.length > 2) {
            throw new IllegalArgumentException(name() + " takes one or two tables, not " + tables.length);
        }
        Table runs = tables[0];
        if (runs.rows() == 0) {
            throw new IllegalArgumentException(name() + " takes a table of runs, not one without rows");
        }
        List<StepPanel> panels = panels(tables);
        int seeds = runs.has("seed") ? runs.distinct("seed").length : 1;
        boolean published = tables.length == 2;
        return new Picture(
                name(),
                caption(setting, seeds, published),
                WIDTH,
                HEIGHT,
                graphics -> {
                    Sheet sheet = new Sheet(graphics, WIDTH, HEIGHT);
                    sheet.title("Emergence of the attention sink", setting);
                    for (int i = 0; i < panels.size(); i++) {
                        panels.get(i).paint(sheet, 4 + i % 2 * StepPanel.WIDTH, TOP + i / 2 * StepPanel.HEIGHT);
                    }
                    key(sheet, seeds, published);
                },
                Map.of("", runs));
    }

    private static List<StepPanel> panels(Table... tables) {
        Table runs = tables[0];
        StepAxis axis = StepAxis.of(runs.distinct("step"));
        StepPanel risks = new StepPanel("(a)  Excess risk", "excess risk (nats)", axis, true)
                .curve("backcopy", Style.BLUE, SeriesMarkers.CIRCLE, SeedCurve.of(runs, "excess.backcopy", true))
                .curve("bigram", Style.ORANGE, SeriesMarkers.SQUARE, SeedCurve.of(runs, "excess.bigram", true));
        StepPanel attention = new StepPanel("(b)  Attention on <s>", "attention weight", axis, false)
                .curve("<s>", Style.GREEN, SeriesMarkers.DIAMOND, SeedCurve.of(runs, "attention.bos"));
        StepPanel gap = new StepPanel("(c)  Delta-logit", "score of <s> minus others", axis, false)
                .curve("<s>", Style.GREEN, SeriesMarkers.DIAMOND, SeedCurve.of(runs, "score.delta"));
        StepPanel values = new StepPanel("(d)  Value states", "norm of value state", axis, true)
                .curve("<s>", Style.GREEN, SeriesMarkers.DIAMOND, SeedCurve.of(runs, "value.norm.bos", true));
        if (runs.has("value.norm.others")) {
            SeedCurve others = SeedCurve.of(runs, "value.norm.others", true);
            values.curve("others", Style.PURPLE, SeriesMarkers.TRIANGLE_UP, others);
        }
        if (tables.length == 2) {
            reference(risks, tables[1], "excess.backcopy");
            reference(risks, tables[1], "excess.bigram");
            reference(attention, tables[1], "attention.bos");
            reference(gap, tables[1], "score.delta");
            reference(values, tables[1], "value.norm.bos");
        }
        return List.of(risks, attention, gap, values);
    }

    private static void reference(StepPanel panel, Table published, String column) {
        panel.reference(published.numbers("step"), published.numbers(column));
    }

    private static void key(Sheet sheet, int seeds, boolean published) {
        double baseline = HEIGHT - 22;
        double x = sheet.keyLine(
                seeds > 1 ? "mean of " + seeds + " seeds" : "one seed", Style.CURVE, Style.GRAY, 24, baseline);
        if (seeds > 1) {
            x = sheet.keyArea("lowest to highest seed", Style.faint(Style.INK), x, baseline);
        }
        if (published) {
            sheet.keyLine("authors\u2019 curve (one seed)", Style.DASHES, Style.INK, x, baseline);
        }
    }

    private static String caption(String setting, int seeds, boolean published) {
        return "Emergence of the attention sink over training: " + setting
                + ". (a) Excess risk over the best predictor, at triggers (backcopy) and elsewhere (bigram). (b) Attention weight on <s>, mean"
                + " over queries that are no trigger. (c) Attention score of <s> minus the mean score of the other keys,"
                + " mean over tokens. (d) Norm of value states. "
                + (seeds > 1
                        ? "Lines are means over " + seeds
                                + " seeds (geometric on logarithmic axes), bands reach from the lowest seed to the highest."
                        : "One seed.")
                + (published ? " Dashed: the authors' published curve, one seed." : "");
    }
}
