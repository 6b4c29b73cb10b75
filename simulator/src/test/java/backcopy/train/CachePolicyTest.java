package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.model.Intervention.ClampScore;
import org.junit.jupiter.api.Test;

class CachePolicyTest {
    @Test
    void theEntryThatGoesIsTheOneInTheName() {
        double[] received = {3, 0.5, 2, 0.1, 0.2, 0.3, 0, 0};
        assertEquals(0, CachePolicy.window().eviction().of(received));
        assertEquals(1, CachePolicy.sink().eviction().of(received));
        assertEquals(1, CachePolicy.hidden().eviction().of(received));
        assertEquals(1, CachePolicy.replaced(7, "x").eviction().of(received));
        assertEquals(3, CachePolicy.heavyHitters().eviction().of(received), "the least of the older half");
        assertEquals(0, CachePolicy.heavyHitters().eviction().of(new double[] {1, 1, 1, 0}), "of equals the oldest");
        assertEquals(0, CachePolicy.heavyHitters().eviction().of(new double[] {1}));
    }

    @Test
    void onlyHidingActsInsideTheModel() {
        assertTrue(CachePolicy.sink().interventions(2).isEmpty());
        assertEquals(2, CachePolicy.hidden().interventions(2).size());
        ClampScore clamp = (ClampScore) CachePolicy.hidden().interventions(2).get(1);
        assertEquals(1, clamp.layer());
        assertEquals(-1, clamp.head());
        assertTrue(Math.exp(clamp.score().of(3, 4)) == 0);
    }
}
