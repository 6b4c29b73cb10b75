package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void isTheMiddleAndTheEnds() {
        assertEquals(new Spread(3, 1, 10, 3), Spread.of(new double[] {10, 1, 3}));
        assertEquals(new Spread(2.5, 1, 10, 4), Spread.of(new double[] {10, 1, 3, 2}));
    }

    /** Window by window: 2, 1 and 4, where the medians alone would say 10 / 10. */
    @Test
    void ratiosAreOfTheSameRound() {
        assertEquals(new Spread(2, 1, 4, 3), Spread.ofRatios(new double[] {4, 10, 40}, new double[] {2, 10, 10}));
    }
}
