package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.model.Intervention.ForcePattern;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InterventionSpecTest {
    @Test
    void actsFromItsStepOn() {
        InterventionSpec spec = new InterventionSpec("zero-mlp", 0, 0, 10);
        assertFalse(spec.actsAt(9));
        assertTrue(spec.actsAt(10));
        assertFalse(InterventionSpec.NONE.actsAt(10));
    }

    @Test
    void everyKindButNoneGivesItsIntervention() {
        for (String kind : InterventionSpec.KINDS) {
            List<Intervention> interventions = new InterventionSpec(kind, 2, 1, 10).at(10, token -> token == 7);
            assertEquals(kind.equals("none") ? 0 : 1, interventions.size(), kind);
            for (Intervention intervention : interventions) assertEquals(2, intervention.layer(), kind);
        }
        assertEquals(List.of(), new InterventionSpec("zero-mlp", 2, 1, 10).at(9, token -> false));
    }

    @Test
    void patternsPutQueriesWhereTheirNamesSay() {
        assertArrayEquals(new int[] {0, 0, 0, 0}, keys("bos-pattern"));
        assertArrayEquals(new int[] {0, 0, 1, 2}, keys("previous-pattern"));
        assertArrayEquals(new int[] {0, 0, 1, 0}, keys("clean-pattern"));
        assertArrayEquals(new int[] {-1, -1, -1, -1}, keys("zero-attention"));
    }

    /** The key that each of four queries attends to, -1 for none; the token 7 at position 2 is a trigger. */
    private static int[] keys(String kind) {
        double[] pattern = new double[16];
        ForcePattern force = assertInstanceOf(
                ForcePattern.class,
                new InterventionSpec(kind, 0, -1, 0).at(0, token -> token == 7).get(0));
        force.forced().fill(new int[] {9, 1, 7, 2}, pattern);
        return IntStream.range(0, 4)
                .map(query -> IntStream.range(0, 4)
                        .filter(key -> pattern[4 * query + key] == 1)
                        .findFirst()
                        .orElse(-1))
                .toArray();
    }

    @Test
    void refusesAnUnknownKindByName() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new InterventionSpec("zero-heads", 0, 0, 0));
        assertEquals(
                "intervention.kind = zero-heads is not one of none, zero-attention, zero-mlp, bos-pattern, "
                        + "previous-pattern, clean-pattern",
                refusal.getMessage());
    }

    @Test
    void refusesNegativeNumbers() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new InterventionSpec("none", 0, -2, 0));
        assertEquals("intervention.head = -2 is below -1", refusal.getMessage());
    }
}
