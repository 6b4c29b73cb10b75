package backcopy.query;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/**
 * Arguments: a store, then {@code table SQL} or {@code json SQL}, which print, or {@code parquet DIRECTORY RUN...}, which
 * writes {@code runs.parquet} and {@code metrics.parquet} of those runs. Exit codes as in {@code bb}: 2 for a wrong query.
 */
final class QueryMain {
    private QueryMain() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        List<RunDirectory> runs = new RunStore(Path.of(arguments.get(0))).all();
        boolean writes = arguments.get(1).equals("parquet");
        if (writes) {
            Set<String> wanted = Set.copyOf(arguments.subList(3, arguments.size()));
            runs = runs.stream().filter(run -> wanted.contains(run.identity())).toList();
        }
        try (StoreTables tables = new StoreTables(runs, System.err)) {
            if (writes) parquet(tables, Path.of(arguments.get(2)));
            else {
                Answer answer = Answer.of(tables.database(), arguments.get(2));
                if (arguments.get(1).equals("json")) answer.json(System.out);
                else answer.print(System.out);
            }
            return 0;
        } catch (IllegalArgumentException | SQLException refused) {
            System.err.println("bb: " + refused.getMessage().lines().findFirst().orElse(""));
            return 2;
        }
    }

    static void parquet(StoreTables tables, Path directory) throws SQLException {
        try (Statement statement = tables.database().createStatement()) {
            for (String table : List.of("runs", "metrics")) {
                Path file = directory.resolve(table + ".parquet");
                statement.execute("COPY " + table + " TO '"
                        + file.toAbsolutePath().toString().replace("'", "''") + "' (FORMAT parquet, COMPRESSION zstd)");
                System.out.println(file);
            }
        }
    }
}
