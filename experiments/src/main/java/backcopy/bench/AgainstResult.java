package backcopy.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code bb bench --against pytorch} found for one workload.
 *
 * @param backend ours, in words
 * @param threads of both
 * @param pairs one for each configuration of PyTorch that is there
 * @param missing a line for each that is not
 */
public record AgainstResult(Workload workload, String backend, int threads, List<Pair> pairs, List<String> missing) {
    /**
     * @param ours tokens a second
     * @param theirs tokens a second
     * @param ratio ours to theirs, round by round
     * @param lossDifference the largest relative difference of the first losses
     * @param peakMemory bytes that PyTorch's process has held at most
     * @param otherCores cores that other programs kept busy meanwhile
     */
    record Pair(
            String configuration,
            Spread ours,
            Spread theirs,
            Spread ratio,
            double lossDifference,
            long peakMemory,
            double otherCores) {
        Map<String, Object> words() {
            Map<String, Object> words = new LinkedHashMap<>();
            words.put("configuration", configuration);
            words.put("tokensPerSecond", ours.words());
            words.put("pytorchTokensPerSecond", theirs.words());
            words.put("ratio", ratio.words());
            words.put("lossDifference", lossDifference);
            words.put("pytorchPeakMemoryBytes", peakMemory);
            words.put("otherCores", otherCores);
            return words;
        }
    }

    /** For machines. */
    public Map<String, Object> words() {
        Map<String, Object> words = BenchResult.sizes(workload);
        words.put("backend", backend);
        words.put("threads", threads);
        words.put("against", pairs.stream().map(Pair::words).toList());
        words.put("missing", missing);
        return words;
    }

    /** For people. */
    public String lines() {
        StringBuilder text = new StringBuilder(BenchResult.title(workload));
        text.append(String.format(Locale.ROOT, "%n  %s, against PyTorch 2.10 on %d thread(s)%n", backend, threads));
        for (Pair pair : pairs)
            text.append(String.format(
                    Locale.ROOT,
                    "  PyTorch with %s: %.2f times as fast (%.2f - %.2f in %d rounds)"
                            + "%n    Backcopy %,.0f tokens/s (%,.0f - %,.0f)"
                            + "%n    PyTorch  %,.0f tokens/s (%,.0f - %,.0f), %.2f GiB; first losses agree to %.0e%n%s",
                    pair.configuration,
                    pair.ratio.median(),
                    pair.ratio.least(),
                    pair.ratio.most(),
                    pair.ratio.windows(),
                    pair.ours.median(),
                    pair.ours.least(),
                    pair.ours.most(),
                    pair.theirs.median(),
                    pair.theirs.least(),
                    pair.theirs.most(),
                    pair.peakMemory / (double) (1 << 30),
                    pair.lossDifference,
                    OtherWork.note(pair.otherCores)));
        for (String line : missing) text.append("  PyTorch with ").append(line).append('\n');
        return text.toString().stripTrailing();
    }
}
