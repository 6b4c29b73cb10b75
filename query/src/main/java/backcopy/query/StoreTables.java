package backcopy.query;

import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import backcopy.run.RunState;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs as three tables. {@code runs}: a row each with its state and every key, numbers as numbers. {@code metrics}: a row
 * each record, read from the runs' files. {@code finals}: both, for each run's last record.
 */
final class StoreTables implements AutoCloseable {
    private static final int FILES_A_READ = 500;

    private final Connection database;

    /** @param notes told of each run that is damaged and left out */
    StoreTables(List<RunDirectory> runs, PrintStream notes) throws SQLException {
        database = DriverManager.getConnection("jdbc:duckdb:");
        List<Path> metrics = new ArrayList<>();
        List<Map<String, String>> rows = new ArrayList<>();
        for (RunDirectory run : runs)
            try {
                rows.add(row(run));
                Path file = run.path().resolve("metrics.jsonl");
                if (Files.exists(file) && !run.measurements().isEmpty()) metrics.add(file);
            } catch (IllegalArgumentException damaged) {
                notes.println("bb: left out: " + damaged.getMessage());
            }
        if (metrics.isEmpty()) throw new IllegalArgumentException("there is no run with records in the store");
        runs(rows);
        metrics(metrics);
        execute("CREATE VIEW finals AS SELECT * FROM runs JOIN metrics USING (run)"
                + " QUALIFY row_number() OVER (PARTITION BY run ORDER BY step DESC) = 1");
    }

    Connection database() {
        return database;
    }

    private static Map<String, String> row(RunDirectory run) {
        RunState state = run.state();
        Map<String, String> row = new LinkedHashMap<>();
        row.put("run", run.identity());
        row.put("status", state.status().name().toLowerCase(Locale.ROOT));
        row.put("steps", Long.toString(state.steps()));
        row.put("seconds", Double.toString(state.seconds()));
        row.put("tokensPerSecond", Double.toString(state.tokensPerSecond()));
        row.put("start", state.start());
        row.put("commit", state.provenance().commit());
        row.put("backend", state.provenance().backend());
        row.putAll(Keys.flatten(run.spec()));
        return row;
    }

    private void runs(List<Map<String, String>> rows) throws SQLException {
        Set<String> columns = new LinkedHashSet<>();
        for (Map<String, String> row : rows) columns.addAll(row.keySet());
        List<String> names = List.copyOf(columns);
        execute("CREATE TABLE runs ("
                + names.stream()
                        .map(name -> quoted(name) + (isNumeric(name, rows) ? " DOUBLE" : " VARCHAR"))
                        .collect(Collectors.joining(", "))
                + ")");
        String places = names.stream().map(name -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement insert = database.prepareStatement("INSERT INTO runs VALUES (" + places + ")")) {
            for (Map<String, String> row : rows) {
                for (int c = 0; c < names.size(); c++) {
                    String value = row.getOrDefault(names.get(c), "");
                    if (value.isEmpty()) insert.setObject(c + 1, null);
                    else if (isNumeric(names.get(c), rows)) insert.setDouble(c + 1, Double.parseDouble(value));
                    else insert.setString(c + 1, value);
                }
                insert.executeUpdate();
            }
        }
    }

    /** Whether every run that has the key has a number there; an identity of digits is a text all the same. */
    private static boolean isNumeric(String name, List<Map<String, String>> rows) {
        List<String> values = rows.stream()
                .map(row -> row.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .toList();
        return !name.equals("run")
                && !name.equals("commit")
                && !values.isEmpty()
                && values.stream().allMatch(value -> value.matches("[+-]?[0-9.]+([eE][+-]?[0-9]+)?"));
    }

    /** A line without its end was torn by a kill and comes as a row of nulls; files are read in portions, since a query has a limit. */
    private void metrics(List<Path> files) throws SQLException {
        for (int from = 0; from < files.size(); from += FILES_A_READ) {
            String list = files.subList(from, Math.min(files.size(), from + FILES_A_READ)).stream()
                    .map(file -> "'" + file.toAbsolutePath().toString().replace("'", "''") + "'")
                    .collect(Collectors.joining(", "));
            String read = "SELECT parse_filename(parse_path(filename)[-2]) AS run, step,"
                    + " CAST(COLUMNS(* EXCLUDE (step, filename)) AS DOUBLE) FROM read_json([" + list + "],"
                    + " format = 'newline_delimited', filename = true, union_by_name = true, ignore_errors = true) WHERE step IS NOT NULL";
            execute((from == 0 ? "CREATE TABLE metrics AS " : "INSERT INTO metrics BY NAME ") + read);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
