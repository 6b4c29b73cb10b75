package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.attention.AttentionKinds;
import backcopy.backend.RowRule;
import backcopy.model.Intervention.ClampScore;
import backcopy.run.Keys;
import backcopy.run.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvictedSinkTest {
    private static final int KEYS = 1000;

    private static String refusal(String... keys) {
        return EvictedSink.refusal(Keys.parse(Scale.SMOKE.spec(), Keys.overrides(List.of(keys)))
                        .model())
                .orElse("");
    }

    @Test
    void whatCannotBeHiddenIsRefusedByName() {
        assertEquals("", refusal());
        assertEquals("", refusal("model.gate=value", "model.headNorm=rms-norm", "model.normPlacement=sandwich"));
        assertEquals("model.sinkTokens = 1", refusal("model.sinkTokens=1"));
        assertEquals("model.keyBias = per-head", refusal("model.keyBias=per-head"));
        assertEquals("model.mask = window", refusal("model.mask=window", "model.maskSize=4"));
        assertEquals("model.scores = differential", refusal("model.scores=differential"));
        assertEquals("model.attention = uniform", refusal("model.attention=uniform"));
    }

    /** The hidden key takes nothing, and the others what they take without it, but for how many keys there are. */
    @Test
    void aHiddenKeyIsAsGoodAsGone() {
        double[] even =
                new SplittableRandom(1).doubles(KEYS).map(u -> 0.2 * u - 0.1).toArray();
        double[] uneven = even.clone();
        uneven[KEYS / 2] = 8;
        for (RowRule rule : AttentionKinds.ALL) {
            if (Double.isNaN(EvictedSink.unseen(rule))) continue;
            assertGone(rule, even);
            assertTrue(assertGone(rule, uneven) > 0, rule.name() + " gives nothing to anything");
        }
    }

    /** The largest attention of a key. */
    private static double assertGone(RowRule rule, double[] scores) {
        double[] hiding = scores.clone(), hidden = new double[KEYS], gone = new double[KEYS - 1];
        hiding[0] = EvictedSink.unseen(rule);
        rule.row(hiding, 0, KEYS, hidden);
        rule.row(Arrays.copyOfRange(scores, 1, KEYS), 0, KEYS - 1, gone);
        assertEquals(0, hidden[0], 1e-12, rule.name());
        double most = Arrays.stream(gone).map(Math::abs).max().orElseThrow();
        for (int j = 1; j < KEYS; j++) assertEquals(gone[j - 1], hidden[j], 0.01 * most, rule.name());
        return most;
    }

    @Test
    void theQueryAtPositionZeroKeepsItsScore() {
        var model = Keys.parse(Scale.SMOKE.spec(), Keys.overrides(List.of("model.layers=3", "model.attentionOff=2")))
                .model();
        var hiding = EvictedSink.interventions(model);
        assertEquals(2, hiding.size());
        ClampScore clamp = (ClampScore) hiding.get(1);
        assertEquals(1, clamp.layer());
        assertTrue(Double.isNaN(clamp.score().of(0, 0)));
        assertTrue(clamp.score().of(0, 1) < -1e6);
    }
}
