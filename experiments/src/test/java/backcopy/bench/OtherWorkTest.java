package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OtherWorkTest {
    /** 100 + 20 + 30 + 1 + 2 + 4 ticks; idle and waiting do not count, and guests are in the first two already. */
    @Test
    void addsWhatCoresWorked() {
        assertEquals(1.57, OtherWork.busy("cpu  100 20 30 5000 600 1 2 4 70 8"), 1e-12);
    }

    @Test
    void aQuietMachineNeedsNoNote() {
        assertEquals("", OtherWork.note(0.05));
        assertEquals("", OtherWork.note(Double.NaN));
        assertTrue(OtherWork.note(0.94).startsWith("  note: other programs kept 0.9 cores busy"));
    }
}
