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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs as three tables. {@code runs}: a row each with its state and every key, numbers as numbers. {@code metrics}: a row
 * each record, read from the runs' files. {@code finals}: both, for the last record of each run that is finished, so that means
 * are of runs that came to their end.
 */
final class StoreTables implements AutoCloseable {
    private static final int FILES_A_READ = 500;
    /** Words and names, whatever they look like. */
    private static final Set<String> TEXTS =
            Set.of("run", "status", "start", "commit", "backend", "task.corpus", "evaluation.tokens", "train.from");

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
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
        this(runs, notes, FILES_A_READ);
    }

    StoreTables(Stream<Supplier<StoredRun>> runs, PrintStream notes, int filesARead) throws SQLException, IOException {
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
        metrics(metrics, filesARead);
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
        row.put("numerics", Integer.toString(state.numerics()));
        row.put("commit", state.provenance().commit());
        row.put("backend", state.provenance().backend());
        row.putAll(Keys.flatten(run.directory().spec()));
        return row;
    }

    private void runs(List<Map<String, String>> rows) throws SQLException {
        Set<String> columns = new LinkedHashSet<>();
        for (Map<String, String> row : rows) columns.addAll(row.keySet());
        Map<String, String> types = new LinkedHashMap<>();
        for (String name : columns) types.put(name, type(name, rows));
        execute("CREATE TABLE runs ("
                + types.entrySet().stream()
                        .map(column -> quoted(column.getKey()) + " " + column.getValue())
                        .collect(Collectors.joining(", "))
                + ")");
        // DuckDB itself casts the texts, whole numbers to the last digit.
        String places =
                types.values().stream().map(type -> "CAST(? AS " + type + ")").collect(Collectors.joining(", "));
        try (PreparedStatement insert = database.prepareStatement("INSERT INTO runs VALUES (" + places + ")")) {
            for (Map<String, String> row : rows) {
                int c = 1;
                for (String name : types.keySet()) {
                    String value = row.getOrDefault(name, "");
                    insert.setString(c++, value.isEmpty() ? null : value);
                }
                insert.executeUpdate();
            }
        }
    }

    /** Numbers where every run that has the key has one there, whole ones where all are; an identity of digits is a text all the same. */
    static String type(String name, List<Map<String, String>> rows) {
        List<String> values = rows.stream()
                .map(row -> row.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .toList();
        if (TEXTS.contains(name) || values.isEmpty()) return "VARCHAR";
        if (values.stream().allMatch(value -> value.matches("[+-]?[0-9]{1,18}"))) return "BIGINT";
        if (values.stream().allMatch(value -> value.matches("[+-]?[0-9]{1,37}"))) return "HUGEINT";
        return values.stream().allMatch(value -> NUMBER.matcher(value).matches()) ? "DOUBLE" : "VARCHAR";
    }

    /**
     * A line without its end was torn by a kill and comes as a row of nulls. Files are read in portions, since a query has a
     * limit; a later portion may have numbers that the ones before had not.
     */
    private void metrics(List<Path> files, int filesARead) throws SQLException {
        List<String> portions = new ArrayList<>();
        for (int from = 0; from < files.size(); from += filesARead) {
            String list = files.subList(from, Math.min(files.size(), from + filesARead)).stream()
                    .map(file -> "'" + file.toAbsolutePath().toString().replace("'", "''") + "'")
                    .collect(Collectors.joining(", "));
            String portion = "metrics_" + portions.size();
            execute(
                    "CREATE TABLE " + portion + " AS SELECT parse_filename(parse_path(filename)[-2]) AS run, step,"
                            + " CAST(COLUMNS(* EXCLUDE (step, filename)) AS DOUBLE) FROM read_json([" + list + "],"
                            + " format = 'newline_delimited', filename = true, union_by_name = true, ignore_errors = true) WHERE step IS NOT NULL");
            portions.add(portion);
        }
        execute("CREATE TABLE metrics AS "
                + portions.stream()
                        .map(portion -> "FROM " + portion)
                        .collect(Collectors.joining(" UNION ALL BY NAME ")));
        for (String portion : portions) execute("DROP TABLE " + portion);
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
