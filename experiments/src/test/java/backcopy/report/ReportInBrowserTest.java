package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import backcopy.probe.Observable;
import backcopy.run.ObservablesFile;
import backcopy.run.RunDirectory;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as a reader has it: in a browser, with a slider to move and curves to zoom. */
class ReportInBrowserTest {
    /** The ramp of the light style. */
    private static final int[] RAMP = {0xFFFFFF, 0xB9D7EC, 0x5BA3D0, 0x0072B2, 0x08306B};

    @TempDir
    private static Path directory;

    private static Browser browser;
    private static RunDirectory run;
    private static Path report;

    @BeforeAll
    static void writeAndOpen() throws Exception {
        Optional<Path> program = Browser.chromium();
        if (program.isEmpty()) {
            if ("chromium".equals(System.getProperty("backcopy.require"))) fail("Chromium is required and not there");
            System.out.println("skipped: the report in a browser, for there is no Chromium on the path");
            Assumptions.abort("no Chromium on the path");
        }
        List<RunDirectory> runs = StoredTinyRuns.softmaxAndRelu(directory.resolve("runs"));
        run = runs.get(0);
        report = directory.resolve("report.html");
        Files.writeString(report, RunReport.html(StoredTinyRuns.selection(runs)));
        browser = Browser.open(program.get(), directory.resolve("browser"));
    }

    @AfterAll
    static void close() throws Exception {
        if (browser != null) browser.close();
    }

    @Test
    void theSliderShowsTheAttentionOfItsStep() throws Exception {
        browser.visit(report, 1200, 900, false);
        browser.evaluate("document.querySelector('input[type=range]').focus()");
        browser.press("Home", 36);
        assertEquals("step 0", text("output"));
        Color atFirst = cell(4, 2);
        assertDrawn(0);
        browser.press("End", 35);
        assertEquals("step 6", text("output"));
        assertNotEquals(atFirst, cell(4, 2));
        assertDrawn(6);
        browser.press("ArrowLeft", 37);
        assertEquals("step 5", text("output"));
        assertDrawn(5);
    }

    @Test
    void theSecondRunIsBesideTheFirst() throws Exception {
        browser.visit(report, 1200, 900, false);
        JsonNode places = browser.evaluate(
                "[...document.querySelectorAll('canvas.map')].map(map => map.getBoundingClientRect()).map(r => [r.x, r.y])");
        assertEquals(2, places.size());
        assertEquals(places.get(0).get(1).asDouble(), places.get(1).get(1).asDouble(), "beside, not below");
        assertTrue(places.get(0).get(0).asDouble() < places.get(1).get(0).asDouble());
    }

    @Test
    void curvesHoldTheRecordsAndZoomTogether() throws Exception {
        browser.visit(report, 1200, 900, false);
        String panels = "document.querySelector('[data-part=curves]').panels";
        assertEquals(
                run.measurements().get(0).numbers().get("loss.evaluation"),
                browser.evaluate(panels + ".find(p => p.plot.shown[0].endsWith('loss.train')).plot.data[2][0]")
                        .asDouble(),
                1e-3);
        assertEquals(4, browser.evaluate(panels + "[0].plot.scales.x.distr").asInt(), "steps begin logarithmic");
        browser.evaluate("document.querySelector('.curves input[type=checkbox]').click()");
        assertEquals(1, browser.evaluate(panels + "[0].plot.scales.x.distr").asInt(), "and become linear");
        double before = browser.evaluate(panels + "[1].plot.scales.x.max").asDouble();
        browser.evaluate("document.querySelector('.u-over').scrollIntoView({block: 'center'})");
        JsonNode over = browser.evaluate(
                "(r => [r.x, r.y, r.width, r.height])(document.querySelector('.u-over').getBoundingClientRect())");
        double x = over.get(0).asDouble(),
                y = over.get(1).asDouble() + over.get(3).asDouble() / 2;
        double width = over.get(2).asDouble();
        browser.drag(x + .2 * width, y, x + .6 * width, y);
        double after = browser.evaluate(panels + "[1].plot.scales.x.max").asDouble();
        assertTrue(after < .7 * before, "the second panel is zoomed with the first: " + after + " of " + before);
    }

    @Test
    void colorsFollowTheReadersSystem() throws Exception {
        browser.visit(report, 1200, 900, false);
        String ground = "getComputedStyle(document.body).backgroundColor";
        String light = browser.evaluate(ground).asText();
        Color lightCell = cell(4, 2);
        browser.visit(report, 1200, 900, true);
        assertNotEquals(light, browser.evaluate(ground).asText());
        assertNotEquals(lightCell, cell(4, 2));
    }

    @Test
    void aNarrowWindowNeedsNoScrollingToTheSide() throws Exception {
        browser.visit(report, 360, 700, false);
        assertTrue(browser.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
                .asBoolean());
    }

    @Test
    void nothingIsLoadedAndNothingFails() throws Exception {
        browser.visit(report, 1200, 900, false);
        assertEquals(List.of(), browser.errors());
        for (String url : browser.requests())
            assertTrue(url.startsWith("file:") || url.startsWith("data:") || url.startsWith("about:"), url);
    }

    /** Every visible weight of the first map has the color of its value in the run's own file. */
    private static void assertDrawn(long step) throws Exception {
        Observable pattern = ObservablesFile.read(run.observables(step)).stream()
                .filter(array -> array.name().equals("attention.pattern"))
                .findFirst()
                .orElseThrow();
        for (int query = 0; query < pattern.size("query"); query++)
            for (int key = 0; key <= query; key++) {
                Color drawn = cell(query, key), expected = ramp(pattern.get(0, 0, 0, query, key));
                String where = "step " + step + ", query " + query + ", key " + key + ": " + drawn + ", " + expected;
                // A level of 256 is at most two steps of a color's part.
                assertTrue(Math.abs(drawn.getRed() - expected.getRed()) <= 2, where);
                assertTrue(Math.abs(drawn.getGreen() - expected.getGreen()) <= 2, where);
                assertTrue(Math.abs(drawn.getBlue() - expected.getBlue()) <= 2, where);
            }
    }

    private static Color ramp(double weight) {
        double place = weight * (RAMP.length - 1);
        int from = Math.min((int) place, RAMP.length - 2);
        Color low = new Color(RAMP[from]), high = new Color(RAMP[from + 1]);
        double part = place - from;
        return new Color(
                (int) Math.round(low.getRed() + part * (high.getRed() - low.getRed())),
                (int) Math.round(low.getGreen() + part * (high.getGreen() - low.getGreen())),
                (int) Math.round(low.getBlue() + part * (high.getBlue() - low.getBlue())));
    }

    /** The color in the middle of a cell of the first map. */
    private static Color cell(int query, int key) throws Exception {
        JsonNode color = browser.evaluate("""
                (() => {
                  const map = document.querySelector('canvas.map'), place = map.dataset;
                  const x = +place.left + (%d + .5) * place.cell, y = +place.top + (%d + .5) * place.cell;
                  return [...map.getContext('2d').getImageData(x, y, 1, 1).data];
                })()""".formatted(key, query));
        return new Color(
                color.get(0).asInt(), color.get(1).asInt(), color.get(2).asInt());
    }

    private static String text(String selector) throws Exception {
        return browser.evaluate("document.querySelector('" + selector + "').textContent")
                .asText();
    }
}
