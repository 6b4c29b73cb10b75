package backcopy.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file form of a {@link Table}: RFC 4180 with a header line, UTF-8, lines end in LF (CRLF is read too). A number is
 * written so that reading gives the same double; NaN is an empty field. A text that could be taken for a number is quoted,
 * and a quoted field is text: so types survive as well.
 */
final class Csv {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?|[-+]?Infinity");

    private Csv() {}

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15 && !(value == 0 && 1 / value < 0);
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    static String write(Table table) {
        StringBuilder csv = new StringBuilder();
        List<String> names = table.columns();
        csv.append(names.stream().map(Csv::quoted).collect(Collectors.joining(",")))
                .append('\n');
        List<List<String>> columns = new ArrayList<>();
        for (String name : names) {
            List<String> texts = table.texts(name);
            columns.add(
                    table.isNumeric(name)
                            ? texts
                            : texts.stream().map(Csv::quoted).toList());
        }
        for (int row = 0; row < table.rows(); row++) {
            int current = row;
            csv.append(columns.stream().map(column -> column.get(current)).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return csv.toString();
    }

    private static String quoted(String text) {
        boolean plain = !text.isBlank()
                && text.equals(text.strip())
                && !NUMBER.matcher(text).matches()
                && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Reads a table; {@code source} is named in messages. */
    static Table read(String source, String csv) {
        List<List<Field>> lines = lines(source, csv);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(source + " has no header line");
        }
        List<Field> header = lines.get(0);
        List<List<Field>> body = lines.subList(1, lines.size());
        for (int i = 0; i < body.size(); i++) {
            if (body.get(i).size() != header.size()) {
                throw new IllegalArgumentException(source + ": row " + (i + 1) + " has "
                        + body.get(i).size() + " fields, the header has " + header.size());
            }
        }
        Table table = Table.empty();
        for (int c = 0; c < header.size(); c++) {
            int column = c;
            List<Field> fields = body.stream().map(line -> line.get(column)).toList();
            String name = header.get(c).text();
            table = fields.stream().allMatch(Field::isNumber)
                    ? table.with(
                            name, fields.stream().mapToDouble(Field::number).toArray())
                    : table.with(name, fields.stream().map(Field::text).toList());
        }
        return table;
    }

    private record Field(String text, boolean quoted) {
        boolean isNumber() {
            return !quoted && (text.isEmpty() || NUMBER.matcher(text).matches());
        }

        double number() {
            return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        }
    }

    private static List<List<Field>> lines(String source, String csv) {
        List<List<Field>> lines = new ArrayList<>();
        List<Field> line = new ArrayList<>();
        int at = 0;
        while (at < csv.length()) {
            boolean quoted = csv.charAt(at) == '"';
            StringBuilder text = new StringBuilder();
            at = quoted ? quotedField(source, csv, at + 1, text) : plainField(csv, at, text);
            line.add(new Field(text.toString(), quoted));
            if (at < csv.length() && csv.charAt(at) == ',') {
                at++;
                if (at < csv.length() && csv.charAt(at) != '\n' && csv.charAt(at) != '\r') {
                    continue;
                }
                line.add(new Field("", false)); // the line ends in a comma: its last field is empty
            }
            if (csv.startsWith("\r\n", at)) {
                at++;
            }
            if (at < csv.length() && csv.charAt(at) != '\n') {
                throw new IllegalArgumentException(source + ": row " + lines.size() + " goes on after a closing quote");
            }
            at++;
            lines.add(line);
            line = new ArrayList<>();
        }
        return lines;
    }

    private static int plainField(String csv, int from, StringBuilder text) {
        int end = from;
        while (end < csv.length()
                && csv.charAt(end) != ','
                && csv.charAt(end) != '\n'
                && !csv.startsWith("\r\n", end)) {
            end++;
        }
        text.append(csv, from, end);
        return end;
    }

    private static int quotedField(String source, String csv, int from, StringBuilder text) {
        int at = from;
        while (true) {
            int quote = csv.indexOf('"', at);
            if (quote < 0) {
                throw new IllegalArgumentException(source + ": a quote is not closed");
            }
            text.append(csv, at, quote);
            if (!csv.startsWith("\"\"", quote)) {
                return quote + 1;
            }
            text.append('"');
            at = quote + 2;
        }
    }
}
