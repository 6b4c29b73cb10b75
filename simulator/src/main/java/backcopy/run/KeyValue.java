package backcopy.run;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A key's value to and from text: whole numbers, numbers (that may be left out), words, and lists of whole numbers such as {@code 0,2}. */
final class KeyValue {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,40}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?");

    private KeyValue() {}

    static String print(RecordComponent component, Object value) {
        if (value instanceof Double number) return print(number);
        if (value instanceof OptionalDouble number) return number.isEmpty() ? "" : print(number.getAsDouble());
        if (value instanceof OptionalLong number) return number.isEmpty() ? "" : Long.toString(number.getAsLong());
        if (value instanceof List<?> list)
            return list.stream().map(Object::toString).collect(Collectors.joining(","));
        boolean empty = component.isAnnotationPresent(EmptyWhenZero.class) && ((Number) value).longValue() == 0;
        return empty ? "" : value.toString();
    }

    /** The shortest decimal that reads back as {@code value}, the same on every Java: {@code Double.toString} changed in 19. */
    static String print(double value) {
        if (value == 0) return "0";
        int digits = 1;
        while (rounded(value, digits).doubleValue() != value) digits++;
        BigDecimal shortest = rounded(value, digits).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -3 && exponent <= 6) return shortest.toPlainString();
        return shortest.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    }

    private static BigDecimal rounded(double value, int digits) {
        return new BigDecimal(value).round(new MathContext(digits));
    }

    static Object parse(String key, RecordComponent component, String text) {
        Class<?> type = component.getType();
        if (type == String.class) return text;
        if (type == List.class) return list(key, text);
        if (type == OptionalDouble.class)
            return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(number(key, text));
        if (type == OptionalLong.class)
            return text.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(whole(key, text, Long.MIN_VALUE, Long.MAX_VALUE));
        if (text.isEmpty() && !component.isAnnotationPresent(EmptyWhenZero.class))
            throw new IllegalArgumentException(key + " is empty");
        if (type == double.class) return number(key, text);
        String digits = text.isEmpty() ? "0" : text;
        if (type == int.class) return (int) whole(key, digits, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (type == long.class) return whole(key, digits, Long.MIN_VALUE, Long.MAX_VALUE);
        throw new AssertionError(key + " has the type " + type + ", which no text gives");
    }

    private static long whole(String key, String text, long least, long most) {
        if (!WHOLE.matcher(text).matches())
            throw new IllegalArgumentException(key + " = " + text + " is not a whole number");
        BigInteger value = new BigInteger(text);
        if (value.compareTo(BigInteger.valueOf(least)) < 0)
            throw new IllegalArgumentException(key + " = " + text + " is below " + least);
        if (value.compareTo(BigInteger.valueOf(most)) > 0)
            throw new IllegalArgumentException(key + " = " + text + " is above " + most);
        return value.longValue();
    }

    private static double number(String key, String text) {
        if (!NUMBER.matcher(text).matches())
            throw new IllegalArgumentException(key + " = " + text + " is not a number");
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value))
            throw new IllegalArgumentException(key + " = " + text + " is above " + Double.MAX_VALUE);
        return value + 0.0; // -0 becomes 0, so that equal values are equal specs
    }

    private static List<Integer> list(String key, String text) {
        if (text.isEmpty()) return List.of();
        return List.of(text.split(",", -1)).stream()
                .map(item -> {
                    if (!WHOLE.matcher(item).matches())
                        throw new IllegalArgumentException(
                                key + " = " + text + " is not a list of whole numbers such as 0,2");
                    return (int) whole(key, item, Integer.MIN_VALUE, Integer.MAX_VALUE);
                })
                .toList();
    }
}
