package backcopy.experiment;

import backcopy.model.Intervention;
import backcopy.model.Intervention.Quantize;
import backcopy.model.ModelSpec;
import backcopy.run.Trace;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the runs of one switch came to.
 *
 * @param seeds [seeds]
 * @param values [seeds] of each signature that was measured
 * @param refusal why {@code <s>} cannot be hidden, so that there is no cost of its eviction; empty where it can
 * @param divergences the steps at which the loss was not finite, of further seeds that have no values
 * @param elsewhere where most attention is, if not on position 0, of which sink, drain and peak are; else empty
 */
record SwitchRuns(
        long[] seeds, Map<SwitchSignature, double[]> values, String refusal, long[] divergences, String elsewhere) {
    /** As many as the evaluation batch at laptop scale has. */
    private static final int SEQUENCES = 64;

    private static final int BITS = 8;

    /** Of runs whose most attention is on position 0. */
    SwitchRuns(long[] seeds, Map<SwitchSignature, double[]> values, String refusal, long[] divergences) {
        this(seeds, values, refusal, divergences, "");
    }

    /** What the runs that came to their end recorded of some signatures. */
    static SwitchRuns recorded(Ensemble all, List<SwitchSignature> signatures) {
        Ensemble runs = all.finished();
        long[] seeds =
                IntStream.range(0, runs.runs().size()).mapToLong(runs::seed).toArray();
        Map<SwitchSignature, double[]> values = new EnumMap<>(SwitchSignature.class);
        if (seeds.length > 0)
            for (SwitchSignature signature : signatures) values.put(signature, signature.recorded(runs));
        return new SwitchRuns(seeds, values, "", all.divergences(), seeds.length > 0 ? elsewhere(runs) : "");
    }

    /** All of it; the costs are those of the trained weights. */
    static SwitchRuns of(Ensemble all) {
        List<SwitchSignature> signatures = Arrays.stream(SwitchSignature.values())
                .filter(signature -> !signature.isCost())
                .toList();
        SwitchRuns recorded = recorded(all, signatures);
        Ensemble runs = all.finished();
        if (runs.runs().isEmpty()) return recorded;
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
        recorded.values.put(SwitchSignature.INT8, int8);
        if (refusal.isEmpty()) recorded.values.put(SwitchSignature.EVICTION, eviction);
        return new SwitchRuns(recorded.seeds, recorded.values, refusal, recorded.divergences, recorded.elsewhere);
    }

    /** In how many runs, where, and how much; a run that did not record it counts as position 0. */
    private static String elsewhere(Ensemble runs) {
        List<MostAttention> moved = runs.runs().stream()
                .map(run -> MostAttention.elsewhere(run.state().finalValues()))
                .flatMap(Optional::stream)
                .toList();
        if (moved.isEmpty()) return "";
        String where = moved.stream()
                .map(MostAttention::position)
                .distinct()
                .sorted()
                .map(Object::toString)
                .collect(Collectors.joining(", "));
        double mean = moved.stream().mapToDouble(MostAttention::most).average().orElseThrow();
        return String.format(
                Locale.ROOT,
                "on position %s in %d of %d seeds, %.2g in the mean",
                where,
                moved.size(),
                runs.runs().size(),
                mean);
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

    /** In how many seeds training came to no end, and at which steps; empty where it always did. */
    String divergence() {
        if (divergences.length == 0) return "";
        String steps = Arrays.stream(divergences)
                .sorted()
                .distinct()
                .mapToObj(Long::toString)
                .collect(Collectors.joining(", "));
        return String.format(
                "diverged at step%s %s in %d of %d seeds",
                steps.contains(",") ? "s" : "", steps, divergences.length, divergences.length + seeds.length);
    }

    /** Whether some main signature leaves open on which side of the baseline it is; not where every seed diverged. */
    boolean isOpen(SwitchRuns baseline) {
        return seeds.length > 0
                && SwitchSignature.MAIN.stream()
                        .anyMatch(
                                signature -> !SwitchSignature.isDecided(SeedInterval.of(changes(signature, baseline))));
    }
}
