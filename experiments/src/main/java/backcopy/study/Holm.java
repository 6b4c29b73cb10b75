package backcopy.study;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction (1979) of several tests that are read together: with it the probability that any of them rejects wrongly
 * stays below the level, whatever they have to do with one another.
 */
public final class Holm {
    private Holm() {}

    /**
     * What each p becomes: it is compared with the level as if it were alone.
     *
     * @param p one a test, not modified; NaN where there was no test, which counts as none
     */
    public static double[] corrected(double... p) {
        int[] ascending = IntStream.range(0, p.length)
                .filter(i -> !Double.isNaN(p[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] corrected = new double[p.length];
        Arrays.fill(corrected, Double.NaN);
        double largest = 0;
        for (int rank = 0; rank < ascending.length; rank++) {
            largest = Math.max(largest, Math.min(1, (ascending.length - rank) * p[ascending[rank]]));
            corrected[ascending[rank]] = largest;
        }
        return corrected;
    }
}
