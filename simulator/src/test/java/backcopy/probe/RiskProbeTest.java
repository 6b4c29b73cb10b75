package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.B;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static backcopy.probe.HandSlice.VOCABULARY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RiskProbeTest {
    private static final int[] SEQUENCE = {BOS, A, T, A, B};
    private static final double LN2 = Math.log(2);
    private static final double PAPER_ENTROPY_AT_BOS = -4.0 / 7 * Math.log(2.0 / 7) - 3.0 / 7 * Math.log(3.0 / 7);

    @Test
    void aUniformPredictorHasTheRiskOfItsVocabulary() {
        Record record = record(new double[4 * VOCABULARY]);
        double risk = Math.log(VOCABULARY);
        assertEquals(risk, record.number("loss.evaluation"), 1e-14);
        assertEquals(risk, record.number("risk.backcopy"), 1e-14);
        assertEquals(risk, record.number("excess.backcopy"), 1e-14);
        assertEquals(risk, record.number("risk.bigram"), 1e-14);
        assertEquals(risk - LN2, record.number("excess.bigram"), 1e-14); // <s>, a and a lead to two tokens each
        assertEquals(risk - (PAPER_ENTROPY_AT_BOS + 2 * LN2) / 3, record.number("excess.bigram.paper"), 1e-14);
    }

    /** Never predicting a trigger after {@code <s>} is right, and costs against the authors' law. */
    @Test
    void theTrueLawHasNoExcessAndThePaperCountsThePositionThatHasNoTriggers() {
        double never = -50;
        double[] logits = new double[4 * VOCABULARY];
        Arrays.fill(logits, never);
        set(logits, 0, A, -LN2);
        set(logits, 0, B, -LN2);
        set(logits, 1, B, -LN2);
        set(logits, 1, T, -LN2);
        set(logits, 2, A, 0); // after t comes the token before it
        set(logits, 3, B, -LN2);
        set(logits, 3, T, -LN2);
        Record record = record(logits);
        assertEquals(0, record.number("risk.backcopy"), 1e-14);
        assertEquals(0, record.number("excess.bigram"), 1e-14);
        double atBos = 4.0 / 7 * LN2 - 3.0 / 7 * never;
        assertEquals((atBos + 2 * LN2) / 3, record.number("risk.bigram"), 1e-13);
        assertEquals((atBos - PAPER_ENTROPY_AT_BOS) / 3, record.number("excess.bigram.paper"), 1e-13);
        assertEquals(3 * LN2 / 4, record.number("loss.evaluation"), 1e-14);
    }

    @Test
    void aPredictionIsWeighedWithTheLawOfItsToken() {
        double[] logits = new double[4 * VOCABULARY];
        set(logits, 1, T, Math.log(3)); // after a: t has 3/7, each other token 1/7
        set(logits, 2, B, Math.log(3)); // after t: the copied a has 1/7
        Record record = record(logits);
        double ln5 = Math.log(5), ln7 = Math.log(7), ln3 = Math.log(3);
        assertEquals(ln7, record.number("risk.backcopy"), 1e-14);
        assertEquals((2 * ln5 + ln7 - ln3 / 2) / 3, record.number("risk.bigram"), 1e-14);
        assertEquals((2 * ln5 + (ln7 - ln3) + ln7) / 4, record.number("loss.evaluation"), 1e-14);
    }

    @Test
    void positionsWeighTheSameWhateverTheirSequence() {
        int[][] tokens = {{BOS, A, T, A, B}, {BOS, B, A, B, T}}; // three queries without trigger, and four
        double[] logits = new double[2 * 4 * VOCABULARY];
        for (int position = 0; position < 4; position++) set(logits, 4 + position, 4, Math.log(6)); // ln 10 each
        Record record = HandSlice.lanes(new RiskProbe(HandSlice.task(4)), slice(tokens, logits));
        assertEquals((3 * Math.log(5) + 4 * Math.log(10)) / 7, record.number("risk.bigram"), 1e-14);
        assertEquals(Math.log(5), record.number("risk.backcopy"), 1e-14);
    }

    @Test
    void aBatchWithoutTriggersHasNoBackcopyRisk() {
        int[][] tokens = {{BOS, A, B, A, B}};
        Record record = HandSlice.lanes(new RiskProbe(HandSlice.task(4)), slice(tokens, new double[4 * VOCABULARY]));
        assertTrue(Double.isNaN(record.number("risk.backcopy")));
    }

    @Test
    void predictionsInAPrefixDoNotCount() {
        double[] logits = new double[4 * VOCABULARY];
        set(logits, 0, 4, 1e3);
        set(logits, 1, 4, 1e3);
        Record record = HandSlice.lanes(new RiskProbe(HandSlice.task(4, 1)), slice(new int[][] {SEQUENCE}, logits));
        assertEquals(Math.log(5), record.number("risk.backcopy"), 1e-14);
        assertEquals(Math.log(5), record.number("risk.bigram"), 1e-14);
        assertEquals(Math.log(5), record.number("loss.evaluation"), 1e-14);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        double[] logits = new double[4 * VOCABULARY];
        Arrays.fill(logits, 1e4);
        assertEquals(Math.log(5), record(logits).number("risk.backcopy"), 1e-11);
    }

    private static Record record(double[] logits) {
        return HandSlice.lanes(new RiskProbe(HandSlice.task(4)), slice(new int[][] {SEQUENCE}, logits));
    }

    /** With the losses that go with the logits. */
    private static HandSlice slice(int[][] tokens, double... logits) {
        double[] losses = new double[logits.length / VOCABULARY];
        int length = losses.length / tokens.length;
        for (int row = 0; row < losses.length; row++) {
            double[] x = Arrays.copyOfRange(logits, row * VOCABULARY, (row + 1) * VOCABULARY);
            double top = Arrays.stream(x).max().orElseThrow();
            double sum = Arrays.stream(x).map(logit -> Math.exp(logit - top)).sum();
            losses[row] = top + Math.log(sum) - x[tokens[row / length][row % length + 1]];
        }
        return new HandSlice(tokens, Map.of("logits", logits, "losses", losses));
    }

    private static void set(double[] logits, int row, int token, double value) {
        logits[row * VOCABULARY + token] = value;
    }
}
