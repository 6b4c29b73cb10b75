package backcopy.report;

import backcopy.experiment.SeedInterval;
import backcopy.figure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What each factor does to each signature, over all cells of the other factors, with intervals over seeds. Signatures that are
 * ratios are averaged and compared by their logarithms, so that their means are geometric and their effects are factors.
 */
final class Effects {
    private final List<ReportedRun> runs;
    private final List<Factor> factors;
    private final List<String> seeds;

    Effects(Selection selection) {
        runs = selection.runs();
        Differences differences = selection.differences();
        factors = Factor.of(differences);
        seeds = IntStream.range(0, runs.size())
                .mapToObj(run -> differences.value(run, Differences.SEED))
                .toList();
    }

    List<Factor> factors() {
        return factors;
    }

    /** A row for each level and signature: {@code group}, {@code row}, {@code panel}, {@code mean}, {@code low}, {@code high}. */
    Table means() {
        Table.Rows rows = Table.rows("group", "row", "panel", "mean", "low", "high", "seeds");
        for (Factor factor : factors)
            for (String level : factor.distinct())
                for (Signature signature : Signature.values()) {
                    SeedInterval interval = overSeeds(seed -> IntStream.range(0, runs.size())
                            .filter(run -> factor.levels().get(run).equals(level)
                                    && seeds.get(run).equals(seed))
                            .mapToDouble(run -> value(run, signature)));
                    rows.add(
                            factor.name(),
                            level,
                            signature.toString(),
                            back(signature, interval.mean()),
                            back(signature, interval.low()),
                            back(signature, interval.high()),
                            interval.seeds());
                }
        return rows.table();
    }

    /**
     * A row for each level but the first: its effect against the first, from runs that are equal in all else, seed by seed.
     * {@code factor}, {@code level}, {@code against}, {@code signature}, {@code effect} ({@code times} or {@code plus}),
     * {@code size}, {@code low}, {@code high}, {@code seeds}, and how many of the {@code pairs} have the signature in both runs:
     * the others say nothing of it.
     */
    Table effects() {
        Table.Rows rows = Table.rows(
                "factor", "level", "against", "signature", "effect", "size", "low", "high", "seeds", "pairs");
        for (Factor factor : factors) {
            String first = factor.distinct().get(0);
            for (String level : factor.distinct().subList(1, factor.distinct().size()))
                for (Signature signature : Signature.values()) {
                    Function<String, DoubleStream> changes = seed -> pairs(factor, first, level, seed).stream()
                            .mapToDouble(pair -> value(pair[1], signature) - value(pair[0], signature));
                    double[] all = new LinkedHashSet<>(seeds)
                            .stream().flatMapToDouble(changes).toArray();
                    long there = DoubleStream.of(all).filter(Double::isFinite).count();
                    SeedInterval interval =
                            overSeeds(seed -> changes.apply(seed).filter(Double::isFinite));
                    rows.add(
                            factor.name(),
                            level,
                            first,
                            signature.toString(),
                            signature.isRatio() ? "times" : "plus",
                            back(signature, interval.mean()),
                            back(signature, interval.low()),
                            back(signature, interval.high()),
                            interval.seeds(),
                            there + " of " + all.length);
                }
        }
        return rows.table();
    }

    /** Runs of one seed that differ in this factor alone: {first level, other level}. */
    private List<int[]> pairs(Factor factor, String first, String level, String seed) {
        Map<List<String>, Integer> firsts = new LinkedHashMap<>();
        List<int[]> pairs = new ArrayList<>();
        for (int run = 0; run < runs.size(); run++)
            if (seeds.get(run).equals(seed) && factor.levels().get(run).equals(first))
                firsts.put(others(factor, run), run);
        for (int run = 0; run < runs.size(); run++)
            if (seeds.get(run).equals(seed) && factor.levels().get(run).equals(level)) {
                Integer partner = firsts.get(others(factor, run));
                if (partner != null) pairs.add(new int[] {partner, run});
            }
        return pairs;
    }

    private List<String> others(Factor factor, int run) {
        return factors.stream()
                .filter(other -> !other.equals(factor))
                .map(other -> other.levels().get(run))
                .toList();
    }

    /** The interval of the seeds' means; a seed without a value does not count. */
    private SeedInterval overSeeds(Function<String, DoubleStream> values) {
        Set<String> all = new LinkedHashSet<>(seeds);
        double[] means = all.stream()
                .map(values)
                .map(DoubleStream::toArray)
                .filter(ofSeed -> ofSeed.length > 0)
                .mapToDouble(ofSeed -> DoubleStream.of(ofSeed).average().orElseThrow())
                .toArray();
        return SeedInterval.of(means);
    }

    private double value(int run, Signature signature) {
        double value = signature.of(runs.get(run).records());
        if (!signature.isRatio()) return value;
        return value > 0 ? Math.log(value) : Double.NaN;
    }

    private static double back(Signature signature, double value) {
        return signature.isRatio() ? Math.exp(value) : value;
    }

    /**
     * The cells of a {@code phase} figure over two factors, averaged over seeds; what else varies makes conditions.
     *
     * @param most conditions; with more of them the other factors are averaged over too
     */
    Table phase(Factor x, Factor y, int most) {
        IntFunction<String> condition = run -> factors.stream()
                .filter(other -> !other.equals(x) && !other.equals(y))
                .map(other -> other.words(run))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        long conditions =
                IntStream.range(0, runs.size()).mapToObj(condition).distinct().count();
        IntFunction<String> shown = conditions <= most ? condition : run -> "";
        Map<List<String>, List<Integer>> cells = new LinkedHashMap<>();
        for (int run = 0; run < runs.size(); run++)
            cells.computeIfAbsent(
                            List.of(
                                    shown.apply(run),
                                    x.levels().get(run),
                                    y.levels().get(run)),
                            cell -> new ArrayList<>())
                    .add(run);
        Table.Rows rows = Table.rows("condition", "panel", "logarithmic", "x", "y", "value");
        for (Signature signature : Signature.values())
            cells.forEach((cell, members) -> rows.add(
                    cell.get(0),
                    signature.toString(),
                    signature.isRatio() ? 1 : 0,
                    cell.get(1),
                    cell.get(2),
                    back(
                            signature,
                            members.stream()
                                    .mapToDouble(run -> value(run, signature))
                                    .average()
                                    .orElseThrow())));
        return rows.table();
    }
}
