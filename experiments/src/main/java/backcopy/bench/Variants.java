package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.run.Backends;
import backcopy.run.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How fast variants are beside a workload as it is, window against window: in each round one of the workload and one of the
 * variant, because the speed of a machine drifts.
 *
 * @param backend in words
 * @param threads of all
 * @param variants in the order of their measurement
 * @param otherCores cores that other programs kept busy meanwhile
 */
public record Variants(Workload workload, String backend, int threads, List<Measured> variants, double otherCores) {
    /** Below this part of the workload's speed a variant is named at the end. */
    private static final double HALF = 0.5;

    /**
     * One of them.
     *
     * @param tokens a second
     * @param ratio to the workload's, round by round
     */
    public record Measured(Variant variant, Spread tokens, Spread ratio) {
        /** For people. */
        public String line() {
            return String.format(
                    Locale.ROOT,
                    "  %-40s  %4.2f (%.2f - %.2f)  %,11.0f tokens/s",
                    variant.name(),
                    ratio.median(),
                    ratio.least(),
                    ratio.most(),
                    tokens.median());
        }

        private Map<String, Object> words() {
            Map<String, Object> words = new LinkedHashMap<>();
            words.put("variant", variant.name());
            words.put("ratio", ratio.words());
            words.put("tokensPerSecond", tokens.words());
            return words;
        }
    }

    /**
     * @param threads 0: all
     * @param lines told what people read, as it comes
     * @throws IllegalArgumentException when the request is wrong, before any work
     */
    public static Variants measure(
            Workload workload, List<Variant> variants, int threads, Windows windows, Consumer<String> lines)
            throws IOException {
        RunSpec plain = Bench.onThreads(workload.spec(), threads);
        List<RunSpec> specs = variants.stream()
                .map(variant -> Bench.onThreads(variant.of(workload).spec(), threads))
                .toList();
        try (Backend backend = Backends.open(plain);
                Workbench own = new Workbench(plain, backend)) {
            int count = plain.train().threads();
            lines.accept(BenchResult.title(workload));
            lines.accept("  " + backend.description() + "; " + count + " thread(s)");
            lines.accept("  each as a part of that workload's speed (range of " + windows.count() + " rounds):");
            own.window(windows.warmUp());
            OtherWork others = new OtherWork(ProcessHandle.current());
            List<Measured> measured = new ArrayList<>();
            for (int v = 0; v < specs.size(); v++) {
                measured.add(measure(variants.get(v), specs.get(v), own, backend, windows));
                lines.accept(measured.get(v).line());
            }
            Variants all = new Variants(workload, backend.description(), count, measured, others.cores());
            lines.accept(all.verdict());
            return all;
        }
    }

    private static Measured measure(Variant variant, RunSpec spec, Workbench own, Backend backend, Windows windows)
            throws IOException {
        double[] plain = new double[windows.count()], changed = new double[windows.count()];
        try (Workbench bench = new Workbench(spec, backend)) {
            bench.window(windows.warmUp());
            for (int round = 0; round < plain.length; round++) {
                plain[round] = own.window(windows.seconds());
                changed[round] = bench.window(windows.seconds());
            }
        }
        return new Measured(variant, Spread.of(changed), Spread.ofRatios(changed, plain));
    }

    /** Which are below half, and whether the numbers can be relied on. */
    private String verdict() {
        String slow = variants.stream()
                .filter(measured -> measured.ratio.median() < HALF)
                .map(measured -> measured.variant.name())
                .collect(Collectors.joining(", "));
        String note = OtherWork.note(otherCores);
        return ("  below half: " + (slow.isEmpty() ? "none" : slow) + "\n" + note).stripTrailing();
    }

    /** For machines. */
    public Map<String, Object> words() {
        Map<String, Object> words = BenchResult.sizes(workload);
        words.put("backend", backend);
        words.put("threads", threads);
        words.put("variants", variants.stream().map(Measured::words).toList());
        words.put("otherCores", otherCores);
        return words;
    }
}
