package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.run.Backends;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several runs of a workload at once, each with a seed, a thread and a backend of its own, as the jobs of a sweep have them (on
 * a GPU each has a stream), beside one run on as many threads: in each round a window of one and a window of the other.
 *
 * @param tokens a second, of all runs together
 * @param alone tokens a second of the one run
 * @param ratio of all runs together to the one, round by round
 * @param otherCores cores that other programs kept busy meanwhile
 */
public record SideBySide(
        Workload workload, String backend, int runs, Spread tokens, Spread alone, Spread ratio, double otherCores) {
    /** @throws IllegalArgumentException when the request is wrong, before any work */
    public static SideBySide measure(Workload workload, int runs, Windows windows) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(runs);
        List<Backend> backends = new ArrayList<>();
        List<Workbench> benches = new ArrayList<>();
        try {
            for (int run = 0; run < runs; run++) {
                RunSpec spec = seeded(workload.spec(), run);
                backends.add(Backends.open(spec));
                benches.add(new Workbench(spec, backends.get(run)));
            }
            backends.add(Backends.open(workload.spec()));
            try (Workbench one = new Workbench(Bench.onThreads(workload.spec(), runs), backends.get(runs))) {
                together(pool, benches, windows.warmUp());
                one.window(windows.warmUp());
                OtherWork others = new OtherWork(ProcessHandle.current());
                double[] rates = new double[windows.count()], alone = new double[windows.count()];
                for (int round = 0; round < rates.length; round++) {
                    alone[round] = one.window(windows.seconds());
                    rates[round] = together(pool, benches, windows.seconds());
                }
                return new SideBySide(
                        workload,
                        backends.get(0).description(),
                        runs,
                        Spread.of(rates),
                        Spread.of(alone),
                        Spread.ofRatios(rates, alone),
                        others.cores());
            }
        } finally {
            pool.shutdown();
            benches.forEach(Workbench::close);
            backends.forEach(Backend::close);
        }
    }

    private static RunSpec seeded(RunSpec spec, int run) {
        RunSpec resolved = spec.resolved(Backends.resolve(spec));
        String seed = Long.toString(spec.train().seed() + run);
        return Keys.parse(resolved, Map.of("train.threads", "1", "train.seed", seed));
    }

    /** Tokens a second of all, each over whole steps of its own for at least {@code seconds}. */
    private static double together(ExecutorService pool, List<Workbench> benches, double seconds) {
        List<Future<Double>> rates = benches.stream()
                .map(bench -> pool.submit(() -> bench.window(seconds)))
                .toList();
        double sum = 0;
        try {
            for (Future<Double> rate : rates) sum += rate.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return sum;
    }

    /** For people. */
    public String lines() {
        return BenchResult.title(workload) + "\n  " + backend + "\n"
                + String.format(
                                Locale.ROOT,
                                "  %d run(s) at once: %,.0f tokens/s together (%,.0f - %,.0f), %,.0f each"
                                        + "%n  one run on as many threads: %,.0f tokens/s (%,.0f - %,.0f)"
                                        + "%n  together %.2f times the one (%.2f - %.2f in %d rounds)%n%s",
                                runs,
                                tokens.median(),
                                tokens.least(),
                                tokens.most(),
                                tokens.median() / runs,
                                alone.median(),
                                alone.least(),
                                alone.most(),
                                ratio.median(),
                                ratio.least(),
                                ratio.most(),
                                ratio.windows(),
                                OtherWork.note(otherCores))
                        .stripTrailing();
    }

    /** For machines. */
    public Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>(BenchResult.sizes(workload));
        words.put("backend", backend);
        words.put("runs", runs);
        words.put("tokensPerSecond", tokens.words());
        words.put("oneRunTokensPerSecond", alone.words());
        words.put("ratio", ratio.words());
        words.put("otherCores", otherCores);
        return words;
    }
}
