package backcopy.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JobsTest {
    @Test
    void manyRunsGetAThreadEachAndFewAreSharedOut() {
        assertEquals(1, Jobs.forRuns(1, 16).count());
        assertEquals(16, Jobs.forRuns(160, 16).count());
        assertEquals(2, Jobs.forRuns(2, 4).count());
        assertEquals(1, Jobs.forRuns(0, 2).count());
    }

    /** Of three runs on two threads the third would have one thread alone; together they are done sooner one by one. */
    @Test
    void aLastRunThatWouldBeAloneCounts() {
        assertEquals(1, Jobs.forRuns(3, 2).count());
        assertEquals(2, Jobs.forRuns(4, 2).count());
        assertEquals(2, Jobs.forRuns(15, 2).count());
    }
}
