package backcopy.report;

import backcopy.experiment.SeedInterval;
import backcopy.figure.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What each factor does to each signature, over all cells of the other factors, and how far one factor's effect depends on
 * another, with intervals over seeds. Signatures that are ratios are averaged and compared by their logarithms, so that their
 * means are geometric and their effects are factors. Runs that did not come to their last step are in none of it, and counted.
 */
final class Effects {
    /** Between the names of two factors, and between their levels. */
    private static final String AND = " x ";

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

    /**
     * A row for each level and signature: {@code group}, {@code row}, {@code panel}, {@code mean}, {@code low}, {@code high},
     * {@code seeds}, and how many runs are left out as {@code unfinished}.
     */
    Table means() {
        Table.Rows rows = Table.rows("group", "row", "panel", "mean", "low", "high", "seeds", "unfinished");
        for (Factor factor : factors)
            for (String level : factor.distinct())
                for (Signature signature : Signature.values()) {
                    SeedInterval interval = overSeeds(seed -> IntStream.range(0, runs.size())
                            .filter(run -> runs.get(run).isFinished()
                                    && factor.levels().get(run).equals(level)
                                    && seeds.get(run).equals(seed))
                            .mapToDouble(run -> value(run, signature)));
                    rows.add(
                            factor.name(),
                            level,
                            signature.toString(),
                            back(signature, interval.mean()),
                            back(signature, interval.low()),
                            back(signature, interval.high()),
                            interval.seeds(),
                            unfinished(run -> factor.levels().get(run).equals(level)));
                }
        return rows.table();
    }

    /**
     * A row for each level but the first: its effect against the first, from runs that are equal in all else, seed by seed.
     * {@code factor}, {@code level}, {@code against}, {@code signature}, {@code effect} ({@code times} or {@code plus}),
     * {@code size}, {@code low}, {@code high}, {@code seeds}, how many of the {@code sets} of two runs have the signature in
     * both: the others say nothing of it; and how many runs at the two levels say nothing since they are {@code unfinished}.
     */
    Table effects() {
        Table.Rows rows = sizes();
        for (Factor factor : factors)
            for (String level : laterLevels(factor))
                addRows(rows, factor.name(), level, first(factor), List.of(new Contrast(factor, level)));
        return rows.table();
    }

    /**
     * The same columns for each two factors of which every combination of levels is there: by how much the effect of the one
     * is another at a level of the other than at its first, a difference of differences or a ratio of ratios, from sets of
     * four runs.
     */
    Table interactions() {
        Table.Rows rows = sizes();
        for (int one = 0; one < factors.size(); one++)
            for (int two = one + 1; two < factors.size(); two++)
                if (isGrid(factors.get(one), factors.get(two)))
                    addInteractions(rows, factors.get(one), factors.get(two));
        return rows.table();
    }

    private void addInteractions(Table.Rows rows, Factor one, Factor two) {
        for (String level : laterLevels(one))
            for (String other : laterLevels(two))
                addRows(
                        rows,
                        one.name() + AND + two.name(),
                        level + AND + other,
                        first(one) + AND + first(two),
                        List.of(new Contrast(one, level), new Contrast(two, other)));
    }

    private boolean isGrid(Factor one, Factor two) {
        long combinations = IntStream.range(0, runs.size())
                .mapToObj(run -> List.of(one.levels().get(run), two.levels().get(run)))
                .distinct()
                .count();
        return combinations == (long) one.distinct().size() * two.distinct().size();
    }

    private static Table.Rows sizes() {
        return Table.rows(
                "factor",
                "level",
                "against",
                "signature",
                "effect",
                "size",
                "low",
                "high",
                "seeds",
                "sets",
                "unfinished");
    }

    private void addRows(Table.Rows rows, String factor, String level, String against, List<Contrast> contrasts) {
        for (Signature signature : Signature.values()) {
            Function<String, DoubleStream> changes = seed -> changes(seed, contrasts, signature);
            double[] all =
                    new LinkedHashSet<>(seeds).stream().flatMapToDouble(changes).toArray();
            long there = DoubleStream.of(all).filter(Double::isFinite).count();
            SeedInterval interval = overSeeds(seed -> changes.apply(seed).filter(Double::isFinite));
            rows.add(
                    factor,
                    level,
                    against,
                    signature.toString(),
                    signature.isRatio() ? "times" : "plus",
                    back(signature, interval.mean()),
                    back(signature, interval.low()),
                    back(signature, interval.high()),
                    interval.seeds(),
                    there + " of " + all.length,
                    unfinished(run -> contrasts.stream().allMatch(contrast -> contrast.has(run))));
        }
    }

    /** How many of some runs did not come to their last step. */
    private long unfinished(IntPredicate some) {
        return IntStream.range(0, runs.size())
                .filter(some)
                .filter(run -> !runs.get(run).isFinished())
                .count();
    }

    /** A level of a factor against the factor's first. */
    private record Contrast(Factor factor, String level) {
        /** Whether a run is at one of the two levels. */
        boolean has(int run) {
            String own = factor.levels().get(run);
            return own.equals(level) || own.equals(first(factor));
        }
    }

    /** Of each set of runs of a seed that is whole: how a signature changes, with two contrasts how its change changes. */
    private DoubleStream changes(String seed, List<Contrast> contrasts, Signature signature) {
        Map<List<String>, Double> values = new LinkedHashMap<>();
        for (int run = 0; run < runs.size(); run++)
            if (seeds.get(run).equals(seed)) {
                double own = runs.get(run).isFinished() ? value(run, signature) : Double.NaN;
                values.merge(levels(run), own, (one, other) -> Double.isNaN(one) ? other : one);
            }
        return values.keySet().stream()
                .filter(corner -> contrasts.stream()
                        .allMatch(contrast ->
                                corner.get(factors.indexOf(contrast.factor())).equals(first(contrast.factor()))))
                .flatMap(corner -> change(values, corner, contrasts).stream())
                .mapToDouble(Double::doubleValue);
    }

    /** From one corner of a set of runs; nothing where a run of it is missing. */
    private Optional<Double> change(Map<List<String>, Double> values, List<String> corner, List<Contrast> contrasts) {
        if (contrasts.isEmpty()) return Optional.ofNullable(values.get(corner));
        Contrast contrast = contrasts.get(0);
        List<Contrast> others = contrasts.subList(1, contrasts.size());
        List<String> opposite = new ArrayList<>(corner);
        opposite.set(factors.indexOf(contrast.factor()), contrast.level());
        return change(values, corner, others)
                .flatMap(from -> change(values, opposite, others).map(to -> to - from));
    }

    private List<String> levels(int run) {
        return factors.stream().map(factor -> factor.levels().get(run)).toList();
    }

    private static String first(Factor factor) {
        return factor.distinct().get(0);
    }

    private static List<String> laterLevels(Factor factor) {
        return factor.distinct().subList(1, factor.distinct().size());
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
     * The cells of a {@code phase} figure over two factors, averaged over seeds; what else varies makes conditions. Also how
     * many {@code runs} are averaged, and how many are left out as {@code unfinished}.
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
        Table.Rows rows = Table.rows("condition", "panel", "logarithmic", "x", "y", "value", "runs", "unfinished");
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
                                    .filter(run -> runs.get(run).isFinished())
                                    .mapToDouble(run -> value(run, signature))
                                    .average()
                                    .orElse(Double.NaN)),
                    members.stream().filter(run -> runs.get(run).isFinished()).count(),
                    unfinished(members::contains)));
        return rows.table();
    }
}
