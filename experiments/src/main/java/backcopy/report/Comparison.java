package backcopy.report;

import backcopy.experiment.MostAttention;
import backcopy.figure.Table;
import backcopy.run.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs in a table, one a row: where their configurations differ, and what they came to. */
public final class Comparison {
    /** Numbers by their size, texts by their letters, numbers before texts. */
    private static final Comparator<String> NATURAL =
            Comparator.comparingDouble(Comparison::number).thenComparing(Comparator.naturalOrder());

    private final List<ReportedRun> runs;
    private final Differences differences;
    private final List<String> more;
    private final List<String> warnings;

    private Comparison(List<ReportedRun> runs, Differences differences, List<String> more, List<String> warnings) {
        this.runs = runs;
        this.differences = differences;
        this.more = more;
        this.warnings = warnings;
    }

    /**
     * The runs in order.
     *
     * @param by a key, a signature or a recorded number; empty: by the keys that differ
     * @param descending from the largest down
     * @throws IllegalArgumentException when no run has {@code by}
     */
    public static Comparison of(Selection selection, String by, boolean descending) {
        Differences all = selection.differences();
        List<ReportedRun> runs = selection.runs();
        Comparator<Integer> order = by.isEmpty()
                ? all.keys().stream()
                        .map(key -> Comparator.comparing((Integer run) -> all.value(run, key), NATURAL))
                        .reduce(Comparator::thenComparing)
                        .orElse(Comparator.naturalOrder())
                : order(all, runs, by);
        if (descending) order = order.reversed();
        List<ReportedRun> sorted = IntStream.range(0, runs.size())
                .boxed()
                .sorted(order)
                .map(runs::get)
                .toList();
        boolean column = by.isEmpty()
                || all.keys().contains(by)
                || Stream.of(Signature.values()).anyMatch(s -> s.toString().equals(by));
        return new Comparison(
                sorted,
                Differences.of(sorted.stream().map(ReportedRun::spec).toList()),
                more(runs, column ? "" : by),
                selection.warnings());
    }

    private static Comparator<Integer> order(Differences differences, List<ReportedRun> runs, String by) {
        if (differences.values().stream().anyMatch(values -> values.containsKey(by)))
            return Comparator.comparing(run -> differences.value(run, by), NATURAL);
        for (Signature signature : Signature.values())
            if (signature.toString().equals(by))
                return Comparator.comparingDouble(
                        run -> signature.of(runs.get(run).records()));
        if (runs.stream().allMatch(run -> Double.isNaN(run.last(by))))
            throw new IllegalArgumentException(
                    "--by = " + by + " is no key, no signature and no number that these runs recorded");
        return Comparator.comparingDouble(run -> runs.get(run).last(by));
    }

    /** Where most attention is, if it is not on position 0 in all runs, and what was sorted by. */
    private static List<String> more(List<ReportedRun> runs, String by) {
        Set<String> more = new LinkedHashSet<>();
        if (runs.stream().anyMatch(run -> run.mostElsewhere().isPresent()))
            more.addAll(List.of(MostAttention.MOST, MostAttention.POSITION));
        if (!by.isEmpty()) more.add(by);
        return List.copyOf(more);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /** {@code run}, the keys that differ, {@code status}, {@code step}, the signatures, and {@link #more}. */
    public Table table() {
        return table(differences.keys());
    }

    /** The same without the keys that came with a name, such as an optimizer's own. */
    Table overview() {
        List<Factor> factors = Factor.of(differences);
        return table(differences.keys().stream()
                .filter(key -> key.equals(Differences.SEED)
                        || factors.stream()
                                .anyMatch(factor -> factor.tellingKeys().contains(key)))
                .toList());
    }

    private Table table(List<String> keys) {
        List<String> header = new ArrayList<>(List.of("run"));
        header.addAll(keys);
        header.addAll(List.of("status", "step"));
        for (Signature signature : Signature.values()) header.add(signature.toString());
        header.addAll(more);
        Table.Rows rows = Table.rows(header.toArray(String[]::new));
        for (int r = 0; r < runs.size(); r++) {
            ReportedRun run = runs.get(r);
            List<Object> row = new ArrayList<>(List.of(run.label()));
            for (String key : keys) row.add(differences.value(r, key));
            row.addAll(List.of(run.status(), run.lastStep()));
            for (Signature signature : Signature.values()) row.add(signature.of(run.records()));
            for (String number : more) row.add(run.last(number));
            rows.add(row.toArray());
        }
        return rows.table();
    }

    /** One JSON object: the keys that all runs share, each run with the others and its numbers, and what to know of them. */
    public String json() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (int r = 0; r < runs.size(); r++) {
            ReportedRun run = runs.get(r);
            Map<String, Object> keys = new LinkedHashMap<>(), numbers = new LinkedHashMap<>();
            for (String key : differences.keys()) keys.put(key, differences.value(r, key));
            for (Signature signature : Signature.values())
                numbers.put(signature.toString(), signature.of(run.records()));
            for (String number : more) numbers.put(number, run.last(number));
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("run", run.label());
            object.put("status", run.status());
            object.put("step", run.lastStep());
            object.put("keys", keys);
            object.put("numbers", numbers);
            list.add(object);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("shared", differences.shared());
        all.put("runs", list);
        all.put("warnings", warnings);
        return Json.line(all);
    }
}
