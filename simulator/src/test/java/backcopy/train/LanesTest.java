package backcopy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanesTest {
    @Test
    void everySequenceIsInOneLaneAndEveryLaneBeginsWithASlice() {
        for (int length : new int[] {1, 7, 64, 100, 256, 300})
            for (int sequences = 1; sequences < 300; sequences += 1 + sequences / 9) {
                Lanes lanes = of(sequences, length);
                assertEquals(0, lanes.from(0));
                assertEquals(sequences, lanes.to(lanes.count() - 1));
                for (int lane = 0; lane < lanes.count(); lane++) {
                    assertTrue(lanes.from(lane) < lanes.to(lane), lanes + " has an empty lane " + lane);
                    assertEquals(0, lanes.from(lane) % lanes.slice(), lanes.toString());
                    if (lane > 0) assertEquals(lanes.to(lane - 1), lanes.from(lane));
                }
                assertTrue(lanes.rest() < lanes.slice());
                assertEquals(lanes.rest(), (sequences - lanes.rest()) % lanes.slice() + sequences % lanes.slice());
            }
    }

    /** Slices of about 256 rows, a sum for 512; a small batch is cut into four, so that it has work for four threads. */
    @ParameterizedTest
    @CsvSource({
        "512, 256, 1, 16", // paper
        "16, 256, 1, 8", // desk
        "16, 64, 4, 4",
        "64, 128, 2, 16",
        "64, 64, 4, 8", // laptop
        "8, 16, 4, 2", // smoke
        "3, 1000, 1, 3",
        "1, 5, 1, 1"
    })
    void lanesFollowTheWork(int sequences, int length, int slice, int count) {
        assertEquals(new Lanes(sequences, slice, count), of(sequences, length));
    }

    private static Lanes of(int sequences, int length) {
        return Lanes.of(sequences, length, CpuBackend.scalar().rowsPerSlice(sequences * length));
    }
}
