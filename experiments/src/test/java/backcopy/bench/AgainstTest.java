package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgainstTest {
    private static AgainstResult.Pair pair(String name, int microBatch, double ours, double theirs) {
        return pair(name, microBatch, ours, theirs, 0);
    }

    private static AgainstResult.Pair pair(String name, int microBatch, double ours, double theirs, double otherCores) {
        return new AgainstResult.Pair(
                name,
                "libmkl_core.so.2",
                Map.of(microBatch, theirs),
                microBatch,
                Spread.of(new double[] {ours}),
                Spread.of(new double[] {theirs}),
                Spread.of(new double[] {ours / theirs}),
                1e-7,
                1 << 30,
                otherCores);
    }

    @Test
    void theWholeBatchIsAlwaysTriedAndLarger() {
        assertEquals(List.of(8, 16, 32, 64, 512), Against.microBatches(512));
        assertEquals(List.of(8, 16, 32, 64), Against.microBatches(64));
        assertEquals(List.of(8, 16), Against.microBatches(16));
        assertEquals(List.of(8, 12), Against.microBatches(12));
        assertEquals(List.of(4), Against.microBatches(4));
    }

    /** What is quoted is the ratio to the fastest PyTorch, although the other one's windows may give a lower ratio. */
    @Test
    void theFirstRatioIsThatToPyTorchAtItsBest() {
        AgainstResult result = new AgainstResult(
                Workload.of("desk"),
                "cpu",
                2,
                List.of(pair("slow", 16, 110, 100), pair("quick", 8, 156, 120)),
                List.of());
        assertEquals(
                1.3, ((Number) ((Map<?, ?>) result.words().get("ratioToBest")).get("median")).doubleValue(), 1e-12);
        String first = result.lines().lines().skip(2).findFirst().orElseThrow();
        assertEquals("  1.30 times as fast as PyTorch at its best: with quick, 8 sequences at a time", first);
        assertTrue(result.lines().contains("sequences at a time, tokens/s: 16: 100"), result.lines());
    }

    /** A library that was slowed down is not the best any more, and the ratio to the other one is too high. */
    @Test
    void otherWorkBesideOneLibraryCastsDoubtOnTheFirstRatio() {
        AgainstResult result = new AgainstResult(
                Workload.of("desk"),
                "cpu",
                2,
                List.of(pair("slowed", 16, 110, 30, 0.7), pair("slow", 8, 156, 120)),
                List.of());
        String second = result.lines().lines().skip(3).findFirst().orElseThrow();
        assertTrue(second.startsWith("  note: other programs kept 0.7 cores busy"), result.lines());
    }
}
