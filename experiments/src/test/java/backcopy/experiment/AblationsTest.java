package backcopy.experiment;

import static backcopy.experiment.Ablation.base;
import static backcopy.experiment.Ablation.larger;
import static backcopy.experiment.Ablation.smaller;
import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.experiment.Ablation.Group;
import backcopy.experiment.Ablations.Sheet;
import backcopy.experiment.Verdict.Outcome;
import backcopy.probe.Observable;
import backcopy.run.Scale;
import java.util.List;
import org.junit.jupiter.api.Test;

class AblationsTest {
    private static final Ablation KEY_BIAS = smaller("key bias", "18 to 0", "model.keyBias=shared");
    private static final Group GROUP = Group.of(
            "Keys",
            base("as trained"),
            KEY_BIAS,
            larger("on its key", "18 to 73", "model.keyBias=shared").by(SinkAttention.IN_FRONT));

    @Test
    void ablationsWithTheSameKeysShareTheirRuns() {
        Ablations ablations =
                new Ablations("none", List.of(new Sheet("a", List.of(GROUP)), new Sheet("b", List.of(GROUP))));
        Plan plan = ablations.plan();
        assertEquals(2, plan.conditions().size());
        assertEquals(4, plan.runs(Scale.SMOKE).size());
        assertEquals(
                "shared", plan.runs(Scale.SMOKE).get(2).model().surroundings().keyBias());
    }

    @Test
    void theVerdictIsOfThePublishedDirection() {
        Verdict verdict = KEY_BIAS.verdict(GROUP, -0.5, -0.6, -0.55);
        assertEquals(Outcome.SAME_DIRECTION, verdict.outcome());
        assertEquals("Keys, key bias against as trained: a smaller sink", verdict.claim());
        assertEquals("18 to 0", verdict.published());
        assertEquals(
                Outcome.OPPOSITE,
                GROUP.ablations().get(1).verdict(GROUP, -0.5, -0.6, -0.55).outcome());
    }

    @Test
    void theLeadOfPositionZeroIsThatOfTheStrongestHeadWithinThePrefix() {
        Observable alpha = Observable.of(
                "attention.alpha",
                List.of("layer", "head", "position"),
                new int[] {2, 1, 4}, //
                0.5,
                0.2,
                0.1,
                0.9, //
                0.3,
                0.1,
                0.7,
                0.2);
        assertEquals(0.3 - 0.7, SinkAttention.lead(alpha, 3), 1e-12);
        assertEquals(0.5 - 0.9, SinkAttention.lead(alpha, 4), 1e-12);
        assertEquals(0.5 - 0.2, SinkAttention.lead(alpha, 2), 1e-12);
    }
}
