package backcopy.query;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Arguments: a store, then {@code table SQL} or {@code json SQL}, which print, or {@code parquet DIRECTORY}, which writes {@code
 * runs.parquet} and {@code metrics.parquet} of the runs that follow: for each what it is called, its identity at the beginning
 * of that, and as of how many steps. Exit codes as in {@code bb}: 2 for a wrong query.
 */
final class QueryMain {
    private static final Pattern FINALS = Pattern.compile("\\bfinals\\b", Pattern.CASE_INSENSITIVE);

    private QueryMain() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        RunStore store = new RunStore(Path.of(arguments.get(0)));
        boolean writes = arguments.get(1).equals("parquet");
        try (StoreTables tables = writes
                ? new StoreTables(asked(store, arguments.subList(3, arguments.size())), System.err)
                : new StoreTables(store.all(), System.err)) {
            if (writes) parquet(tables, Path.of(arguments.get(2)));
            else {
                String sql = arguments.get(2);
                Answer answer = Answer.of(tables.database(), sql);
                ByteArrayOutputStream text = new ByteArrayOutputStream();
                PrintStream lines = new PrintStream(text, false, StandardCharsets.UTF_8);
                if (arguments.get(1).equals("json")) answer.json(lines);
                else answer.print(lines);
                lines.flush();
                print(text.toByteArray());
                if (FINALS.matcher(sql).find() && !tables.leftOut().isEmpty())
                    System.err.println("bb: " + tables.leftOut());
            }
            return 0;
        } catch (IOException lost) {
            // A reader who has enough, as in bb query ... | head, is no failure.
            if ("Broken pipe".equals(lost.getMessage())) return 0;
            System.err.println("bb: the standard output cannot be written: " + lost.getMessage());
            return 1;
        } catch (IllegalArgumentException | SQLException refused) {
            System.err.println("bb: " + refused.getMessage().lines().findFirst().orElse(""));
            return 2;
        }
    }

    /** @param words of each run its label and its steps, in turn */
    static Stream<Supplier<StoredRun>> asked(RunStore store, List<String> words) {
        return IntStream.range(0, words.size() / 2).mapToObj(i -> () -> {
            String label = words.get(2 * i), identity = label.replaceFirst("@.*", "");
            RunDirectory run = store.lookup(identity)
                    .orElseThrow(() -> new IllegalArgumentException("run " + identity + " is not there"));
            return StoredRun.asOf(label, Long.parseLong(words.get(2 * i + 1)), run);
        });
    }

    private static void print(byte[] text) throws IOException {
        new FileOutputStream(FileDescriptor.out)
                .write(text); // not System.out, which keeps to itself what it could not write
    }

    /** Writes both files, and prints their names. */
    static void parquet(StoreTables tables, Path directory) throws SQLException, IOException {
        try (Statement statement = tables.database().createStatement()) {
            for (String table : List.of("runs", "metrics")) {
                Path file = directory.resolve(table + ".parquet");
                statement.execute("COPY " + table + " TO '"
                        + file.toAbsolutePath().toString().replace("'", "''") + "' (FORMAT parquet, COMPRESSION zstd)");
                print((file + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
