package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.Verdict.Outcome;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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

    private static final double[] TEN = {0.9, 1.2, 0.4, 1.5, 0.3, 0.8, 1.1, 0.2, 1.4, 0.6};

    @Test
    void fewerThanTenSeedsDescribeAndSaySo() {
        Verdict nine = Verdict.above("c", "q", 0, Arrays.copyOf(TEN, 9));
        assertEquals(Outcome.HOLDS, nine.outcome());
        assertTrue(nine.test().isDescriptive());
        assertTrue(nine.toString().contains("(n = 9, descriptive)"));
    }

    @Test
    void tenSeedsAreTestedExactly() {
        Verdict holds = Verdict.above("c", "q", 0, TEN);
        assertEquals(Outcome.HOLDS, holds.outcome());
        assertEquals(2 / 1024.0, holds.test().p(), 0);
        Verdict fails = Verdict.above("c", "q", 2, TEN);
        assertEquals(Outcome.DOES_NOT_HOLD, fails.outcome());
        assertEquals(2 / 1024.0, fails.test().p(), 0);
        assertEquals(Outcome.UNDECIDED, Verdict.above("c", "q", 0.9, TEN).outcome());
        assertEquals(Outcome.HOLDS, Verdict.between("c", "q", 0, 2, TEN).outcome());
        assertEquals(Outcome.DOES_NOT_HOLD, Verdict.between("c", "q", 2, 3, TEN).outcome());
        assertEquals(Outcome.SAME_DIRECTION, Verdict.grows("c", "q", TEN).outcome());
        assertEquals(Outcome.OPPOSITE, Verdict.shrinks("c", "q", TEN).outcome());
    }

    /** A claim at p = 0.0059 is decided alone, and not as one of ten. */
    @Test
    void theClaimsOfOneExperimentAreCorrectedForOneAnother() {
        double[] most = {1, 1, 1, 1, 1, 1, 1, 1, 0.5, -0.6};
        Verdict alone = Verdict.above("c", "q", 0, most);
        assertEquals(Outcome.HOLDS, alone.outcome());
        List<Verdict> ten = Verdict.corrected(Collections.nCopies(10, alone));
        assertEquals(10 * alone.test().p(), ten.get(0).test().corrected(), 1e-15);
        assertEquals(Outcome.UNDECIDED, ten.get(0).outcome());
        assertEquals(ten, Verdict.corrected(ten));
        Verdict direction = Verdict.grows("c", "q", most);
        List<Verdict> directions = new Findings(Collections.nCopies(10, direction), List.of()).verdicts();
        assertEquals(Outcome.UNDECIDED, directions.get(0).outcome());
        Verdict unjudged = alone.unjudged();
        List<Verdict> two = Verdict.corrected(List.of(alone, unjudged));
        assertEquals(alone.test().p(), two.get(0).test().corrected(), 0);
        assertEquals(unjudged, two.get(1));
    }

    @Test
    void outcomesOfTwoModesAreCounted() {
        boolean[] nine = {true, true, true, true, true, true, true, true, true, false};
        Verdict verdict = Verdict.mostly("no sink", "attention < 0.01", nine);
        assertEquals(Outcome.HOLDS, verdict.outcome());
        assertEquals(0.9, verdict.interval().mean(), 0);
        assertEquals(0.5550, verdict.interval().low(), 5e-5);
        assertEquals(0.9975, verdict.interval().high(), 5e-5);
        assertEquals(22 / 1024.0, verdict.test().p(), 1e-12);
        Verdict four = Verdict.mostly("no sink", "attention < 0.01", true, true, true, true, false);
        assertEquals(Outcome.UNDECIDED, four.outcome());
        assertTrue(four.test().isDescriptive());
        assertEquals(Outcome.UNDECIDED, Verdict.mostly("c", "q").outcome());
    }

    @Test
    void anIntervalEndsWhereTheQuantityDoes() {
        Verdict verdict =
                Verdict.above("c", "attention", 0.5, 0.99, 0.98, 1, 0.7).in(0, 1);
        assertEquals(1, verdict.interval().high(), 0);
        assertEquals(
                SeedInterval.of(0.99, 0.98, 1, 0.7).low(), verdict.interval().low(), 0);
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
