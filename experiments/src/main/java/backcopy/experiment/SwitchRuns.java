package backcopy.experiment;

import backcopy.model.Intervention;
import backcopy.model.Intervention.Quantize;
import backcopy.model.ModelSpec;
import backcopy.run.Trace;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the runs of one switch came to.
 *
 * @param seeds [seeds]
 * @param values [seeds] of each signature that was measured
 * @param refusal why {@code <s>} cannot be hidden, so that there is no cost of its eviction; empty where it can
 */
record SwitchRuns(long[] seeds, Map<SwitchSignature, double[]> values, String refusal) {
    /** As many as the evaluation batch at laptop scale has. */
    private static final int SEQUENCES = 64;

    private static final int BITS = 8;

    /** What the runs recorded of some signatures. */
    static SwitchRuns recorded(Ensemble runs, List<SwitchSignature> signatures) {
        Map<SwitchSignature, double[]> values = new EnumMap<>(SwitchSignature.class);
        for (SwitchSignature signature : signatures) values.put(signature, signature.recorded(runs));
        long[] seeds =
                IntStream.range(0, runs.runs().size()).mapToLong(runs::seed).toArray();
        return new SwitchRuns(seeds, values, "");
    }

    /** All of it; the costs are those of the trained weights. */
    static SwitchRuns of(Ensemble runs) {
        ModelSpec model = runs.specs().get(0).model();
        String refusal = EvictedSink.refusal(model).orElse("");
        int seeds = runs.runs().size();
        double[] eviction = new double[seeds], int8 = new double[seeds];
        for (int seed = 0; seed < seeds; seed++)
            try (Trace trace = Trace.of(runs.runs().get(seed), runs.last(), SEQUENCES)) {
                double free = loss(trace, List.of());
                int8[seed] = loss(trace, rounding(model.layers())) - free;
                if (refusal.isEmpty()) eviction[seed] = loss(trace, EvictedSink.interventions(model)) - free;
            }
        List<SwitchSignature> recorded = Arrays.stream(SwitchSignature.values())
                .filter(signature -> !signature.isCost())
                .toList();
        SwitchRuns all = recorded(runs, recorded);
        all.values.put(SwitchSignature.INT8, int8);
        if (refusal.isEmpty()) all.values.put(SwitchSignature.EVICTION, eviction);
        return new SwitchRuns(all.seeds, all.values, refusal);
    }

    private static double loss(Trace trace, List<Intervention> interventions) {
        return trace.observe(interventions).number("loss.evaluation");
    }

    private static List<Intervention> rounding(int layers) {
        return IntStream.range(0, layers)
                .<Intervention>mapToObj(layer -> new Quantize(layer, BITS, false))
                .toList();
    }

    double mean(SwitchSignature signature) {
        return Arrays.stream(values.getOrDefault(signature, new double[0]))
                .average()
                .orElse(Double.NaN);
    }

    /** [seeds] by how much a signature differs from the baseline's in the same seeds; none where one of them lacks it. */
    double[] changes(SwitchSignature signature, SwitchRuns baseline) {
        if (!values.containsKey(signature) || !baseline.values.containsKey(signature)) return new double[0];
        double[] theirs = baseline.values.get(signature);
        double[] paired = Arrays.stream(seeds)
                .mapToInt(baseline::run)
                .mapToDouble(run -> theirs[run])
                .toArray();
        return signature.changes(values.get(signature), paired);
    }

    private int run(long seed) {
        for (int run = 0; run < seeds.length; run++) if (seeds[run] == seed) return run;
        throw new IllegalArgumentException("the baseline has no seed " + seed);
    }

    /** Whether some main signature leaves open on which side of the baseline it is. */
    boolean isOpen(SwitchRuns baseline) {
        return SwitchSignature.MAIN.stream()
                .anyMatch(signature -> !SwitchSignature.isDecided(SeedInterval.of(changes(signature, baseline))));
    }
}
