package backcopy.figure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Named columns of equal length, each of numbers or of text; immutable. A missing number is NaN. Its file form is CSV,
 * see {@link Csv}.
 */
public final class Table {
    /** Each value is a {@code double[]} or a {@code List<String>}; never modified. */
    private final Map<String, Object> columns;

    private final int rows;

    private Table(Map<String, Object> columns, int rows) {
        this.columns = columns;
        this.rows = rows;
    }

    /** A table without columns, to be extended by {@code with}. */
    public static Table empty() {
        return new Table(Map.of(), 0);
    }

    /** A table to be filled row by row, with these columns. */
    public static Rows rows(String... names) {
        return new Rows(names);
    }

    /** This table and one more column of numbers, [rows]; {@code values} is copied. */
    public Table with(String name, double... values) {
        return extended(name, values.clone(), values.length);
    }

    /** This table and one more column of text, [rows]; {@code values} is copied. */
    public Table with(String name, List<String> values) {
        return extended(name, List.copyOf(values), values.size());
    }

    private Table extended(String name, Object column, int length) {
        if (columns.containsKey(name)) {
            throw new IllegalArgumentException("column " + name + " is there twice");
        }
        if (!columns.isEmpty() && length != rows) {
            throw new IllegalArgumentException("column " + name + " has " + length + " rows, the table has " + rows);
        }
        Map<String, Object> more = new LinkedHashMap<>(columns);
        more.put(name, column);
        return new Table(more, length);
    }

    public int rows() {
        return rows;
    }

    /** Names of the columns, in order. */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    public boolean has(String column) {
        return columns.containsKey(column);
    }

    public boolean isNumeric(String column) {
        return column(column) instanceof double[];
    }

    /** A column of numbers, [rows]; the caller's own copy. */
    public double[] numbers(String column) {
        if (column(column) instanceof double[] numbers) {
            return numbers.clone();
        }
        throw new IllegalArgumentException("column " + column + " holds text, not numbers");
    }

    /** A column as text, [rows]; numbers in the form that CSV gives them. */
    public List<String> texts(String column) {
        if (column(column) instanceof double[] numbers) {
            return Arrays.stream(numbers).mapToObj(Csv::number).toList();
        }
        return strings(column);
    }

    /** The different finite values of a column of numbers, ascending. */
    public double[] distinct(String column) {
        return Arrays.stream(numbers(column))
                .filter(Double::isFinite)
                .sorted()
                .distinct()
                .toArray();
    }

    /** The rows whose number in this column satisfies {@code condition}. */
    public Table where(String column, DoublePredicate condition) {
        double[] numbers = numbers(column);
        return only(row -> condition.test(numbers[row]));
    }

    /** The rows that hold this text in this column. */
    public Table where(String column, String text) {
        List<String> texts = texts(column);
        return only(row -> texts.get(row).equals(text));
    }

    /** These columns, in this order. */
    public Table select(String... names) {
        Map<String, Object> chosen = new LinkedHashMap<>();
        for (String name : names) {
            chosen.put(name, column(name));
        }
        return new Table(chosen, rows);
    }

    /** Writes the table as CSV; to a temporary name first, then moved into place. */
    public void write(Path file) throws IOException {
        Picture.replace(file, Csv.write(this).getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a table from CSV with a header line. */
    public static Table read(Path file) throws IOException {
        return Csv.read(file.toString(), Files.readString(file));
    }

    private Table only(IntPredicate condition) {
        int[] kept = IntStream.range(0, rows).filter(condition).toArray();
        Map<String, Object> shorter = new LinkedHashMap<>();
        for (String name : columns.keySet()) {
            shorter.put(
                    name,
                    column(name) instanceof double[] numbers
                            ? Arrays.stream(kept)
                                    .mapToDouble(row -> numbers[row])
                                    .toArray()
                            : Arrays.stream(kept).mapToObj(strings(name)::get).toList());
        }
        return new Table(shorter, kept.length);
    }

    private Object column(String name) {
        Object column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("no column " + name + "; there are " + columns());
        }
        return column;
    }

    @SuppressWarnings("unchecked") // a column that is no double[] was put in as List<String>
    private List<String> strings(String name) {
        return (List<String>) column(name);
    }

    /** Collects rows; a column whose cells are all numbers becomes a column of numbers, else of text. */
    public static final class Rows {
        private final List<String> names;
        private final List<Object[]> cells = new ArrayList<>();

        private Rows(String... names) {
            this.names = List.of(names);
        }

        /** One row: a {@link Number} or a {@link String} for each column. */
        public Rows add(Object... row) {
            if (row.length != names.size()) {
                throw new IllegalArgumentException("a row of " + row.length + " cells for the columns " + names);
            }
            cells.add(row.clone());
            return this;
        }

        public Table table() {
            Table table = new Table(Map.of(), cells.size());
            for (int c = 0; c < names.size(); c++) {
                int column = c;
                boolean numeric = cells.stream().allMatch(row -> row[column] instanceof Number);
                table = numeric
                        ? table.with(
                                names.get(c),
                                cells.stream()
                                        .mapToDouble(row -> ((Number) row[column]).doubleValue())
                                        .toArray())
                        : table.with(
                                names.get(c),
                                cells.stream()
                                        .map(row -> row[column] instanceof Number number
                                                ? Csv.number(number.doubleValue())
                                                : (String) row[column])
                                        .toList());
            }
            return table;
        }
    }
}
