package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private static final Table CURVES = AuthorsCurves.oneLayerAdamW();

    @Test
    void aFigureIsFoundByItsName() {
        for (Figure figure : Figures.ALL) {
            assertSame(figure, Figures.named(figure.name()));
            assertFalse(figure.about().isBlank());
        }
        assertThrows(IllegalArgumentException.class, () -> Figures.named("nothing"));
    }

    @Test
    void pictureDrawingAndTableLieBesideEachOther(@TempDir Path directory) throws IOException {
        Table runs = CURVES.where("step", step -> step <= 2000);
        List<Path> files =
                new SinkEmergenceFigure().draw("one seed", runs, CURVES).write(directory);
        assertEquals(
                List.of("sink-emergence.png", "sink-emergence.svg", "sink-emergence.csv"),
                files.stream().map(file -> file.getFileName().toString()).toList());
        try (var inDirectory = Files.list(directory)) {
            assertEquals(3, inDirectory.count()); // nothing temporary is left
        }
        assertTrue(colors(ImageIO.read(files.get(0).toFile())).contains(Style.BLUE.getRGB()));
        assertTrue(Files.readString(files.get(1)).contains("<svg"));
        assertArrayEquals(
                runs.numbers("attention.bos"), Table.read(files.get(2)).numbers("attention.bos"));
    }

    @Test
    void theAuthorsCurveIsDrawnOnlyWhenGiven() {
        SinkEmergenceFigure figure = new SinkEmergenceFigure();
        Table runs = CURVES.where("step", step -> step <= 400);
        int alone = inked(figure.draw("", runs).image());
        int together = inked(figure.draw("", runs, CURVES).image());
        assertTrue(together > alone + 1000, together + " dark pixels with, " + alone + " without");
    }

    @Test
    void aSwitchIsColoredWhereItDiffers() {
        Table.Rows rows = switchRows();
        rows.add("relu", "", "sink", 0.1, -0.8, "").add("relu", "", "peak", Double.NaN, 0, "");
        rows.add("muon", "", "sink", 0.8, 0.3, "").add("muon", "", "peak", 2.1, 0, "");
        Set<Integer> colors =
                colors(new SwitchTableFigure().draw("", rows.table()).image());
        assertTrue(colors.contains(SwitchTableFigure.color(-0.8).getRGB()));
        assertTrue(colors.contains(SwitchTableFigure.color(0.3).getRGB()));
        assertEquals(Style.BLUE, SwitchTableFigure.color(-1));
        assertEquals(Style.ORANGE, SwitchTableFigure.color(2));
        assertThrows(IllegalArgumentException.class, () -> new SwitchTableFigure().draw(""));
    }

    private static Table.Rows switchRows() {
        return Table.rows("switch", "group", "signature", "mean", "shade", "divergence")
                .add("softmax", "", "sink", 0.7, 0, "")
                .add("softmax", "", "peak", 2, 0, "");
    }

    /** In words across its row where nothing else is known of it, and in the caption. */
    @Test
    void aSwitchThatDivergedSaysSo() {
        Table.Rows dashes = switchRows(), words = switchRows();
        dashes.add("muon", "", "sink", Double.NaN, 0, "").add("muon", "", "peak", Double.NaN, 0, "");
        String why = "diverged at step 7 in 3 of 3 seeds";
        words.add("muon", "", "sink", Double.NaN, 0, why).add("muon", "", "peak", Double.NaN, 0, why);
        Picture without = new SwitchTableFigure().draw("", dashes.table());
        Picture with = new SwitchTableFigure().draw("", words.table());
        assertTrue(inked(with.image()) > inked(without.image()) + 500);
        assertTrue(with.caption().endsWith(" * muon: " + why + "."), with.caption());
    }

    @Test
    void aCellHasTwoDigitsOrADash() {
        assertEquals("\u2013", SwitchTableFigure.text(Double.NaN));
        assertEquals("0.74", SwitchTableFigure.text(0.741));
        assertEquals("0.010", SwitchTableFigure.text(0.0101));
        assertEquals("284", SwitchTableFigure.text(284.4));
        assertEquals("1.9", SwitchTableFigure.text(1.88));
        assertEquals("-3e-4", SwitchTableFigure.text(-0.0003));
        assertEquals("2e4", SwitchTableFigure.text(18000));
        assertEquals("0", SwitchTableFigure.text(0));
    }

    @Test
    void everyConditionHasItsCurveInEveryPanel() {
        Table.Rows rows = Table.rows("condition", "seed", "step", "attention", "norm");
        for (String condition : List.of("softmax", "relu"))
            for (int seed = 1; seed <= 3; seed++)
                for (int step = 0; step < 5; step++)
                    rows.add(condition, seed, step, condition.equals("relu") ? 0 : 0.5, step * seed);
        Figure figure = new ConditionCurves(
                "both",
                "Both",
                "two panels",
                new ConditionCurves.Quantity("attention", "Attention", "weight", false),
                new ConditionCurves.Quantity("norm", "Norm", "norm", true));
        Set<Integer> colors = colors(figure.draw("", rows.table()).image());
        assertTrue(colors.contains(Style.BLUE.getRGB()) && colors.contains(Style.ORANGE.getRGB()));
        Table published = Table.empty().with("step", 0, 1, 2, 3, 4).with("attention", 1, 1, 1, 1, 1);
        assertTrue(inked(figure.draw("", rows.table(), published).image())
                > inked(figure.draw("", rows.table()).image()) + 500);
        Table two = Table.empty()
                .with("condition", List.of("relu", "relu", "other", "other"))
                .with("step", 0, 4, 0, 4)
                .with("attention", 0.2, 0.4, 0.1, 0.1);
        BufferedImage alone = figure.draw("", rows.table()).image(),
                overlaid = figure.draw("", rows.table(), two).image();
        assertTrue(count(overlaid, Style.ORANGE.getRGB()) > count(alone, Style.ORANGE.getRGB()) + 100, "in its color");
        assertEquals(count(alone, Style.BLUE.getRGB()), count(overlaid, Style.BLUE.getRGB()), "softmax has none");
        assertThrows(IllegalArgumentException.class, () -> figure.draw("", CURVES));
    }

    @Test
    void everyLayerHasItsMapAndItsBars() {
        Table.Rows weights = Table.rows("layer", "query", "key", "weight");
        Table.Rows tokens = Table.rows("layer", "position", "symbol", "trigger", "value.norm", "residual.norm");
        for (int layer = 0; layer < 3; layer++)
            for (int position = 0; position < 4; position++) {
                tokens.add(layer, position, position == 0 ? "<s>" : "a", 0, position, 10 * position + 1);
                for (int key = 0; key <= position; key++) weights.add(layer, position, key, key == layer ? 1 : 0);
            }
        LayerMapsFigure figure = new LayerMapsFigure();
        BufferedImage three = figure.draw("", weights.table(), tokens.table()).image();
        BufferedImage one = figure.draw(
                        "",
                        weights.table().where("layer", layer -> layer == 0),
                        tokens.table().where("layer", layer -> layer == 0))
                .image();
        assertTrue(three.getHeight() > 2 * one.getHeight());
        assertTrue(count(three, Style.GRAY.getRGB()) > 2.5 * count(one, Style.GRAY.getRGB()), "bars in every layer");
        int dark = Style.RAMP[Style.RAMP.length - 1].getRGB();
        assertTrue(count(three, dark) > 1.5 * count(one, dark), "maps in every layer");
        assertThrows(IllegalArgumentException.class, () -> figure.draw("", weights.table()));
    }

    @Test
    void pointsStandWhereTheirValueIs() {
        Figure figure = new IntervalPoints(
                "points", "Points", "one panel", "range", 1, new IntervalPoints.Panel("risk", "nats", "model", true));
        Table.Rows rows = Table.rows("panel", "category", "condition", "mean", "low", "high", "seeds", "published");
        rows.add("risk", "full", "backcopy", 0.001, Double.NaN, Double.NaN, 1, Double.NaN);
        rows.add("risk", "cut", "backcopy", 10, -1, 20, 5, 5);
        rows.add("risk", "cut", "bigram", 0, 0, 0, 5, Double.NaN);
        rows.add("risk", "", "chance", 2, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        BufferedImage image = figure.draw("", rows.table()).image();
        assertTrue(colors(image).contains(Style.BLUE.getRGB()));
        int low = rowOf(image, 655, Style.BLUE.getRGB()), high = rowOf(image, 1359, Style.BLUE.getRGB());
        assertTrue(low > high, "the smaller value is lower: " + low + ", " + high);
    }

    @Test
    void everyLawIsDrawnOverTheRunsOfItsOptimizer() {
        Table.Rows runs = Table.rows("condition", "seed", "step", "sink.logit", "delta.logit", "spread", "attention");
        Table.Rows laws = Table.rows("condition", "seed", "step", "law", "sink.logit");
        for (String condition : List.of("AdamW", "SGD"))
            for (int seed = 1; seed <= 2; seed++)
                for (int step = 0; step <= 1000; step += 100) {
                    runs.add(condition, seed, step, step * seed / 100.0, step * seed / 50.0, 2, 0.5);
                    if (condition.equals("AdamW")) laws.add(condition, seed, step, "walk", 20 - seed);
                    laws.add(condition, seed, step, "log t", 15);
                }
        BufferedImage image =
                new SinkGrowthFigure().draw("", runs.table(), laws.table()).image();
        Set<Integer> colors = colors(image);
        assertTrue(colors.contains(Style.PURPLE.getRGB()) && colors.contains(Style.BLUE.getRGB()));
        assertTrue(inked(image)
                > inked(new SinkGrowthFigure()
                                .draw("", runs.table(), laws.table().where("law", "log t"))
                                .image())
                        + 500);
        assertThrows(IllegalArgumentException.class, () -> new SinkGrowthFigure().draw("", runs.table()));
    }

    @Test
    void aQuantityThatWasNeverMeasuredLeavesItsPanelEmpty() {
        Table.Rows rows = Table.rows(
                "seed", "step", "excess.backcopy", "excess.bigram", "attention.bos", "score.delta", "value.norm.bos");
        for (int step = 0; step < 3; step++) {
            rows.add(1, step, 1, 0, 0.5, Double.NaN, Double.NaN).add(2, step, 1, -1, 0.5, Double.NaN, 3);
        }
        assertTrue(
                colors(new SinkEmergenceFigure().draw("", rows.table()).image()).contains(Style.BLUE.getRGB()));
    }

    @Test
    void theKeyUnderTheChartsIsNotMovedWithThem() {
        String svg = new SequenceFigure().draw("", weights(4), tokens(4)).svg();
        int key = svg.lastIndexOf("<rect"); // the last sample of the key
        int group = svg.lastIndexOf("<g", key);
        assertFalse(svg.substring(group, svg.indexOf('>', group)).contains("transform"), svg.substring(group, key));
    }

    @Test
    void aWideCellHasOneMoreDigit() {
        double[] values = {0.0083, 0.1234, 3.382, 33.82, 338.2, 33820.5, 7};
        assertEquals(
                List.of("8e-3", "0.12", "3.4", "34", "338", "3e4", "7"),
                DoubleStream.of(values)
                        .mapToObj(value -> PhaseFigure.text(value, 0))
                        .toList());
        assertEquals(
                List.of("8.3e-3", "0.123", "3.38", "33.8", "338", "3.4e4", "7"),
                DoubleStream.of(values)
                        .mapToObj(value -> PhaseFigure.text(value, 1))
                        .toList());
    }

    @Test
    void aPhaseDiagramsLargestValueIsDarkestAndTheFirstKeyGoesUp() {
        Table.Rows rows = Table.rows("condition", "panel", "logarithmic", "x", "y", "value");
        rows.add("", "drain", 1, "1", "2", 0.01).add("", "drain", 1, "10", "2", 1);
        rows.add("", "drain", 1, "1", "0.5", 0.1).add("", "drain", 1, "10", "0.5", Double.NaN);
        Table table = rows.table();
        assertEquals(List.of("0.5", "2"), PhaseFigure.levels(table, "y"), "as numbers, not as letters");
        BufferedImage image = new PhaseFigure().draw("", table).image();
        // Cells are 44 units high and 121 wide, the first at (90, 118); two pixels a unit.
        int left = 2 * 96, right = 2 * (90 + 121 + 6), up = 2 * 124, down = 2 * (118 + 44 + 6);
        assertEquals(Style.ramp(0).getRGB(), image.getRGB(left, up));
        assertEquals(Style.ramp(1).getRGB(), image.getRGB(right, up));
        assertEquals(Style.ramp(0.5).getRGB(), image.getRGB(left, down), "halfway in the logarithm");
        assertEquals(Style.PALE.getRGB(), image.getRGB(right, down), "no value");
    }

    @Test
    void theSamePictureGivesTheSameDrawing() {
        Table runs = CURVES.where("step", step -> step <= 400);
        SinkEmergenceFigure figure = new SinkEmergenceFigure();
        assertEquals(figure.draw("", runs).svg(), figure.draw("", runs).svg());
    }

    @Test
    void queryZeroIsTheTopRow() {
        List<Number[]> cells = SequenceFigure.cells(weights(3), 3);
        assertEquals(6, cells.size());
        assertArrayEquals(new Number[] {0, 2, 1.0}, cells.get(0)); // XChart counts rows from below
        assertArrayEquals(new Number[] {2, 0, 0.0}, cells.get(5));
    }

    @Test
    void theFirstQuerysCellIsPaintedAboveTheLast() {
        BufferedImage image =
                new SequenceFigure().draw("", weights(4), tokens(4)).image();
        int dark = Style.RAMP[Style.RAMP.length - 1].getRGB();
        int top = row(image, dark, true);
        assertTrue(rowHas(image, top + 5, Style.PALE), "keys after query 0 are gray");
        assertFalse(rowHas(image, row(image, dark, false) - 5, Style.PALE), "the last query sees every key");
    }

    @Test
    void weightsThatAreNoDistributionAreScaledByTheLargest() {
        assertEquals(new WeightRange(0, 1), SequenceFigure.range(weights(3)));
        assertEquals(
                new WeightRange(0, 0.3),
                SequenceFigure.range(Table.rows("query", "key", "weight")
                        .add(0, 0, 0.3)
                        .add(1, 0, 0.1)
                        .table()));
    }

    /** Of identity attention; without a range below zero XChart has no color for them. */
    @Test
    void weightsBelowZeroHaveColorsOfTheirOwn() {
        Table signed = Table.rows("query", "key", "weight")
                .add(0, 0, -1.5)
                .add(1, 0, 0.75)
                .add(1, 1, 0)
                .table();
        WeightRange range = SequenceFigure.range(signed);
        assertEquals(new WeightRange(-1.5, 1.5), range);
        BufferedImage image = new SequenceFigure().draw("", signed, tokens(2)).image();
        for (double weight : List.of(-1.5, 0.75))
            assertTrue(count(image, Style.color(range, weight).getRGB()) > 10_000, "a cell of " + weight);
        assertEquals(Style.color(range, -1.5), new Color(0x6B2400), "orange");
        assertEquals(Color.WHITE, Style.color(range, 0));
    }

    @Test
    void moreTokensThanCanBeReadAreRefused() {
        int many = SequenceFigure.MOST_TOKENS + 1;
        assertThrows(IllegalArgumentException.class, () -> new SequenceFigure().draw("", weights(many), tokens(many)));
    }

    @Test
    void labelsThatWouldTouchAlternateBetweenLanes() {
        List<String> labels = TokenAxes.labels(tokens(4));
        assertEquals(List.of("<s>", "t*", "\u2423", "\\n"), labels);
        assertEquals(1, TokenAxes.lanes(labels, 100));
        assertEquals(TokenAxes.MOST_LANES, TokenAxes.lanes(labels, 5));
    }

    /** Every query looks at key 0. */
    private static Table weights(int length) {
        Table.Rows rows = Table.rows("query", "key", "weight");
        for (int query = 0; query < length; query++) {
            for (int key = 0; key < length; key++) {
                rows.add(query, key, key == 0 ? 1 : 0);
            }
        }
        return rows.table();
    }

    private static Table tokens(int length) {
        List<String> symbols = List.of("<s>", "t", " ", "\n");
        Table.Rows rows = Table.rows("position", "symbol", "trigger", "value.norm");
        for (int position = 0; position < length; position++) {
            rows.add(position, symbols.get(position % 4), position % 4 == 1 ? 1 : 0, position);
        }
        return rows.table();
    }

    private static Set<Integer> colors(BufferedImage image) {
        Set<Integer> colors = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colors.add(image.getRGB(x, y));
            }
        }
        return colors;
    }

    private static int inked(BufferedImage image) {
        return count(image, Style.INK.getRGB());
    }

    private static int count(BufferedImage image, int color) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++)
            for (int x = 0; x < image.getWidth(); x++) count += image.getRGB(x, y) == color ? 1 : 0;
        return count;
    }

    /** The first row of the panel in which this color is found near a column. */
    private static int rowOf(BufferedImage image, int column, int color) {
        for (int y = 220; y < 780; y++)
            for (int x = column - 20; x < column + 20; x++) if (image.getRGB(x, y) == color) return y;
        throw new AssertionError("no such color");
    }

    /** The first or the last row of the heat map (left of the color bar) in which this color is found. */
    private static int row(BufferedImage image, int color, boolean first) {
        for (int i = 0; i < image.getHeight(); i++) {
            int y = first ? i : image.getHeight() - 1 - i;
            for (int x = 0; x < 980; x++) {
                if (image.getRGB(x, y) == color) {
                    return y;
                }
            }
        }
        throw new AssertionError("no such color");
    }

    private static boolean rowHas(BufferedImage image, int y, Color color) {
        for (int x = 0; x < 980; x++) {
            if (image.getRGB(x, y) == color.getRGB()) {
                return true;
            }
        }
        return false;
    }
}
