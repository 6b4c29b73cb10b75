package backcopy.figure.report;

import backcopy.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Recorded numbers over training: panels side by side with one zoom and one cursor, steps and values on linear or logarithmic
 * axes, and one panel for any number that the reader picks. Runs of one condition share a color.
 *
 * <p>The table has a row for each record: {@code run}, {@code condition} (texts), {@code step}, and a column for each number.
 */
public record Curves(Table records, List<Panel> panels) implements Part {
    /**
     * What one panel shows at first.
     *
     * @param logarithmic whether its value axis begins so
     * @param lines the numbers in it
     */
    public record Panel(String title, String unit, boolean logarithmic, List<Line> lines) {
        public Panel {
            lines = List.copyOf(lines);
        }
    }

    /** A column of the table and what it is called in a panel. */
    public record Line(String number, String name) {}

    private static final Set<String> OTHERS = Set.of("run", "condition", "step");

    public Curves {
        panels = List.copyOf(panels);
        for (Panel panel : panels)
            for (Line line : panel.lines())
                if (!records.has(line.number()))
                    throw new IllegalArgumentException(
                            "panel " + panel.title() + ": there is no column " + line.number());
    }

    @Override
    public String html() {
        List<String> numbers = records.columns().stream()
                .filter(name -> !OTHERS.contains(name))
                .toList();
        Map<String, double[]> columns = new LinkedHashMap<>();
        for (String number : numbers) columns.put(number, records.numbers(number));
        List<Object> runs = new ArrayList<>();
        rowsByRun().forEach((run, rows) -> {
            Map<String, double[]> own = new LinkedHashMap<>();
            columns.forEach((number, values) -> {
                double[] some = at(rows, values);
                if (Arrays.stream(some).anyMatch(Double::isFinite)) own.put(number, some);
            });
            runs.add(JsonText.object(
                    "name",
                    run,
                    "condition",
                    records.texts("condition").get(rows.get(0)),
                    "steps",
                    at(rows, records.numbers("step")),
                    "numbers",
                    own));
        });
        return JsonText.drawn(
                "curves",
                JsonText.object(
                        "conditions",
                        new LinkedHashSet<>(records.texts("condition")),
                        "numbers",
                        numbers,
                        "panels",
                        panels.stream().map(Curves::panel).toList(),
                        "runs",
                        runs));
    }

    private Map<String, List<Integer>> rowsByRun() {
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        List<String> runs = records.texts("run");
        for (int row = 0; row < runs.size(); row++)
            rows.computeIfAbsent(runs.get(row), run -> new ArrayList<>()).add(row);
        return rows;
    }

    private static double[] at(List<Integer> rows, double[] column) {
        return rows.stream().mapToDouble(row -> column[row]).toArray();
    }

    private static Map<String, Object> panel(Panel panel) {
        List<?> lines = panel.lines().stream()
                .map(line -> JsonText.object("number", line.number(), "name", line.name()))
                .toList();
        return JsonText.object(
                "title", panel.title(), "unit", panel.unit(), "log", panel.logarithmic(), "lines", lines);
    }
}
