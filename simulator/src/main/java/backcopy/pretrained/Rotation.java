package backcopy.pretrained;

import java.util.List;

/**
 * Rotary positions (arXiv 2104.09864): numbers c and c + turned/2 of a head are turned as a pair by position times a
 * frequency; what follows the turned numbers stays.
 *
 * @param turned numbers of a head that turn, an even number
 * @param frequencies one a pair, in radians a position
 */
public record Rotation(int turned, List<Double> frequencies) {
    public Rotation {
        if (turned < 2 || turned % 2 != 0)
            throw new IllegalArgumentException(turned + " numbers of a head turn, which is not even and above 0");
        frequencies = List.copyOf(frequencies);
        if (frequencies.size() != turned / 2) throw new IllegalArgumentException(frequencies + " for " + turned);
    }

    /** {@code [length, 2, turned/2]}: cosines, then sines, of every position. */
    double[] table(int length) {
        int half = turned / 2;
        double[] table = new double[length * turned];
        for (int t = 0; t < length; t++)
            for (int c = 0; c < half; c++) {
                table[t * turned + c] = Math.cos(t * frequencies.get(c));
                table[t * turned + half + c] = Math.sin(t * frequencies.get(c));
            }
        return table;
    }

    /** Turns one head's numbers from {@code at} on, at a position. */
    void turn(double[] table, int position, double[] head, int at) {
        int half = turned / 2;
        for (int c = 0; c < half; c++) {
            double cos = table[position * turned + c], sin = table[position * turned + half + c];
            double first = head[at + c], second = head[at + half + c];
            head[at + c] = first * cos - second * sin;
            head[at + half + c] = second * cos + first * sin;
        }
    }
}
