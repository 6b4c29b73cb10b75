package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.theory.prediction.Examples;
import org.junit.jupiter.api.Test;

/** Where each law ends; that it is right is what {@code PredictionsTest} shows. */
class LawsTest {
    private static final ReducedModel ONE_BAG = Examples.meanField(5, 20, 1);
    private static final ReducedModel CONTEXTS = Examples.finiteContext(5, 3, 20, 1);

    @Test
    void oneBagForAllHasNoFiniteContextLaw() {
        assertThrows(IllegalArgumentException.class, () -> new FiniteContextLaw(ONE_BAG, ONE_BAG.parameters(0, 0, 1)));
        FiniteContextLaw law = new FiniteContextLaw(CONTEXTS, CONTEXTS.parameters(0, 0, 1));
        assertEquals(0.5, law.sinkLogit(2, 11) - law.sinkLogit(2, 10), 1e-12);
        assertEquals(5 / 4.0 * Math.exp(-3), law.excessRisk(3), 1e-15);
    }

    @Test
    void contextsThatDifferHaveNoMeanFieldLaw() {
        assertThrows(IllegalArgumentException.class, () -> new MeanFieldLaw(CONTEXTS, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new DrainLaw(CONTEXTS, CONTEXTS.parameters(0, 0, 1)));
    }

    @Test
    void drainNeedsOneSinkLogit() {
        double[] start = ONE_BAG.parameters(1, 0, 1);
        start[ONE_BAG.logit(2)] = 2;
        assertThrows(IllegalArgumentException.class, () -> new DrainLaw(ONE_BAG, start));
    }

    /** Twice the sink mass's odds take a far larger bag: the end moves the way the invariant says. */
    @Test
    void aLargerBagEndsWithAStrongerSink() {
        MeanFieldLaw law = new MeanFieldLaw(ONE_BAG, 1, 1);
        assertTrue(law.sinkLogit(ONE_BAG.parameters(0, 0, 100)) > law.sinkLogit(ONE_BAG.parameters(0, 0, 1)) + 1);
        double[] end = law.end(ONE_BAG.parameters(0, 0.5, 2), 3);
        assertEquals(0, ONE_BAG.loss(end), 1e-25);
    }
}
