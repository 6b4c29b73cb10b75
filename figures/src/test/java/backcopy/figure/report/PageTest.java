package backcopy.figure.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final Table RECORDS = Table.rows("run", "condition", "step", "loss")
            .add("</script><b>", "all", 0, 4.123456)
            .add("</script><b>", "all", 5, Double.NaN)
            .table();

    @Test
    void textsCannotEndTheScriptsThatCarryThem() {
        String html = new Page("<title>", "a & b")
                .section("Curves", new Curves(RECORDS, List.of()))
                .html();
        assertTrue(html.contains("<title>&lt;title&gt;</title>"));
        assertTrue(html.contains("a &amp; b"));
        assertFalse(html.contains("</script><b>"));
        assertTrue(html.contains("\\u003c/script>"));
    }

    @Test
    void theLibraryComesWithItsLicense() {
        String html = new Page("t", "").html();
        assertTrue(html.contains("uPlot=function"), "the library");
        assertTrue(html.contains("Permission is hereby granted, free of charge"), "its license");
        assertFalse(html.contains("src=\"http"), "nothing from a network");
    }

    @Test
    void numbersAreShortAndMissingOnesAreNull() {
        assertEquals(
                "[4.1235,null,0,12,1.5E-7,-0.25]",
                JsonText.of(new double[] {4.123456, Double.NaN, 0, 12, 1.5e-7, -0.25}));
        String html = new Curves(RECORDS, List.of()).html();
        assertTrue(html.contains("\"loss\":[4.1235,null]"), html);
    }

    @Test
    void aPanelOfANumberThatIsNotThereIsRefused() {
        Curves.Panel panel = new Curves.Panel("Loss", "nats", false, List.of(new Curves.Line("risk", "risk")));
        assertThrows(IllegalArgumentException.class, () -> new Curves(RECORDS, List.of(panel)));
    }

    @Test
    void aListingSaysNumbersWithFourDigits() {
        assertEquals("0.1235", Listing.number(0.12345678));
        assertEquals("123.5", Listing.number(123.456));
        assertEquals("40", Listing.number(40));
        assertEquals("1.23e-05", Listing.number(0.0000123));
        assertEquals("", Listing.number(Double.NaN));
    }
}
