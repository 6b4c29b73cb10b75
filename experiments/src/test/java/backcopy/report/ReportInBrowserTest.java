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

    private static final int[] BELOW = {0xFFFFFF, 0xF7D3BB, 0xE99B68, 0xD55E00, 0x6B2400};

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

    /** Identity attention has weights below zero: orange, on a range as far below zero as above. */
    @Test
    void weightsBelowZeroAreOrange() throws Exception {
        RunDirectory identity = StoredTinyRuns.run(directory.resolve("runs"), "model.attention=identity");
        Path file = directory.resolve("identity.html");
        Files.writeString(file, RunReport.html(StoredTinyRuns.selection(List.of(identity))));
        browser.visit(file, 1200, 900, false);
        Observable pattern = pattern(identity, 6);
        double most = 0;
        for (long step : identity.observableSteps())
            for (double weight : pattern(identity, step).toArray()) most = Math.max(most, Math.abs(weight));
        int below = 0;
        for (int query = 0; query < pattern.size("query"); query++)
            for (int key = 0; key <= query; key++) {
                double weight = pattern.get(0, 0, 0, query, key);
                int[] half = weight < 0 ? BELOW : RAMP;
                assertNear(ramp(half, Math.abs(weight) / most), cell(query, key), "weight " + weight + " of " + most);
                if (weight < -0.1 * most) below++;
            }
        assertTrue(below > 0, "there are weights below zero");
        JsonNode scale = browser.evaluate("""
                (() => {
                  const map = document.querySelector('canvas.map'), place = map.dataset;
                  const x = +place.left + place.count * place.cell + 14, top = +place.top;
                  const tall = Math.max(40, Math.min(place.cell * place.count, 200));
                  const at = y => [...map.getContext('2d').getImageData(x, y, 1, 1).data];
                  return [at(top), at(top + tall - 1)];
                })()""");
        assertNear(new Color(RAMP[4]), color(scale.get(0)), "the scale's upper end");
        assertNear(new Color(BELOW[4]), color(scale.get(1)), "its lower end");
    }

    /** The NaN of the second layer was the maximum, so that the first layer was drawn as zero. */
    @Test
    void aLayerWithoutAttentionHidesNoOther() throws Exception {
        RunDirectory some = StoredTinyRuns.run(directory.resolve("runs"), "model.layers=2", "model.attentionOff=1");
        Path file = directory.resolve("off.html");
        Files.writeString(file, RunReport.html(StoredTinyRuns.selection(List.of(some))));
        browser.visit(file, 1200, 900, false);
        Observable pattern = pattern(some, 6);
        for (int query = 0; query < pattern.size("query"); query++)
            for (int key = 0; key <= query; key++)
                assertNear(
                        ramp(RAMP, pattern.get(0, 0, 0, query, key)),
                        cell(query, key),
                        "query " + query + " key " + key);
        browser.evaluate("""
                (select => { select.value = '1'; select.dispatchEvent(new Event('change')); })(
                    [...document.querySelectorAll('.film select')].find(s => s.parentElement.textContent.startsWith('layer')))""");
        assertNear(new Color(0xF6F7F9), cell(1, 0), "no map, the panel's ground");
        assertEquals(List.of(), browser.errors());
    }

    private static Observable pattern(RunDirectory run, long step) throws Exception {
        return ObservablesFile.read(run.observables(step)).stream()
                .filter(array -> array.name().equals("attention.pattern"))
                .findFirst()
                .orElseThrow();
    }

    /** A level of 254 is at most three steps of a color's part. */
    private static void assertNear(Color expected, Color drawn, String what) {
        String where = what + ": " + drawn + ", " + expected;
        assertTrue(Math.abs(drawn.getRed() - expected.getRed()) <= 3, where);
        assertTrue(Math.abs(drawn.getGreen() - expected.getGreen()) <= 3, where);
        assertTrue(Math.abs(drawn.getBlue() - expected.getBlue()) <= 3, where);
    }

    /** Every visible weight of the first map has the color of its value in the run's own file. */
    private static void assertDrawn(long step) throws Exception {
        Observable pattern = pattern(run, step);
        for (int query = 0; query < pattern.size("query"); query++)
            for (int key = 0; key <= query; key++)
                assertNear(
                        ramp(RAMP, pattern.get(0, 0, 0, query, key)),
                        cell(query, key),
                        "step " + step + ", query " + query + ", key " + key);
    }

    private static Color ramp(int[] ramp, double weight) {
        double place = weight * (ramp.length - 1);
        int from = Math.min((int) place, ramp.length - 2);
        Color low = new Color(ramp[from]), high = new Color(ramp[from + 1]);
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
        return color(color);
    }

    private static Color color(JsonNode parts) {
        return new Color(
                parts.get(0).asInt(), parts.get(1).asInt(), parts.get(2).asInt());
    }

    private static String text(String selector) throws Exception {
        return browser.evaluate("document.querySelector('" + selector + "').textContent")
                .asText();
    }
}
