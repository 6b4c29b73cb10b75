package backcopy.theory.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    @Test
    void deviationsAreAbsoluteRelativeOrBeyondABound() {
        assertEquals(0.5, Comparison.absolute("", 2, 1.5, 1).deviation());
        assertEquals(0.25, Comparison.relative("", 2, 1.5, 1).deviation());
        assertEquals(0, Comparison.atMost("", 2, 1.5).deviation());
        assertEquals(0.5, Comparison.atLeast("", 2, 1.5).deviation());
    }

    @Test
    void holdsUpToTheTolerance() {
        assertTrue(Comparison.absolute("", 2, 1.5, 0.5).holds());
        assertFalse(Comparison.absolute("", 2, 1.5, 0.4).holds());
        assertTrue(Comparison.atLeast("", 2, 2).holds());
        assertFalse(Comparison.atLeast("", 2, 1.9).holds());
        assertFalse(Comparison.atMost("", 2, 2.1).holds());
    }

    @Test
    void whatCouldNotBeMeasuredDoesNotHold() {
        assertFalse(Comparison.absolute("", 2, Double.NaN, 1).holds());
        assertFalse(Comparison.relative("", 0, 0, 1).holds());
        assertFalse(Comparison.atMost("", 2, Double.NaN).holds());
        assertFalse(Comparison.atLeast("", 2, Double.NaN).holds());
        assertThrows(IllegalArgumentException.class, () -> Comparison.absolute("", 1, 1, Double.NaN));
    }

    @Test
    void aPredictionHoldsIfEachComparisonDoesAndThereIsOne() {
        Comparison good = Comparison.absolute("", 1, 1, 0);
        Comparison bad = Comparison.absolute("", 1, 2, 0);
        assertTrue(Prediction.holds(List.of(good, good)));
        assertFalse(Prediction.holds(List.of(good, bad)));
        Prediction nothing = new Prediction("nothing", "", "", List::of);
        assertThrows(IllegalStateException.class, nothing::compare);
        assertThrows(IllegalArgumentException.class, () -> Predictions.named("nothing"));
    }
}
