package backcopy.query;

import backcopy.run.Json;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a query found.
 *
 * @param columns their names
 * @param rows of numbers, texts, booleans and nulls
 */
record Answer(List<String> columns, List<List<Object>> rows) {
    static Answer of(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            List<String> columns = new ArrayList<>();
            List<List<Object>> rows = new ArrayList<>();
            if (!statement.execute(sql)) return new Answer(columns, rows);
            try (ResultSet found = statement.getResultSet()) {
                int count = found.getMetaData().getColumnCount();
                for (int c = 1; c <= count; c++) columns.add(found.getMetaData().getColumnLabel(c));
                while (found.next()) {
                    List<Object> row = new ArrayList<>();
                    for (int c = 1; c <= count; c++) row.add(found.getObject(c));
                    rows.add(row);
                }
            }
            return new Answer(columns, rows);
        }
    }

    /** In columns, numbers to the right with at most six digits. */
    void print(PrintStream out) {
        List<List<String>> lines = new ArrayList<>(List.of(columns));
        for (List<Object> row : rows) lines.add(row.stream().map(Answer::text).toList());
        StringBuilder format = new StringBuilder();
        for (int c = 0; c < columns.size(); c++) {
            int column = c;
            int width = lines.stream()
                    .mapToInt(line -> line.get(column).length())
                    .max()
                    .orElse(1);
            boolean numbers =
                    rows.stream().allMatch(row -> row.get(column) == null || row.get(column) instanceof Number);
            format.append(c == 0 ? "" : "  ")
                    .append('%')
                    .append(numbers ? "" : "-")
                    .append(Math.max(1, width))
                    .append('s');
        }
        for (List<String> line : lines)
            out.println(String.format(format.toString(), line.toArray()).stripTrailing());
    }

    /** One JSON object a row. */
    void json(PrintStream out) {
        for (List<Object> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int c = 0; c < columns.size(); c++) {
                Object value = row.get(c);
                boolean plain = value == null || value instanceof Number || value instanceof Boolean;
                object.put(columns.get(c), plain ? value : value.toString());
            }
            out.println(Json.line(object));
        }
    }

    private static String text(Object value) {
        if (value == null) return "-";
        if (!(value instanceof Double || value instanceof Float)) return value.toString();
        double number = ((Number) value).doubleValue();
        if (number == Math.rint(number) && Math.abs(number) < 1e9) return Long.toString((long) number);
        return String.format(Locale.ROOT, "%.6g", number);
    }
}
