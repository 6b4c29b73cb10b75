package backcopy.query;

import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import backcopy.run.RunState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs as three tables. {@code runs}: a row each with its state and every key, numbers as numbers. {@code metrics}: a row
 * each record, read from the runs' files. {@code finals}: both, for the last record of each run that is finished, so that means
 * are of runs that came to their end.
 */
final class StoreTables implements AutoCloseable {
    private static final int FILES_A_READ = 500;
    private static final String FINISHED = "finished";

    private final Connection database;
    private final Path temporary;
    private final Map<String, Integer> unfinished = new TreeMap<>();

    /** @param notes told of each run that is damaged and left out */
    StoreTables(List<RunDirectory> runs, PrintStream notes) throws SQLException, IOException {
        this(runs.stream().map(run -> (Supplier<StoredRun>) () -> StoredRun.now(run)), notes);
    }

    /**
     * @param runs each is read, or refuses as damaged, when it is asked for
     * @param notes told of each run that is damaged and left out
     */
    StoreTables(Stream<Supplier<StoredRun>> runs, PrintStream notes) throws SQLException, IOException {
        database = DriverManager.getConnection("jdbc:duckdb:");
        temporary = Files.createTempDirectory("backcopy-query");
        List<Path> metrics = new ArrayList<>();
        List<Map<String, String>> rows = new ArrayList<>();
        for (Supplier<StoredRun> each : runs.toList())
            try {
                StoredRun run = each.get();
                boolean hasRecords = !run.records().isEmpty();
                rows.add(row(run));
                if (hasRecords) metrics.add(run.metrics(temporary));
                if (!run.status().equals(FINISHED)) unfinished.merge(run.status(), 1, Integer::sum);
            } catch (IllegalArgumentException damaged) {
                notes.println("bb: left out: " + damaged.getMessage());
            }
        if (metrics.isEmpty()) {
            close();
            throw new IllegalArgumentException("there is no run with records in the store");
        }
        runs(rows);
        metrics(metrics);
        execute("CREATE VIEW finals AS SELECT * FROM runs JOIN metrics USING (run) WHERE status = '" + FINISHED + "'"
                + " QUALIFY row_number() OVER (PARTITION BY run ORDER BY step DESC) = 1");
    }

    Connection database() {
        return database;
    }

    /** How many runs are not in {@code finals}, in a line; empty where all are. */
    String leftOut() {
        int all = unfinished.values().stream().mapToInt(Integer::intValue).sum();
        if (all == 0) return "";
        return "finals leaves out " + all + (all == 1 ? " run that is not finished (" : " runs that are not finished (")
                + unfinished.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private static Map<String, String> row(StoredRun run) {
        RunState state = run.directory().state();
        Map<String, String> row = new LinkedHashMap<>();
        row.put("run", run.label());
        row.put("status", run.status());
        row.put("steps", Long.toString(state.steps()));
        row.put("seconds", Double.toString(state.seconds()));
        row.put("tokensPerSecond", Double.toString(state.tokensPerSecond()));
        row.put("start", state.start());
        row.put("commit", state.provenance().commit());
        row.put("backend", state.provenance().backend());
        row.putAll(Keys.flatten(run.directory().spec()));
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
    public void close() throws SQLException, IOException {
        database.close();
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
