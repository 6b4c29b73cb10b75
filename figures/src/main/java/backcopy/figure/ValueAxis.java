package backcopy.figure;

import java.awt.Font;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.DoubleStream;

/**
 * Range and tick labels of a vertical axis. A logarithmic one labels powers of ten, and 2 and 5 times them if it spans less
 * than three decades.
 */
record ValueAxis(double lowest, double highest, boolean logarithmic) {
    /** The part of a tick's distance that a value may lie outside: an attention of 1.0001 makes no axis to 1.5. */
    private static final double HAIR = 0.02;

    /** The axis for these values. */
    static ValueAxis of(boolean logarithmic, double... values) {
        return logarithmic ? logarithmic(values) : linear(values);
    }

    /** From the lowest to the highest of these values, rounded outwards but for a hair; only finite ones count. */
    static ValueAxis linear(double... values) {
        double low = DoubleStream.of(values).filter(Double::isFinite).min().orElse(0);
        double high = DoubleStream.of(values).filter(Double::isFinite).max().orElse(1);
        double step = step(Math.max(high - low, 1e-9));
        double from = step * Math.floor(low / step + HAIR);
        double to = step * Math.ceil(high / step - HAIR);
        return new ValueAxis(from, to > from ? to : from + step, false);
    }

    /** 1, 2 or 5 times a power of ten: the distance of ticks on an axis of this span. */
    static double step(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span / 5)));
        double factor = span / 5 / power;
        return factor <= 1 ? power : factor <= 2 ? 2 * power : factor <= 5 ? 5 * power : 10 * power;
    }

    /** From 1, 2 or 5 times a power of ten to another; only finite positive values count. */
    static ValueAxis logarithmic(double... values) {
        double[] shown = DoubleStream.of(values)
                .filter(value -> Double.isFinite(value) && value > 0)
                .toArray();
        double low = DoubleStream.of(shown).min().orElse(0.1);
        double high = DoubleStream.of(shown).max().orElse(1);
        double below = Math.pow(10, Math.floor(Math.log10(low)));
        double above = Math.pow(10, Math.ceil(Math.log10(high)));
        double from = low >= 5 * below ? 5 * below : low >= 2 * below ? 2 * below : below;
        double to = high <= above / 5 ? above / 5 : high <= above / 2 ? above / 2 : above;
        return new ValueAxis(from, to > from ? to : 10 * from, true);
    }

    String label(double value) {
        if (!logarithmic) {
            return plain(value);
        }
        int power = (int) Math.floor(Math.log10(value) + 1e-9);
        long factor = Math.round(value / Math.pow(10, power));
        boolean narrow = highest / lowest < 1000;
        if (factor != 1 && !(narrow && (factor == 2 || factor == 5))) {
            return " ";
        }
        return narrow || power == 0 || power == 1 ? plain(value) : power(power);
    }

    /** Up to four significant digits. */
    static String plain(double value) {
        String text = new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
        return text.replace('-', '\u2212');
    }

    /** Ten to this power, with raised digits if the font has them. */
    static String power(int power) {
        String raised = Integer.toString(power)
                .chars()
                .mapToObj(c -> c == '-'
                        ? "\u207B"
                        : "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079"
                                .substring(c - '0', c - '0' + 1))
                .reduce("", String::concat);
        Font font = Style.LABEL;
        return font.canDisplayUpTo(raised) < 0 ? "10" + raised : "1e" + power;
    }
}
