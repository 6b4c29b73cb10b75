package backcopy.figure;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Where a training step lies on a figure's axis. A long run's axis is linear from step 0 to {@code unit} and logarithmic
 * beyond, a decade taking as much room as the linear part: step 0 has a place on it, and both the first steps and the late
 * ones can be seen. A short run's axis is linear.
 *
 * @param unit the step whose place is 1; the end of the linear part if the axis is logarithmic beyond it
 * @param last the last step on the axis
 * @param logarithmic whether the axis is logarithmic beyond {@code unit}
 */
record StepAxis(double unit, double last, boolean logarithmic) {
    StepAxis {
        if (!(unit > 0 && last > 0)) {
            throw new IllegalArgumentException("an axis of unit " + unit + " that ends at step " + last);
        }
    }

    /**
     * The axis for a run recorded at these steps, ascending: linear to 10, or to 100 if the run has 10,000 steps or more, and
     * farther if there is no record that early; all linear if that is a tenth of the run.
     */
    static StepAxis of(double... steps) {
        double last = steps.length == 0 ? 1 : Math.max(1, steps[steps.length - 1]);
        double first =
                DoubleStream.of(steps).filter(step -> step > 0).findFirst().orElse(1);
        double linear = Math.max(last < 10_000 ? 10 : 100, Math.pow(10, Math.ceil(Math.log10(first) - 1e-9)));
        return last > 10 * linear ? new StepAxis(linear, last, true) : new StepAxis(ValueAxis.step(last), last, false);
    }

    double place(double step) {
        return step <= unit || !logarithmic ? step / unit : 1 + Math.log10(step / unit);
    }

    double[] places(double[] steps) {
        return DoubleStream.of(steps).map(this::place).toArray();
    }

    double end() {
        return place(last);
    }

    private double stepAt(int place) {
        return place == 0 ? 0 : logarithmic ? unit * Math.pow(10, place - 1.0) : unit * place;
    }

    /** The label of a large tick at this step. */
    String label(double step) {
        return logarithmic && step > 1000 ? ValueAxis.power((int) Math.round(Math.log10(step))) : ValueAxis.plain(step);
    }

    /** Steps with a large tick, those of whole places. */
    double[] majorTicks() {
        return IntStream.rangeClosed(0, (int) (end() + 1e-9))
                .mapToDouble(this::stepAt)
                .toArray();
    }

    /** Steps with a small tick: the tenths of the linear part, the multiples of each power of ten beyond. */
    double[] minorTicks() {
        if (!logarithmic) {
            return new double[0];
        }
        DoubleStream ticks = IntStream.range(1, 10).mapToDouble(i -> i * unit / 10);
        for (double power = unit; power < last; power *= 10) {
            double decade = power;
            ticks = DoubleStream.concat(ticks, IntStream.range(2, 10).mapToDouble(i -> i * decade));
        }
        return ticks.filter(step -> step <= last).toArray();
    }

    String title() {
        return logarithmic
                ? "training step (linear to " + ValueAxis.plain(unit) + ", then logarithmic)"
                : "training step";
    }
}
