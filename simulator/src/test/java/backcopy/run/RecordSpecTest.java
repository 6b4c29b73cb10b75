package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordSpecTest {
    @Test
    void aNumberMakesRecordsEvenAndNoneLogarithmic() {
        assertTrue(new RecordSpec(30).schedule().isDue(60));
        assertFalse(new RecordSpec(30).schedule().isDue(100));
        assertTrue(new RecordSpec(0).schedule().isDue(100));
        assertFalse(new RecordSpec(0).schedule().isDue(1030));
    }

    @Test
    void updateProbesAreNamedInAnyOrder() {
        assertEquals("update-norm,norm-influence", new RecordSpec(0, "norm-influence,update-norm").updates());
        assertEquals("", new RecordSpec(0).updates());
        for (String names : new String[] {"norms", "update-norm,", "update-norm, norm-influence"})
            assertEquals(
                    "record.updates = " + names + " is not a list of update-norm, norm-influence",
                    Refusal.of(() -> Keys.parse(Scale.LAPTOP.spec(), Map.of("record.updates", names))));
    }
}
