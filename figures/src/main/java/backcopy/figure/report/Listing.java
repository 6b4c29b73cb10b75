package backcopy.figure.report;

import backcopy.figure.Table;
import java.util.Locale;

/**
 * A table to read, which a reader may sort by a column. Numbers have four digits.
 *
 * @param mark the column whose texts are colored by what they say, such as an outcome; or empty
 */
public record Listing(Table table, String mark) implements Part {
    public Listing(Table table) {
        this(table, "");
    }

    @Override
    public String html() {
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table data-part=\"listing\"><thead><tr>");
        for (String column : table.columns())
            html.append("<th scope=\"col\">").append(Page.escaped(column)).append("</th>");
        html.append("</tr></thead><tbody>\n");
        for (int row = 0; row < table.rows(); row++) {
            html.append("<tr>");
            for (String column : table.columns()) html.append(cell(column, row));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>").toString();
    }

    private String cell(String column, int row) {
        if (table.isNumeric(column)) {
            double value = table.numbers(column)[row];
            return "<td class=\"number\" data-value=\"" + value + "\">" + number(value) + "</td>";
        }
        String text = Page.escaped(table.texts(column).get(row));
        if (!column.equals(mark)) return "<td>" + text + "</td>";
        return "<td><span class=\"mark " + text.replace(' ', '-') + "\">" + text + "</span></td>";
    }

    /** A number for people; nothing where there is none. */
    static String number(double value) {
        if (Double.isNaN(value)) return "";
        if (value == Math.rint(value) && Math.abs(value) < 1e6) return Long.toString((long) value);
        double size = Math.abs(value);
        if (size >= 1e5 || size < 1e-3) return String.format(Locale.ROOT, "%.2e", value);
        int digits = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
