package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.Verdict.Outcome;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void theIntervalIsStudentsOfTheMean() {
        SeedInterval interval = SeedInterval.of(1, 2, 3, 4, 5);
        // t(0.975, 4 degrees) = 2.776445, standard error = sqrt(2.5 / 5)
        assertEquals(3, interval.mean(), 1e-12);
        assertEquals(3 - 2.776445 * Math.sqrt(0.5), interval.low(), 1e-5);
        assertEquals(3 + 2.776445 * Math.sqrt(0.5), interval.high(), 1e-5);
    }

    @Test
    void aClaimHoldsWhereTheWholeIntervalDoes() {
        assertEquals(Outcome.HOLDS, Verdict.above("c", "q", 0, 1, 1.1, 0.9).outcome());
        assertEquals(Outcome.HOLDS, Verdict.below("c", "q", 2, 1, 1.1, 0.9).outcome());
        assertEquals(Outcome.HOLDS, Verdict.between("c", "q", 0, 2, 1, 1.1, 0.9).outcome());
    }

    @Test
    void aClaimDoesNotHoldWhereTheWholeIntervalIsOutside() {
        assertEquals(
                Outcome.DOES_NOT_HOLD, Verdict.above("c", "q", 2, 1, 1.1, 0.9).outcome());
        assertEquals(
                Outcome.DOES_NOT_HOLD, Verdict.below("c", "q", 0, 1, 1.1, 0.9).outcome());
        assertEquals(
                Outcome.DOES_NOT_HOLD,
                Verdict.between("c", "q", 2, 3, 1, 1.1, 0.9).outcome());
    }

    @Test
    void anIntervalAcrossTheBoundDecidesNothing() {
        assertEquals(Outcome.UNDECIDED, Verdict.above("c", "q", 1, 0.5, 1, 1.8).outcome());
    }

    @Test
    void aPublishedDirectionIsTheSameOrTheOppositeWhereTheWholeIntervalIsOnOneSide() {
        double[] up = {1, 1.1, 0.9}, down = {-1, -1.1, -0.9};
        assertEquals(Outcome.SAME_DIRECTION, Verdict.grows("c", "q", up).outcome());
        assertEquals(Outcome.OPPOSITE, Verdict.grows("c", "q", down).outcome());
        assertEquals(Outcome.SAME_DIRECTION, Verdict.shrinks("c", "q", down).outcome());
        assertEquals(Outcome.OPPOSITE, Verdict.shrinks("c", "q", up).outcome());
        assertTrue(Verdict.shrinks("c", "q", up).toString().startsWith("opposite "));
    }

    @Test
    void aDirectionThatTheIntervalLeavesOpenIsNoEffectAndWithoutAnIntervalUndecided() {
        assertEquals(
                "no effect at this scale",
                Verdict.grows("c", "q", -1, 0.2, 1.5).outcome().toString());
        assertEquals(Outcome.NO_EFFECT, Verdict.shrinks("c", "q", -1, 0.2, 1.5).outcome());
        assertEquals(Outcome.NO_EFFECT, Verdict.grows("c", "q", 0, 0, 0).outcome());
        assertEquals(Outcome.UNDECIDED, Verdict.grows("c", "q", 1).outcome());
        assertEquals(
                Outcome.UNDECIDED, Verdict.grows("c", "q", 1, 1.1, Double.NaN).outcome());
    }

    @Test
    void oneSeedOrAnEventThatNeverCameDecidesNothing() {
        assertEquals(Outcome.UNDECIDED, Verdict.above("c", "q", 0, 5).outcome());
        assertEquals(
                Outcome.UNDECIDED,
                Verdict.above("c", "q", 0, 5, 5.1, Double.NaN).outcome());
        assertFalse(SeedInterval.of(5).isDefined());
        assertEquals("not reached in every seed", SeedInterval.of(5, Double.NaN).toString());
    }

    @Test
    void shortRunsAreNotJudged() {
        Verdict verdict = Verdict.above("c", "q", 0, 1, 1.1, 0.9).unjudged();
        assertEquals(Outcome.UNDECIDED, verdict.outcome());
        assertEquals(1, verdict.interval().mean(), 1e-12);
    }
}
