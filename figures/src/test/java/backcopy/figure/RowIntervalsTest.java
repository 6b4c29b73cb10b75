package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowIntervalsTest {
    private static final RowIntervals FIGURE = new RowIntervals(
            "rows",
            "Rows",
            "",
            new RowIntervals.Panel("a", "A", "unit", false),
            new RowIntervals.Panel("b", "B", "unit", true));

    @Test
    void groupsAndRowsStandInTheOrderOfTheirPoints() {
        assertEquals(
                List.of("first:", "first:x*", "first:y", "second:", "second:y*"),
                RowIntervals.lines(points()).stream()
                        .map(line -> line.group() + ":" + line.row() + (line.first() ? "*" : ""))
                        .toList());
    }

    @Test
    void aPointStandsAtItsRowAndItsPlaceOnTheAxis() {
        BufferedImage low = FIGURE.draw("", points()).image();
        Table moved = Table.rows("group", "row", "panel", "mean", "low", "high")
                .add("first", "x", "a", 0.2, 0.1, 0.3)
                .add("first", "y", "a", 0.9, 0.9, 0.9)
                .add("second", "y", "b", 10, 1, 100)
                .table();
        BufferedImage high = FIGURE.draw("", moved).image();
        int row = IntStream.range(0, low.getHeight())
                .filter(y -> difference(low, high, y))
                .findFirst()
                .orElseThrow();
        // title and heading, one heading and one row above it, in pixels
        int top = Picture.PIXELS * (80 + RowPanel.HEAD + RowPanel.PADDING + 2 * RowIntervals.ROW);
        assertTrue(row > top && row < top + Picture.PIXELS * RowIntervals.ROW, row + " is not just below " + top);
    }

    private static boolean difference(BufferedImage one, BufferedImage other, int y) {
        return IntStream.range(0, one.getWidth()).anyMatch(x -> one.getRGB(x, y) != other.getRGB(x, y));
    }

    @Test
    void ticksAreRoundNumbers() {
        assertArrayEquals(new double[] {0, 0.5, 1}, RowPanel.ticks(ValueAxis.linear(0, 1)), 1e-12);
        assertArrayEquals(new double[] {-10, 0, 10, 20}, RowPanel.ticks(ValueAxis.linear(-10, 20)), 1e-12);
        assertArrayEquals(new double[] {0.02, 0.05, 0.1}, RowPanel.ticks(ValueAxis.logarithmic(0.02, 0.08)), 1e-12);
    }

    @Test
    void whatIsNotThereIsNotDrawnAndNoTableIsRefused() {
        Table missing = Table.rows("group", "row", "panel", "mean", "low", "high")
                .add("first", "x", "a", Double.NaN, Double.NaN, Double.NaN)
                .add("first", "x", "b", -1, Double.NaN, Double.NaN)
                .table();
        FIGURE.draw("", missing).image();
        assertThrows(IllegalArgumentException.class, () -> FIGURE.draw("", Table.empty()));
    }

    private static Table points() {
        return Table.rows("group", "row", "panel", "mean", "low", "high")
                .add("first", "x", "a", 0.2, 0.1, 0.3)
                .add("first", "y", "a", 0.5, 0.5, 0.9)
                .add("second", "y", "b", 10, 1, 100)
                .table();
    }
}
