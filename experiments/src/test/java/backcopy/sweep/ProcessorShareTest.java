package backcopy.sweep;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessorShareTest {
    @Test
    void threadsThatShareProcessorsHaveAPartOfOne() {
        double alone = ProcessorShare.of(1);
        assertTrue(alone > 0 && alone <= 1, "alone " + alone);
        int crowd = 8 * Runtime.getRuntime().availableProcessors();
        double crowded = ProcessorShare.of(crowd);
        assertTrue(crowded > 0 && crowded <= 1 / 8.0 + 1e-3, "crowded " + crowded);
    }
}
