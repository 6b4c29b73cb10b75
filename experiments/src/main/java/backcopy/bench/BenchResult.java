package backcopy.bench;

import backcopy.model.ModelSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code bb bench} found for one workload.
 *
 * @param backend in words
 * @param operationsPerToken useful floating-point operations
 * @param speeds one for each number of threads
 * @param peakMemory bytes that this process has held at most, up to the end of this workload's windows
 * @param otherCores cores that other programs kept busy meanwhile
 */
public record BenchResult(
        Workload workload,
        String backend,
        double operationsPerToken,
        List<Speed> speeds,
        long peakMemory,
        double otherCores) {

    /** For machines. */
    public Map<String, Object> words() {
        Map<String, Object> words = sizes(workload);
        words.put("backend", backend);
        words.put("flopPerToken", operationsPerToken);
        words.put("speeds", speeds.stream().map(Speed::words).toList());
        words.put("peakMemoryBytes", peakMemory);
        words.put("otherCores", otherCores);
        return words;
    }

    static Map<String, Object> sizes(Workload workload) {
        ModelSpec model = workload.spec().model();
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("workload", workload.name());
        words.put("attention", model.attention().name());
        words.put("batchSize", workload.spec().train().batchSize());
        words.put("sequenceLength", workload.spec().task().sequenceLength());
        words.put("width", model.width());
        words.put("mlpWidth", model.mlpWidth());
        words.put("layers", model.layers());
        words.put("heads", model.heads());
        return words;
    }

    /** The workload and its sizes, for people. */
    static String title(Workload workload) {
        ModelSpec model = workload.spec().model();
        return String.format(
                Locale.ROOT,
                "%s, %s attention: batch %d, length %d, width %d, MLP %d, %d layer(s), %d head(s)",
                workload.name(),
                model.attention().name(),
                workload.spec().train().batchSize(),
                workload.spec().task().sequenceLength(),
                model.width(),
                model.mlpWidth(),
                model.layers(),
                model.heads());
    }

    /** For people. */
    public String lines() {
        StringBuilder text = new StringBuilder();
        line(text, "%s", title(workload));
        line(text, "  %s; %.3f MFLOP a token", backend, 1e-6 * operationsPerToken);
        line(text, "  threads     tokens/s  (range of %d windows)  GFLOP/s  matmul alone  share (range)", count());
        for (Speed speed : speeds)
            line(
                    text,
                    "  %7d  %,11.0f  (%,.0f - %,.0f)  %7.1f  %12.1f  %4.1f %% (%.1f - %.1f)",
                    speed.threads(),
                    speed.tokens().median(),
                    speed.tokens().least(),
                    speed.tokens().most(),
                    1e-9 * speed.operations().median(),
                    1e-9 * speed.ceiling().median(),
                    100 * speed.share().median(),
                    100 * speed.share().least(),
                    100 * speed.share().most());
        Speed first = speeds.get(0), last = speeds.get(speeds.size() - 1);
        if (first != last)
            line(
                    text,
                    "  %d threads are %.2f times %d",
                    last.threads(),
                    last.tokens().median() / first.tokens().median(),
                    first.threads());
        for (Speed speed : speeds)
            line(
                    text,
                    "  time on %d thread(s): %s, the rest %.1f %%",
                    speed.threads(),
                    parts(speed),
                    100 * speed.rest());
        ProbeCost probes = last.probes();
        line(
                text,
                "  probes: %d records in a run of %d steps, %.3g s each, %.1f %% of the run",
                probes.records(),
                probes.steps(),
                probes.secondsPerRecord(),
                100 * probes.share());
        line(text, "  peak memory: %.2f GiB", peakMemory / (double) (1 << 30));
        return text.append(OtherWork.note(otherCores)).toString().stripTrailing();
    }

    private int count() {
        return speeds.get(0).tokens().windows();
    }

    private static String parts(Speed speed) {
        return speed.split().entrySet().stream()
                .map(part ->
                        String.format(Locale.ROOT, "%s %.1f %%", part.getKey().word(), 100 * part.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
