package backcopy.command;

import backcopy.attention.AttentionKinds;
import backcopy.bench.Against;
import backcopy.bench.AgainstResult;
import backcopy.bench.Bench;
import backcopy.bench.BenchResult;
import backcopy.bench.DatedResults;
import backcopy.bench.SideBySide;
import backcopy.bench.Variant;
import backcopy.bench.Variants;
import backcopy.bench.Windows;
import backcopy.bench.Workload;
import backcopy.run.Json;
import backcopy.run.Keys;
import backcopy.run.Provenance;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bb bench}: how fast a training step is. */
@Command(
        name = "bench",
        description =
                "Measures training steps: tokens/s, the share of what this machine's matmuls reach alone, where the "
                        + "time goes, memory. Workloads: desk, small, tiny, laptop, paper, deep.",
        footer = {"", "Example: bb bench laptop --threads 1,2"})
final class BenchCommand extends Verb implements Callable<Integer> {
    /** What people run, a minute in all. */
    private static final List<String> DEFAULT = List.of("desk", "small", "tiny", "laptop");

    @Parameters(
            paramLabel = "WORKLOAD|key=value",
            completionCandidates = Candidates.WorkloadsAndKeys.class,
            description =
                    "workloads (default: desk small tiny laptop), and keys that change them, such as model.heads=4")
    private List<String> words = List.of();

    @Option(
            names = "--attention",
            completionCandidates = Candidates.Attentions.class,
            paramLabel = "KIND",
            description = "an attention kind, or all of them in turn")
    private String attention;

    @Option(
            names = "--variants",
            paramLabel = "WORD",
            description =
                    "every attention kind and everything around it, norms and MLPs, each beside the workload, window "
                            + "against window: all, or those with WORD in their keys, such as gate or position=rope")
    private String variants;

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "numbers of threads, measured in turn (default: 0, which is all)")
    private List<Integer> threads = List.of(0);

    @Option(names = "--windows", paramLabel = "N", description = "windows of each kind (default: ${DEFAULT-VALUE})")
    private int windows = 5;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "what a window takes at least; it is whole steps (default: ${DEFAULT-VALUE})")
    private double seconds = 1;

    @Option(
            names = "--backend",
            completionCandidates = Candidates.Backends.class,
            paramLabel = "B",
            description = "cpu, cuda or reference (default: auto)")
    private String backend;

    @Option(
            names = "--against",
            paramLabel = "pytorch",
            description =
                    "measure the same step in PyTorch at its best as well, in turn; the first time fetches 300 MB")
    private String against;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description =
                    "so many runs at once, each on a thread and a seed of its own, as a sweep has them, beside one run on "
                            + "as many threads")
    private Integer runs;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(
            names = "--save",
            description =
                    "add what is printed to a dated file in bench/results, with the machine, versions and command")
    private boolean save;

    @Spec
    private CommandSpec spec;

    private final List<String> printed = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Windows length = new Windows(windows, seconds);
        for (int count : threads)
            if (count < 0) throw new IllegalArgumentException("--threads = " + count + " is below 0");
        if (against != null && !against.equals("pytorch"))
            throw new IllegalArgumentException("--against = " + against + " is not pytorch");
        if (against != null && threads.size() > 1)
            throw new IllegalArgumentException("--against takes one number of --threads");
        if (runs != null && runs < 1) throw new IllegalArgumentException("--runs = " + runs + " is below 1");
        if (runs != null && (against != null || !threads.equals(List.of(0))))
            throw new IllegalArgumentException("--runs = " + runs + " takes neither --against nor --threads");
        if (variants != null && (against != null || runs != null || attention != null || threads.size() > 1))
            throw new IllegalArgumentException(
                    "--variants takes neither --against, --runs nor --attention, and one number of --threads");
        List<Variant> chosen = variants == null ? List.of() : Variant.named(variants);
        List<Workload> workloads = workloads();
        DatedResults file = save
                ? new DatedResults(Machine.results(), LocalDateTime.now(ZoneOffset.UTC), Machine.provenance())
                : null;
        interrupt().release(); // nothing to save
        List<Map<String, Object>> results = new ArrayList<>();
        for (Workload workload : workloads) {
            if (variants != null) {
                List<String> lines = new ArrayList<>();
                Consumer<String> each = line -> {
                    lines.add(line);
                    if (!json) line(line);
                };
                results.add(Variants.measure(workload, chosen, threads.get(0), length, each)
                        .words());
                printed.add(String.join("\n", lines));
            } else if (runs != null) {
                SideBySide result = SideBySide.measure(workload, runs, length);
                show(result.lines(), result.words(), results);
            } else if (against == null) {
                BenchResult result = Bench.measure(workload, threads, length);
                show(result.lines(), result.words(), results);
            } else {
                AgainstResult result = Against.measure(workload, threads.get(0), length, Machine.pytorch());
                show(result.lines(), result.words(), results);
            }
        }
        if (json) out().println(Json.line(report(results)));
        if (save) {
            file.add(command(), printed);
            err().println("added to " + file.file());
        }
        return 0;
    }

    /** As it was typed. */
    private String command() {
        return "bb "
                + spec.root().commandLine().getParseResult().originalArgs().stream()
                        .map(word -> word.matches("[\\w.,:/=+-]+") ? word : "'" + word + "'")
                        .collect(Collectors.joining(" "));
    }

    private void line(String text) {
        out().println(text);
        out().flush();
    }

    /** At once for people, at the end for machines. */
    private void show(String lines, Map<String, Object> words, List<Map<String, Object>> results) {
        results.add(words);
        printed.add(lines);
        if (!json) line(lines);
    }

    /** All that were asked for, before the first is measured. */
    private List<Workload> workloads() {
        List<String> names = words.stream().filter(word -> !word.contains("=")).toList();
        Map<String, String> keys =
                Keys.overrides(words.stream().filter(word -> word.contains("=")).toList());
        if (backend != null) keys.put("train.backend", backend);
        List<Workload> all = new ArrayList<>();
        for (String name : names.isEmpty() ? DEFAULT : names)
            for (String kind : kinds()) {
                Map<String, String> overrides = new LinkedHashMap<>(keys);
                if (kind != null) overrides.put("model.attention", kind);
                all.add(Workload.of(name).with(overrides));
            }
        return all;
    }

    /** The kinds that were asked for; one null where the keys decide. */
    private List<String> kinds() {
        if ("all".equals(attention)) return AttentionKinds.names();
        List<String> one = new ArrayList<>();
        one.add(attention);
        return one;
    }

    private static Map<String, Object> report(List<Map<String, Object>> results) {
        Provenance machine = Machine.provenance();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("cpu", machine.cpu());
        report.put("os", machine.os());
        report.put("java", machine.java());
        report.put("commit", machine.commit());
        report.put("results", results);
        return report;
    }
}
