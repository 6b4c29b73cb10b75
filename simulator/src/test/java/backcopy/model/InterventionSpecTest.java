package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                assertThrows(IllegalArgumentException.class, () -> new InterventionSpec("none", 0, -1, 0));
        assertEquals("intervention.head = -1 is below 0", refusal.getMessage());
    }
}
