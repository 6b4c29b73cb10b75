package backcopy.figure;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * One quantity over training steps, with its spread over seeds. Only steps at which every seed has a finite value are
 * kept, so that no seed drops out of the mean on the way.
 *
 * @param steps ascending, [steps]; like the other arrays not modified after construction
 * @param mean over seeds, [steps]: arithmetic, or geometric for a logarithmic axis, where one seed of another order of
 *     magnitude would else lie above all the others
 * @param lowest smallest value of any seed, [steps]
 * @param highest largest value of any seed, [steps]
 * @param seeds how many seeds
 */
record SeedCurve(double[] steps, double[] mean, double[] lowest, double[] highest, int seeds) {

    /** {@link #of(Table, String, boolean)} for a linear axis. */
    static SeedCurve of(Table table, String column) {
        return of(table, column, false);
    }

    /** The curve of one column of a table with the columns {@code step} and, if there are several runs, {@code seed}. */
    static SeedCurve of(Table table, String column, boolean logarithmic) {
        int seeds = table.has("seed") ? table.distinct("seed").length : 1;
        double[] step = table.numbers("step");
        double[] value = table.numbers(column);
        Map<Double, double[]> valuesOfStep = new TreeMap<>();
        for (int row = 0; row < step.length; row++) {
            if (Double.isFinite(value[row])) {
                valuesOfStep.merge(step[row], new double[] {value[row]}, SeedCurve::joined);
            }
        }
        valuesOfStep.values().removeIf(values -> values.length < seeds);
        return new SeedCurve(
                valuesOfStep.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                valuesOfStep.values().stream()
                        .mapToDouble(values -> logarithmic
                                ? Math.exp(Arrays.stream(values).map(Math::log).sum() / values.length)
                                : Arrays.stream(values).sum() / values.length)
                        .toArray(),
                valuesOfStep.values().stream()
                        .mapToDouble(values -> Arrays.stream(values).min().orElseThrow())
                        .toArray(),
                valuesOfStep.values().stream()
                        .mapToDouble(values -> Arrays.stream(values).max().orElseThrow())
                        .toArray(),
                seeds);
    }

    private static double[] joined(double[] some, double[] more) {
        double[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
