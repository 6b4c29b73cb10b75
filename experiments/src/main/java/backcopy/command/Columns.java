package backcopy.command;

import backcopy.figure.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table as aligned columns of text: numbers with four digits, to the right. */
final class Columns {
    private Columns() {}

    static void print(Table table, PrintWriter out) {
        List<List<String>> cells = new ArrayList<>();
        List<String> formats = new ArrayList<>();
        for (String column : table.columns()) {
            List<String> texts = table.isNumeric(column)
                    ? Arrays.stream(table.numbers(column))
                            .mapToObj(Columns::number)
                            .toList()
                    : table.texts(column).stream()
                            .map(text -> text.isEmpty() ? "-" : text)
                            .toList();
            int width = Math.max(
                    column.length(),
                    texts.stream().mapToInt(String::length).max().orElse(0));
            formats.add("%" + (table.isNumeric(column) ? "" : "-") + width + "s");
            cells.add(texts);
        }
        print(table.columns(), formats, out);
        for (int row = 0; row < table.rows(); row++) {
            int current = row;
            print(cells.stream().map(column -> column.get(current)).toList(), formats, out);
        }
    }

    private static void print(List<String> row, List<String> formats, PrintWriter out) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < row.size(); c++)
            line.append(c == 0 ? "" : "  ").append(String.format(formats.get(c), row.get(c)));
        out.println(line.toString().stripTrailing());
    }

    /** A whole number as it is, another with four digits, none as a dash. */
    private static String number(double value) {
        if (Double.isNaN(value)) return "-";
        if (value == Math.rint(value) && Math.abs(value) < 1e9) return Long.toString((long) value);
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
