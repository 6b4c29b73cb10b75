package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.run.Backends;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.train.Evaluator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures a workload: the product's trainer and sampler in windows of time, in each round one window of matmuls and one of
 * steps for every number of threads, because the speed of a machine drifts. Where the time goes is looked at afterwards.
 */
public final class Bench {
    /** Rows of a matmul alone: enough to fill a device, few enough to be drawn on the host. */
    private static final int MOST_ROWS = 1 << 15;

    private Bench() {}

    /**
     * @param threads the numbers of threads to measure, each at least 0, which is all
     * @throws IllegalArgumentException when the request is wrong, before any work
     * @throws IOException when there is no room for a record's arrays
     */
    public static BenchResult measure(Workload workload, List<Integer> threads, Windows windows) throws IOException {
        try (Backend backend = Backends.open(workload.spec())) {
            List<Measured> all = new ArrayList<>();
            try {
                for (int count : threads) all.add(new Measured(onThreads(workload.spec(), count), backend));
                all.forEach(one -> one.warmUp(windows));
                OtherWork others = new OtherWork(ProcessHandle.current());
                for (int round = 0; round < windows.count(); round++) all.forEach(one -> one.round(windows));
                double otherCores = others.cores();
                for (Measured one : all) one.probe(windows);
                long memory = PeakMemory.bytes();
                return new BenchResult(
                        workload,
                        backend.description(),
                        all.get(0).bench.operationsPerToken(),
                        all.stream().map(one -> one.speed(backend, windows)).toList(),
                        memory,
                        otherCores);
            } finally {
                all.forEach(one -> one.bench.close());
            }
        }
    }

    /** The spec as a run would resolve it, on a number of threads that has work. */
    static RunSpec onThreads(RunSpec spec, int threads) {
        int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        RunSpec resolved = spec.resolved(Backends.resolve(spec));
        String lanes = String.valueOf(Math.min(count, Evaluator.LANES));
        return Keys.parse(resolved, Map.of("train.threads", lanes));
    }

    /** One number of threads: what is measured, and what was found so far. */
    private static final class Measured {
        private final RunSpec spec;
        private final Workbench bench;
        private final MatmulCeiling ceiling;
        private final List<Double> tokens = new ArrayList<>();
        private final List<double[]> rates = new ArrayList<>();
        private double secondsPerRecord;

        Measured(RunSpec spec, Backend backend) {
            this.spec = spec;
            bench = new Workbench(spec, backend);
            int length = bench.model().length();
            int rows = Math.max(length, backend.rowsPerSlice(MOST_ROWS));
            ceiling =
                    new MatmulCeiling(backend, spec.model(), rows, bench.model().vocabulary(), bench.crew());
        }

        void warmUp(Windows windows) {
            bench.step();
            bench.window(windows.warmUp());
            ceiling.window(windows.ceiling());
        }

        void round(Windows windows) {
            rates.add(ceiling.window(windows.ceiling()));
            tokens.add(bench.window(windows.seconds()));
        }

        void probe(Windows windows) throws IOException {
            secondsPerRecord = bench.secondsPerRecord(windows.seconds());
        }

        Speed speed(Backend backend, Windows windows) {
            double[] perSecond = tokens.stream().mapToDouble(rate -> rate).toArray();
            double[] operations = tokens.stream()
                    .mapToDouble(rate -> rate * bench.operationsPerToken())
                    .toArray();
            List<Spread> shapes = new ArrayList<>();
            for (int s = 0; s < ceiling.shapes().size(); s++) shapes.add(Spread.of(ratesOf(s)));
            return new Speed(
                    spec.train().threads(),
                    Spread.of(perSecond),
                    Spread.of(operations),
                    ceiling.shapes(),
                    shapes,
                    Spread.ofRatios(operations, ratesOf(Speed.fastest(shapes))),
                    split(backend, windows),
                    ProbeCost.of(
                            spec,
                            secondsPerRecord,
                            bench.tokensPerStep() / Spread.of(perSecond).median()));
        }

        private double[] ratesOf(int shape) {
            return rates.stream().mapToDouble(round -> round[shape]).toArray();
        }

        /** By part, of the threads' whole time. */
        private Map<Part, Double> split(Backend backend, Windows windows) {
            TimeSplit split = new TimeSplit();
            try (Workbench timed = new Workbench(spec, split.timed(backend), split::timed)) {
                timed.window(windows.warmUp() / 2);
                split.reset();
                long start = System.nanoTime();
                timed.window(windows.seconds());
                double threadSeconds =
                        1e-9 * (System.nanoTime() - start) * spec.train().threads();
                Map<Part, Double> shares = split.seconds();
                shares.replaceAll((part, seconds) -> seconds / threadSeconds);
                return shares;
            }
        }
    }
}
