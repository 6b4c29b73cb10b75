package backcopy.sweep;

import backcopy.run.Keys;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The values that a text gives a key: {@code 1,2}, {@code 1..5}, {@code log:1e-4..1e-2:5}, {@code lin:0..1:5}, or one. Commas
 * belong to the value where the key is a list ({@code model.attentionOff}); {@code /} separates there.
 */
final class Values {
    /** More than anybody runs; a slip such as {@code 1..1000000} is told at once. */
    static final int MOST = 100_000;

    private static final String NUMBER = "[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?";
    private static final Pattern RANGE = Pattern.compile("([+-]?[0-9]{1,18})\\.\\.([+-]?[0-9]{1,18})");
    private static final Pattern SPACED =
            Pattern.compile("(log|lin):(" + NUMBER + ")\\.\\.(" + NUMBER + "):([0-9]{1,9})");
    /** Digits of a number between the ends: enough for a plot, few enough to read. */
    private static final MathContext DIGITS = new MathContext(4);

    private static final Set<String> FILES = Set.of("task.corpus", "evaluation.tokens");

    private Values() {}

    /** As typed after {@code key=}. */
    static List<String> of(String key, String text) {
        if (Keys.isList(key)) return List.of(text.split("/", -1));
        if (FILES.contains(key) && isFile(text)) return List.of(text);
        List<String> values = new ArrayList<>();
        for (String item : text.split(",", -1)) values.addAll(item(key, item));
        return values;
    }

    /** A file's name may have commas. */
    private static boolean isFile(String text) {
        try {
            return Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** As one item of a list of values: a range, or itself. */
    static List<String> item(String key, String item) {
        Matcher range = RANGE.matcher(item);
        if (range.matches())
            return range(key + " = " + item, Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
        if (!item.startsWith("log:") && !item.startsWith("lin:")) return List.of(item);
        Matcher spaced = SPACED.matcher(item);
        if (!spaced.matches())
            throw new IllegalArgumentException(key + " = " + item + " is not of the form log:1e-4..1e-2:5");
        return spaced(
                key + " = " + item,
                spaced.group(1).equals("log"),
                new BigDecimal(spaced.group(2)),
                new BigDecimal(spaced.group(3)),
                Integer.parseInt(spaced.group(4)));
    }

    private static List<String> range(String what, long first, long last) {
        if (Math.abs(last - first) >= MOST)
            throw new IllegalArgumentException(what + " is more than " + MOST + " values");
        long step = last < first ? -1 : 1;
        return LongStream.rangeClosed(0, Math.abs(last - first))
                .mapToObj(i -> Long.toString(first + i * step))
                .toList();
    }

    private static List<String> spaced(String what, boolean log, BigDecimal first, BigDecimal last, int count) {
        if (count < 2) throw new IllegalArgumentException(what + " has fewer than 2 values");
        if (count > MOST) throw new IllegalArgumentException(what + " is more than " + MOST + " values");
        if (log && (first.signum() <= 0 || last.signum() <= 0))
            throw new IllegalArgumentException(what + " has an end that is not above 0");
        double from = first.doubleValue(), to = last.doubleValue();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double part = (double) i / (count - 1);
            BigDecimal between =
                    new BigDecimal(log ? from * StrictMath.pow(to / from, part) : from + (to - from) * part);
            values.add(print(i == 0 ? first : i == count - 1 ? last : between.round(DIGITS)));
        }
        return values;
    }

    private static String print(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
