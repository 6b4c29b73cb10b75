package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RecordSpecTest {
    @Test
    void aNumberMakesRecordsEvenAndNoneLogarithmic() {
        assertTrue(new RecordSpec(30).schedule().isDue(60));
        assertFalse(new RecordSpec(30).schedule().isDue(100));
        assertTrue(new RecordSpec(0).schedule().isDue(100));
        assertFalse(new RecordSpec(0).schedule().isDue(1030));
    }
}
