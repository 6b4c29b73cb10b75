package backcopy.figure.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.figure.WeightRange;
import backcopy.figure.report.AttentionFilm.Frame;
import backcopy.figure.report.AttentionFilm.Reel;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The weights that a reader's browser gets are those that were recorded. */
class AttentionFilmTest {
    /** Of two positions and layers as many as the patterns say. */
    private static Reel reel(double[]... patterns) {
        int layers = patterns[0].length / 4;
        List<Frame> frames = IntStream.range(0, patterns.length)
                .mapToObj(step -> new Frame(step, patterns[step], new double[2 * layers], new double[2 * layers]))
                .toList();
        return new Reel("run", layers, 1, List.of(List.of("<s>", "a")), List.of(Collections.nCopies(2, false)), frames);
    }

    private static String shown(Reel reel) {
        return new AttentionFilm(List.of(reel)).html();
    }

    /** The values of a name in the numbers that the script reads, in order. */
    private static List<String> values(String html, String name) {
        return Pattern.compile('"' + name + "\":\"?([^\",}]*)")
                .matcher(html)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static double number(String html, String name, int which) {
        return Double.parseDouble(values(html, name).get(which));
    }

    /** What the script reads of one step; NaN where it reads nothing. */
    private static double[] weights(String html, int frame) {
        byte[] bytes = Base64.getDecoder().decode(values(html, "weights").get(frame));
        double[] weights = new double[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int level = bytes[i] & 0xff;
            weights[i] =
                    level == 255 ? Double.NaN : (level - number(html, "zero", frame)) * number(html, "step", frame);
        }
        return weights;
    }

    private static void assertShown(double[] expected, double[] shown, double off) {
        assertEquals(expected.length, shown.length);
        for (int i = 0; i < expected.length; i++) assertEquals(expected[i], shown[i], off, "weight " + i);
    }

    @Test
    void aPatternsVisibleHalfIsShown() {
        String reel = shown(reel(new double[] {1, 0, 0.2, 0.8}));
        assertShown(new double[] {1, 0.2, 0.8}, weights(reel, 0), 0.5 / 254 + 1e-4);
        assertEquals(0, number(reel, "least", 0));
        assertEquals(1, number(reel, "most", 0));
    }

    /** Identity attention: -1.74 was shown as 1.43. */
    @Test
    void weightsBelowZeroStayBelowZero() {
        String reel = shown(reel(new double[] {-1.74, 0, 0.31, 0}, new double[] {0.2, 0, -0.005, 0.9}));
        assertShown(new double[] {-1.74, 0.31, 0}, weights(reel, 0), 0.5 * 2.05 / 253 + 1e-4);
        assertEquals(0, weights(reel, 0)[2], "zero is a level");
        assertShown(new double[] {0.2, -0.005, 0.9}, weights(reel, 1), 0.5 * 0.905 / 253 + 1e-4);
        assertEquals(-1.74, number(reel, "least", 0), "one range for all steps, as far below zero as above");
        assertEquals(1.74, number(reel, "most", 0));
    }

    @Test
    void aLayerWithoutAttentionIsNoOtherLayersMaximum() {
        double none = Double.NaN;
        String reel = shown(reel(new double[] {1, 0, 0.25, 0.75, none, none, none, none}));
        assertShown(new double[] {1, 0.25, 0.75, none, none, none}, weights(reel, 0), 0.5 / 254 + 1e-4);
        assertEquals(1, number(reel, "most", 0));
    }

    @Test
    void aQueryThatSeesLaterKeysIsShownWhole() {
        assertEquals(List.of("false"), values(shown(reel(new double[] {1, 0, 0.2, 0.8})), "ahead"));
        String reel = shown(reel(new double[] {0.6, 0.4, 0.2, 0.8}));
        assertEquals(List.of("true"), values(reel, "ahead"));
        assertShown(new double[] {0.6, 0.4, 0.2, 0.8}, weights(reel, 0), 0.5 * 0.8 / 254 + 1e-4);
    }

    @Test
    void weightsThatAreNoDistributionGoToTheLargest() {
        assertEquals(new WeightRange(0, 30), reel(new double[] {30, 0, 0.1, 2}).range());
        assertEquals(
                new WeightRange(0, 0.4), reel(new double[] {0.4, 0, 0.1, 0.2}).range());
        assertEquals(new WeightRange(0, 1), reel(new double[] {0, 0, 0, 0}).range());
        assertEquals(
                new WeightRange(-2, 2),
                reel(new double[] {-2, 0, Double.NaN, 1}).range());
    }
}
