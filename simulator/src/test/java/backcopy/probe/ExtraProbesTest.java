package backcopy.probe;

import static backcopy.probe.HandSlice.A;
import static backcopy.probe.HandSlice.B;
import static backcopy.probe.HandSlice.BOS;
import static backcopy.probe.HandSlice.T;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.model.ModelSpec;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The extra probes on activations whose numbers are known. */
class ExtraProbesTest {
    private static final int LENGTH = 8, WIDTH = 4;
    private static final int[][] TOKENS = {{BOS, A, B, T, A, B, A, B, A}};
    private static final ModelSpec MODEL = HandSlice.model(1, 2, WIDTH);

    @Test
    void uniformRowsHaveNoExcessAndScaledRowsTheSameShare() {
        double[] pattern = uniform();
        for (int i = LENGTH * LENGTH; i < pattern.length; i++) pattern[i] *= -0.5; // the second head
        Record record = record(new SinkScoreProbe(MODEL), Map.of("attention.pattern", pattern));
        double uniform = 0;
        for (int n = 1; n <= LENGTH; n++) uniform += 1.0 / n / LENGTH;
        assertEquals(0, record.number("layers.0.heads.0.attention.excess"), 1e-14);
        assertEquals(-1.5 * uniform, record.number("layers.0.heads.1.attention.excess"), 1e-14);
        assertEquals(1, record.number("layers.0.heads.0.attention.mass"), 1e-14);
        assertEquals(-0.5, record.number("layers.0.heads.1.attention.mass"), 1e-14);
        for (int head = 0; head < 2; head++)
            assertEquals(uniform, record.number("layers.0.heads." + head + ".attention.alpha.rows"), 1e-14);
        assertEquals(0, record.number("sink.score"), 1e-14);
        assertEquals(0, record.number("sink.position"));
        assertEquals((1.0 / 7 + 1.0 / 8) / 2, record.array("attention.alpha").get(0, 0, 6), 1e-14);
        assertEquals(1, record.number("sink.rate.rows")); // H_8 / 8 is .34
    }

    @Test
    void aPlantedMassiveActivationIsFoundWhereItIs() {
        double[] states = new double[LENGTH * WIDTH];
        for (int i = 0; i < states.length; i++) states[i] = i % WIDTH == 1 ? 2 : -1;
        states[0] = states[1] = states[3] = 0;
        states[2] = -100;
        states[6 * WIDTH + 2] = 5; // one of the seven others has its largest number there too
        Record record = record(new MassiveProbe(HandSlice.task(LENGTH), MODEL), Map.of("residual.out", states));
        assertEquals(100, record.number("layers.0.activation.max"));
        assertEquals(100, record.number("spike"));
        assertEquals(2, record.number("layers.0.massive.feature"));
        assertEquals(100, record.number("layers.0.massive.ratio"));
        assertEquals(1.0 / 7, record.number("layers.0.massive.persistence"), 1e-14);
        assertEquals(7.0 / 3, record.number("layers.0.activation.kurtosis.bos"), 1e-12); // one of four is not zero
        assertEquals(7.0 / 3, record.number("layers.0.activation.kurtosis.triggers"), 1e-12);
    }

    @Test
    void aSecondarySinkIsAPositionThatAHeadParksOn() {
        double[] pattern = uniform(), states = new double[LENGTH * WIDTH];
        for (int query = 2; query < LENGTH; query++)
            for (int key = 0; key <= query; key++)
                pattern[(LENGTH + query) * LENGTH + key] = key == 2 ? 0.9 : 0.1 / query;
        states[0] = 3;
        states[2 * WIDTH] = 4; // (4, 3) has a cosine of .8 with (3, 0)
        states[2 * WIDTH + 1] = 3;
        Map<String, double[]> activations =
                new HashMap<>(Map.of("layers.0.attention.pattern", pattern, "embedding", states));
        Record record = HandSlice.lanes(new SecondarySinkProbe(MODEL), new HandSlice(TOKENS, activations));
        assertEquals(1, record.number("layers.0.secondary.count"));
        assertEquals(0.8, record.number("layers.0.secondary.cosine"), 1e-14);
    }

    @Test
    void geometryTellsTheSinksKeyFromOthersAndTriggersFromOtherQueries() {
        double[] queries = new double[LENGTH * WIDTH], keys = new double[LENGTH * WIDTH];
        for (int position = 0; position < LENGTH; position++) {
            queries[position * WIDTH] = position == 3 ? -2 : 3; // position 3 is the trigger
            queries[position * WIDTH + 1] = position == 3 ? 0 : 4;
            keys[position * WIDTH] = position == 0 ? 10 : 0;
            keys[position * WIDTH + 1] = position == 0 ? 0 : 1;
        }
        Record record = record(
                new GeometryProbe(HandSlice.task(LENGTH), MODEL),
                Map.of("attention.query", queries, "attention.key", keys));
        String head = "layers.0.heads.0.";
        assertEquals(10, record.number(head + "key.norm.bos"), 1e-14);
        assertEquals(1, record.number(head + "key.norm.others"), 1e-14);
        assertEquals(5, record.number(head + "query.norm"), 1e-14);
        assertEquals(0.6, record.number(head + "query.cosine.bos"), 1e-14);
        assertEquals(0.8, record.number(head + "query.cosine.others"), 1e-14);
        assertEquals(-1, record.number(head + "query.cosine.triggers"), 1e-14);
        assertEquals(50 / Math.sqrt(2), record.number(head + "score.norms"), 1e-12);
        assertEquals(0, record.number("layers.0.heads.1.key.norm.bos"));
    }

    @Test
    void theShareOfTheSinkIsItsWeightedValueOverTheOutput() {
        double[] pattern = new double[2 * LENGTH * LENGTH], values = new double[LENGTH * WIDTH];
        double[] mixed = new double[LENGTH * WIDTH];
        for (int query = 0; query < LENGTH; query++) pattern[query * LENGTH] = 0.5;
        values[0] = 6;
        values[1] = 8;
        for (int position = 0; position < LENGTH; position++) mixed[position * WIDTH] = position == 3 ? 7 : 20;
        Record record = record(
                new HeadOutputProbe(HandSlice.task(LENGTH), MODEL),
                Map.of("attention.pattern", pattern, "attention.value", values, "attention.mixed", mixed));
        assertEquals(0.25, record.number("layers.0.heads.0.sink.share"), 1e-14);
        assertEquals(20, record.number("layers.0.heads.0.output.norm.others"), 1e-14);
        assertEquals(7, record.number("layers.0.heads.0.output.norm.triggers"), 1e-14);
        assertEquals(0, record.number("layers.0.heads.1.sink.share"));
    }

    /** Eight states along four axes have as many directions as axes; a massive one among them takes all. */
    @Test
    void rankCountsDirectionsUntilOneOutweighsThem() {
        double[] states = new double[LENGTH * WIDTH];
        for (int position = 0; position < LENGTH; position++) states[position * WIDTH + position % WIDTH] = 3;
        Record even = record(new RankProbe(MODEL), Map.of("residual.out", states));
        assertEquals(Math.log(4), even.number("layers.0.residual.entropy"), 1e-12);
        assertEquals(4, even.number("layers.0.residual.rank"), 1e-12);
        assertEquals(0.25, even.number("layers.0.residual.top"), 1e-12);
        states[0] = 3e4;
        Record massive = record(new RankProbe(MODEL), Map.of("residual.out", states));
        assertTrue(massive.number("layers.0.residual.entropy") < 1e-5);
        assertTrue(massive.number("layers.0.residual.rank") < 1.01);
        assertTrue(massive.number("layers.0.residual.top") > 0.9999);
    }

    @Test
    void theGradientsSinkIsARatioOfNorms() {
        double[] gradient = new double[LENGTH * WIDTH];
        for (int position = 0; position < LENGTH; position++) {
            gradient[position * WIDTH] = position == 0 ? 30 : 3;
            gradient[position * WIDTH + 3] = position == 0 ? 40 : 4;
        }
        Record record = record(new GradientSinkProbe(MODEL), Map.of("attention.input.gradient", gradient));
        assertEquals(10, record.number("layers.0.gradient.sink"), 1e-12);
    }

    private static Record record(Probe probe, Map<String, double[]> ofLayer) {
        Map<String, double[]> activations = new HashMap<>();
        ofLayer.forEach((name, values) -> activations.put("layers.0." + name, values));
        return HandSlice.lanes(probe, new HandSlice(TOKENS, activations));
    }

    /** Of both heads. */
    private static double[] uniform() {
        double[] pattern = new double[2 * LENGTH * LENGTH];
        for (int i = 0; i < pattern.length; i++) {
            int query = i / LENGTH % LENGTH;
            if (i % LENGTH <= query) pattern[i] = 1.0 / (query + 1);
        }
        return pattern;
    }
}
