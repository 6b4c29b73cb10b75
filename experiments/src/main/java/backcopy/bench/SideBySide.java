package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.run.Backends;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
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
 * Several runs of a workload at once, each with a seed, a thread and a backend of its own, as the jobs of a sweep have them: on
 * a GPU each has a stream.
 *
 * @param tokens a second, of all runs together
 */
public record SideBySide(Workload workload, String backend, int runs, Spread tokens) {
    /** @throws IllegalArgumentException when the request is wrong, before any work */
    public static SideBySide measure(Workload workload, int runs, Windows windows) {
        ExecutorService pool = Executors.newFixedThreadPool(runs);
        List<Backend> backends = new ArrayList<>();
        List<Workbench> benches = new ArrayList<>();
        try {
            for (int run = 0; run < runs; run++) {
                RunSpec spec = seeded(workload.spec(), run);
                backends.add(Backends.open(spec));
                benches.add(new Workbench(spec, backends.get(run)));
            }
            together(pool, benches, windows.warmUp());
            double[] rates = new double[windows.count()];
            for (int window = 0; window < rates.length; window++)
                rates[window] = together(pool, benches, windows.seconds());
            return new SideBySide(workload, backends.get(0).description(), runs, Spread.of(rates));
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
                        "  %d run(s) at once: %,.0f tokens/s together (%,.0f - %,.0f), %,.0f each",
                        runs,
                        tokens.median(),
                        tokens.least(),
                        tokens.most(),
                        tokens.median() / runs);
    }

    /** For machines. */
    public Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>(BenchResult.sizes(workload));
        words.put("backend", backend);
        words.put("runs", runs);
        words.put("tokensPerSecond", tokens.words());
        return words;
    }
}
