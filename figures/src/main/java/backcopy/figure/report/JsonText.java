package backcopy.figure.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JSON that a report's scripts read: numbers rounded to five digits, since it is for looking, and no {@code <}, so that it
 * may stand in an HTML page. What is no finite number is {@code null}.
 */
final class JsonText {
    private static final MathContext DIGITS = new MathContext(5, RoundingMode.HALF_EVEN);

    private JsonText() {}

    /** Of maps, lists, {@code double[]}, texts, numbers, booleans and null. */
    static String of(Object value) {
        StringBuilder json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(Object value, StringBuilder json) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.append(separator).append(quoted((String) entry.getKey())).append(':');
                write(entry.getValue(), json);
                separator = ",";
            }
            json.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> items) {
            String separator = "";
            json.append('[');
            for (Object item : items) {
                json.append(separator);
                write(item, json);
                separator = ",";
            }
            json.append(']');
        } else if (value instanceof double[] numbers) {
            json.append('[');
            for (int i = 0; i < numbers.length; i++)
                json.append(i == 0 ? "" : ",").append(number(numbers[i]));
            json.append(']');
        } else if (value instanceof Double || value instanceof Float) {
            json.append(number(((Number) value).doubleValue()));
        } else if (value instanceof String text) {
            json.append(quoted(text));
        } else {
            json.append(value); // whole numbers, booleans, null
        }
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) return "null";
        if (value == 0) return "0";
        if (value == Math.rint(value) && Math.abs(value) < 1e9) return Long.toString((long) value);
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        String plain = rounded.toPlainString(), scientific = rounded.toString();
        return plain.length() <= scientific.length() + 2 ? plain : scientific;
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') json.append('\\').append((char) c);
            else if (c < ' ' || c == '<' || c == 0x2028 || c == 0x2029) json.append(String.format("\\u%04x", c));
            else json.append((char) c);
        });
        return json.append('"').toString();
    }

    /** Keys and values in turn, in this order. */
    static Map<String, Object> object(Object... pairs) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) object.put((String) pairs[i], pairs[i + 1]);
        return object;
    }

    /** An element that the scripts fill from {@code data}. */
    static String drawn(String kind, Map<String, ?> data) {
        return "<div class=\"" + kind + "\" data-part=\"" + kind + "\"><script type=\"application/json\">" + of(data)
                + "</script></div>";
    }
}
