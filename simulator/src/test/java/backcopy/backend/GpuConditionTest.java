package backcopy.backend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class GpuConditionTest {
    @Test
    void aGpuTestIsSkippedWithAReasonUnlessCudaIsRequired() {
        assertTrue(GpuCondition.decide(Set.of("gpu"), "").isDisabled());
        assertTrue(
                GpuCondition.decide(Set.of("gpu"), "").getReason().orElseThrow().contains("backcopy.require=cuda"));
        assertFalse(GpuCondition.decide(Set.of("gpu"), "cuda").isDisabled());
    }

    @Test
    void otherTestsAlwaysRun() {
        assertFalse(GpuCondition.decide(Set.of(), "").isDisabled());
        assertFalse(GpuCondition.decide(Set.of("slow"), "").isDisabled());
    }
}
