package backcopy.report;

import backcopy.figure.Table;
import backcopy.run.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code runs.csv} with a row for each run: its keys and signatures; {@code metrics.csv} with a row for each record. */
final class CsvExport implements Export {
    @Override
    public List<Path> write(Selection selection, Path directory) throws IOException {
        Path runs = directory.resolve("runs.csv"), metrics = directory.resolve("metrics.csv");
        runs(selection).write(runs);
        metrics(selection.runs()).write(metrics);
        return List.of(runs, metrics);
    }

    private static Table runs(Selection selection) {
        Differences differences = selection.differences();
        Set<String> keys = new LinkedHashSet<>();
        for (Map<String, String> values : differences.values()) keys.addAll(values.keySet());
        List<String> header = new ArrayList<>(List.of("run", "status", "step"));
        header.addAll(keys);
        for (Signature signature : Signature.values()) header.add(signature.toString());
        Table.Rows rows = Table.rows(header.toArray(String[]::new));
        for (int r = 0; r < selection.runs().size(); r++) {
            ReportedRun run = selection.runs().get(r);
            List<Object> row = new ArrayList<>(List.of(run.label(), run.status(), run.lastStep()));
            for (String key : keys) row.add(differences.value(r, key));
            for (Signature signature : Signature.values()) row.add(signature.of(run.records()));
            rows.add(row.toArray());
        }
        return rows.table();
    }

    private static Table metrics(List<ReportedRun> runs) {
        Set<String> numbers = new LinkedHashSet<>();
        for (ReportedRun run : runs)
            for (Measurement record : run.records())
                numbers.addAll(record.numbers().keySet());
        List<String> header = new ArrayList<>(List.of("run", "step"));
        header.addAll(numbers);
        Table.Rows rows = Table.rows(header.toArray(String[]::new));
        for (ReportedRun run : runs)
            for (Measurement record : run.records()) {
                List<Object> row = new ArrayList<>(List.of(run.label(), record.step()));
                for (String number : numbers) row.add(record.numbers().getOrDefault(number, Double.NaN));
                rows.add(row.toArray());
            }
        return rows.table();
    }
}
