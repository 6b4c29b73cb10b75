package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.model.Surroundings;
import backcopy.optim.AdamW;
import backcopy.optim.Schedule;
import backcopy.run.Backends;
import backcopy.run.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The same training step in PyTorch at its best, window against window: in each round one of theirs and one of ours, each alone
 * on the machine. Both begin with the same weights and batches, and nothing is measured unless their first losses agree.
 *
 * <p>At its best: with each matmul library that is there, a batch is cut into the micro-batches that are the fastest. A batch
 * of 512 sequences does not fit into caches when a layer takes all of it at once; gradients summed over micro-batches are the
 * same and give the same update.
 */
public final class Against {
    /** Their threads wait for work by spinning; this is longer than they do. */
    private static final long PAUSE_MILLISECONDS = 400;

    private static final int COMPARED_STEPS = 3;
    /** Sequences that PyTorch takes at a time, besides all of them. */
    private static final List<Integer> MICRO_BATCHES = List.of(8, 16, 32, 64);
    /** Each micro-batch is tried so often, in turn, or for as long; the first time, libraries still ask for memory. */
    private static final int TRIALS = 3;
    /** Of a window, a trial. */
    private static final double TRIAL = 0.4;
    /** Relative. Float against float was seen to differ by 1e-7; AdamW with its betas exchanged, by 5e-4. */
    private static final double TOLERANCE = 1e-5;

    private Against() {}

    /**
     * @param threads of both, at least 0, which is all
     * @param place the directory that the module pytorch was built in
     * @throws IllegalArgumentException when the request is wrong or there is no PyTorch
     * @throws IOException when PyTorch does not run
     */
    public static AgainstResult measure(Workload workload, int threads, Windows windows, Path place)
            throws IOException {
        requireSameStep(workload.spec());
        if (!Files.isReadable(place.resolve("class-path")))
            throw new IllegalArgumentException(
                    "PyTorch's jars are missing: mvn -Ppytorch package fetches them, as ./bb does by itself with Maven");
        try (Backend backend = Backends.open(workload.spec())) {
            RunSpec spec = Bench.onThreads(workload.spec(), threads);
            List<AgainstResult.Pair> pairs = new ArrayList<>();
            List<String> missing = new ArrayList<>();
            for (PyTorchConfiguration configuration : PyTorchConfiguration.all(backend.vectorBits()))
                if (configuration.isThere()) pairs.add(pair(configuration, spec, backend, windows, place));
                else missing.add(configuration.name() + " is not measured: " + configuration.install());
            return new AgainstResult(
                    workload, backend.description(), spec.train().threads(), pairs, missing);
        }
    }

    private static AgainstResult.Pair pair(
            PyTorchConfiguration configuration, RunSpec spec, Backend backend, Windows windows, Path place)
            throws IOException {
        double[] ours = new double[windows.count()], theirs = new double[windows.count()];
        try (Workbench bench = new Workbench(spec, backend);
                PyTorch torch = new PyTorch(configuration, spec, place)) {
            List<Integer> microBatches = microBatches(spec.train().batchSize());
            double difference = difference(bench, torch, microBatches);
            double firstLoss = torch.lastLoss();
            if (!(difference < TOLERANCE))
                throw new IOException(
                        "the first losses of PyTorch with " + configuration.name() + " differ by " + difference);
            OtherWork others = new OtherWork(ProcessHandle.current(), torch.handle());
            Map<Integer, Double> tried = trials(torch, microBatches, TRIAL * windows.seconds());
            int best = fastest(tried);
            pause();
            bench.window(windows.warmUp());
            for (int round = 0; round < ours.length; round++) {
                theirs[round] = torch.window(best, windows.seconds());
                pause();
                ours[round] = bench.window(windows.seconds());
            }
            if (!(torch.lastLoss() < firstLoss))
                throw new IOException("PyTorch's loss does not fall: " + firstLoss + ", then " + torch.lastLoss());
            return new AgainstResult.Pair(
                    configuration.name(),
                    torch.libraries(),
                    tried,
                    best,
                    Spread.of(ours),
                    Spread.of(theirs),
                    Spread.ofRatios(ours, theirs),
                    difference,
                    torch.peakMemory(),
                    others.cores());
        }
    }

    /** Those below the batch, and the batch. */
    static List<Integer> microBatches(int batchSize) {
        return Stream.concat(MICRO_BATCHES.stream().filter(size -> size < batchSize), Stream.of(batchSize))
                .toList();
    }

    /** Tokens a second with each micro-batch: the most of its trials. */
    private static Map<Integer, Double> trials(PyTorch torch, List<Integer> microBatches, double seconds)
            throws IOException {
        Map<Integer, Double> tried = new LinkedHashMap<>(), spent = new HashMap<>();
        for (int trial = 0; trial < TRIALS; trial++)
            for (int microBatch : microBatches) {
                if (spent.getOrDefault(microBatch, 0.0) > TRIALS * seconds) continue;
                long start = System.nanoTime();
                tried.merge(microBatch, torch.trial(microBatch, seconds), Math::max);
                spent.merge(microBatch, 1e-9 * (System.nanoTime() - start), Double::sum);
            }
        return tried;
    }

    private static int fastest(Map<Integer, Double> tried) {
        return Collections.max(tried.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    /**
     * The largest relative difference of the first losses. The first steps are with the smallest micro-batches, the whole batch
     * and the smallest again: a sum of gradients that were not their mean would be told from it by the moments.
     */
    private static double difference(Workbench bench, PyTorch torch, List<Integer> microBatches) throws IOException {
        long size = bench.model().weights().layout().size();
        if (torch.parameters() != size)
            throw new IOException("PyTorch trains " + torch.parameters() + " numbers instead of " + size);
        double most = 0;
        for (int step = 0; step < COMPARED_STEPS; step++) {
            double loss = bench.step();
            int microBatch = microBatches.get(step % 2 == 0 ? 0 : microBatches.size() - 1);
            most = Math.max(most, Math.abs(loss - torch.step(microBatch)) / loss);
        }
        return most;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void requireSameStep(RunSpec spec) {
        require("model.attention", spec.model().attention().name(), "softmax");
        require("model.norm", spec.model().norm(), "layer-norm");
        require("model.mlp", spec.model().mlp(), "relu");
        require("model.position", spec.model().position(), "learned");
        require("model.normPlacement", spec.model().normPlacement(), "pre");
        require("optimizer.name", spec.optimizer().name(), AdamW.DEFAULT.name());
        if (!spec.model().surroundings().equals(Surroundings.NONE))
            throw new IllegalArgumentException(
                    "--against pytorch compares plain attention: no key of what stands around it may be set");
        if (!spec.schedule().equals(Schedule.CONSTANT))
            throw new IllegalArgumentException("--against pytorch compares steps at a constant rate, without limits:"
                    + " optimizer.schedule, warmup, horizon, floor, clip and rates stay as they are");
        if (!spec.model().attentionOff().isEmpty() || !spec.model().mlpOff().isEmpty())
            throw new IllegalArgumentException(
                    "--against pytorch compares whole layers: model.attentionOff and model.mlpOff must be empty");
    }

    private static void require(String key, String value, String only) {
        if (!value.equals(only))
            throw new IllegalArgumentException("--against pytorch compares " + key + " = " + only + ", not " + value);
    }
}
