package backcopy.bench;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

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
     * @param libraries that did its matmuls
     * @param tried tokens a second by PyTorch's micro-batch, in short trials
     * @param microBatch the fastest of them, with which the rest was measured
     * @param ours tokens a second
     * @param theirs tokens a second
     * @param ratio ours to theirs, round by round
     * @param lossDifference the largest relative difference of the first losses
     * @param peakMemory bytes that PyTorch's process has held at most
     * @param otherCores cores that other programs kept busy meanwhile
     */
    record Pair(
            String configuration,
            String libraries,
            Map<Integer, Double> tried,
            int microBatch,
            Spread ours,
            Spread theirs,
            Spread ratio,
            double lossDifference,
            long peakMemory,
            double otherCores) {
        Map<String, Object> words() {
            Map<String, Object> words = new LinkedHashMap<>();
            words.put("configuration", configuration);
            words.put("libraries", libraries);
            Map<String, Object> trials = new LinkedHashMap<>();
            tried.forEach((size, rate) -> trials.put(String.valueOf(size), rate));
            words.put("triedTokensPerSecond", trials);
            words.put("microBatch", microBatch);
            words.put("tokensPerSecond", ours.words());
            words.put("pytorchTokensPerSecond", theirs.words());
            words.put("ratio", ratio.words());
            words.put("lossDifference", lossDifference);
            words.put("pytorchPeakMemoryBytes", peakMemory);
            words.put("otherCores", otherCores);
            return words;
        }

        /** PyTorch's speed with each micro-batch, for people. */
        private String trials() {
            return tried.entrySet().stream()
                    .map(one -> String.format(Locale.ROOT, "%d: %,.0f", one.getKey(), one.getValue()))
                    .collect(Collectors.joining(", "));
        }
    }

    /** PyTorch at its best: the pair in which it was the fastest. */
    Pair best() {
        return Collections.max(pairs, Comparator.comparingDouble(pair -> pair.theirs.median()));
    }

    /** For machines. */
    public Map<String, Object> words() {
        Map<String, Object> words = BenchResult.sizes(workload);
        words.put("backend", backend);
        words.put("threads", threads);
        if (!pairs.isEmpty()) words.put("ratioToBest", best().ratio.words());
        words.put("against", pairs.stream().map(Pair::words).toList());
        words.put("missing", missing);
        return words;
    }

    /** For people. */
    public String lines() {
        StringBuilder text = new StringBuilder(BenchResult.title(workload));
        text.append(String.format(Locale.ROOT, "%n  %s, against PyTorch 2.10 on %d thread(s)%n", backend, threads));
        if (!pairs.isEmpty())
            text.append(String.format(
                            Locale.ROOT,
                            "  %.2f times as fast as PyTorch at its best: with %s, %d sequences at a time%n",
                            best().ratio.median(),
                            best().configuration,
                            best().microBatch))
                    .append(OtherWork.note(
                            pairs.stream().mapToDouble(Pair::otherCores).max().orElseThrow()));
        for (Pair pair : pairs)
            text.append(String.format(
                    Locale.ROOT,
                    "  PyTorch with %s: %.2f times as fast (%.2f - %.2f in %d rounds)"
                            + "%n    Backcopy %,.0f tokens/s (%,.0f - %,.0f)"
                            + "%n    PyTorch  %,.0f tokens/s (%,.0f - %,.0f), %.2f GiB; first losses agree to %.0e"
                            + "%n    PyTorch tried with so many sequences at a time, tokens/s: %s"
                            + "%n    loaded: %s%n%s",
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
                    pair.trials(),
                    pair.libraries,
                    OtherWork.note(pair.otherCores)));
        for (String line : missing) text.append("  PyTorch with ").append(line).append('\n');
        return text.toString().stripTrailing();
    }
}
