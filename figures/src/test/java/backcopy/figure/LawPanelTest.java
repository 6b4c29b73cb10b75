package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class LawPanelTest {
    private static Table table(int series) {
        Table.Rows rows = Table.rows("series", "log.time", "sink.logit", "law");
        for (int s = 0; s < series; s++)
            for (int t = 0; t < 5; t++) rows.add("series " + s, t, t * s, t < 3 ? -1000 : t * s);
        return rows.table();
    }

    private static boolean has(BufferedImage image, int color) {
        for (int y = 0; y < image.getHeight(); y++)
            for (int x = 0; x < image.getWidth(); x++) if (image.getRGB(x, y) == color) return true;
        return false;
    }

    @Test
    void everySeriesHasItsColor() {
        BufferedImage two = new SinkSlopesFigure().draw("", table(2)).image();
        assertTrue(has(two, Style.BLUE.getRGB()) && has(two, Style.ORANGE.getRGB()));
        assertFalse(has(two, Style.GREEN.getRGB()));
    }

    @Test
    void aLawIsDrawnOnlyWhereItIsInThePlot() {
        Table far = table(1).select("series", "log.time", "sink.logit").with("law", 9e9, 9e9, 9e9, 9e9, 9e9);
        Table none = table(1).select("series", "log.time", "sink.logit")
                .with("law", Double.NaN, Double.NaN, Double.NaN, Double.NaN, 9e9);
        assertEquals(
                new SinkSlopesFigure().draw("", none).svg(),
                new SinkSlopesFigure().draw("", far).svg());
    }

    @Test
    void moreSeriesThanCanBeToldApartAreRefused() {
        new SinkSlopesFigure().draw("", table(LawPanel.MOST));
        assertThrows(IllegalArgumentException.class, () -> new SinkSlopesFigure().draw("", table(LawPanel.MOST + 1)));
        assertThrows(IllegalArgumentException.class, () -> new SinkSlopesFigure().draw("", table(1), table(1)));
    }
}
