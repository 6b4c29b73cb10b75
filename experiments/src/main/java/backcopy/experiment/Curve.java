package backcopy.experiment;

import backcopy.run.Measurement;
import backcopy.run.RunDirectory;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * One recorded number of one run over training.
 *
 * @param steps {@code [records]}, ascending
 * @param values {@code [records]}
 */
record Curve(double[] steps, double[] values) {
    /**
     * The number called {@code name}, up to step {@code last}; NaN where a record says that it has no value there.
     *
     * @throws IllegalArgumentException where no record has a number of that name: it was misspelled, or never recorded
     */
    static Curve of(RunDirectory run, String name, long last) {
        List<Measurement> records =
                run.measurements().stream().filter(m -> m.step() <= last).toList();
        if (records.stream().noneMatch(m -> m.numbers().containsKey(name)))
            throw new IllegalArgumentException("run " + run.identity() + " has no recorded number " + name
                    + (records.isEmpty() ? ": it has no record up to step " + last : ""));
        return new Curve(
                records.stream().mapToDouble(Measurement::step).toArray(),
                records.stream()
                        .mapToDouble(m -> m.numbers().getOrDefault(name, Double.NaN))
                        .toArray());
    }

    double first() {
        return values[0];
    }

    double last() {
        return values[values.length - 1];
    }

    double max() {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : values) max = Math.max(max, value);
        return max;
    }

    /** The value of the last record not after {@code step}. */
    double at(double step) {
        int last = 0;
        for (int i = 0; i < steps.length; i++) if (steps[i] <= step) last = i;
        return values[last];
    }

    /** The part up to step {@code last}. */
    Curve until(double last) {
        int records = (int) Arrays.stream(steps).filter(step -> step <= last).count();
        return new Curve(Arrays.copyOf(steps, records), Arrays.copyOf(values, records));
    }

    /** The mean over the records of steps between two, inclusive, each counting for the steps that it stands for. */
    double mean(double from, double to) {
        double sum = 0, weight = 0;
        for (int i = 0; i < steps.length; i++) {
            if (steps[i] < from || steps[i] > to) continue;
            double before = i == 0 ? steps[i] : steps[i - 1], after = i + 1 < steps.length ? steps[i + 1] : steps[i];
            double own = Math.min(to, after) - Math.max(from, before); // half of it by trapezoids, everywhere
            sum += own * values[i];
            weight += own;
        }
        return sum / weight;
    }

    /** The part from step {@code first} on. */
    Curve from(double first) {
        int skipped = (int) Arrays.stream(steps).filter(step -> step < first).count();
        return new Curve(
                Arrays.copyOfRange(steps, skipped, steps.length), Arrays.copyOfRange(values, skipped, values.length));
    }

    Curve map(DoubleUnaryOperator function) {
        return new Curve(steps, Arrays.stream(values).map(function).toArray());
    }

    /** Standard deviation of the changes between records, each over the root of its steps: the step of a random walk. */
    double diffusion() {
        SummaryStatistics changes = new SummaryStatistics();
        for (int i = 1; i < steps.length; i++)
            changes.addValue((values[i] - values[i - 1]) / Math.sqrt(steps[i] - steps[i - 1]));
        return changes.getStandardDeviation();
    }

    /** The first recorded step, later than 0, at which the value satisfies the condition, or NaN. */
    double firstStep(DoublePredicate condition) {
        for (int i = 0; i < steps.length; i++) if (steps[i] > 0 && condition.test(values[i])) return steps[i];
        return Double.NaN;
    }

    /** Least-squares slope against the natural logarithm of the step, over steps from {@code from} on. */
    double slopeInLogStep(double from) {
        SimpleRegression regression = new SimpleRegression();
        for (int i = 0; i < steps.length; i++)
            if (steps[i] > 0 && steps[i] >= from) regression.addData(Math.log(steps[i]), values[i]);
        return regression.getSlope();
    }
}
