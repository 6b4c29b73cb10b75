package backcopy.figure;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Where a training step lies on a figure's axis: linear from step 0 to {@code linear}, logarithmic beyond, a decade taking
 * as much room as the linear part. Step 0 has a place on it, and both the first steps and the late ones can be seen.
 *
 * @param linear the last step of the linear part, a power of ten
 * @param last the last step on the axis
 */
record StepAxis(double linear, double last) {
    StepAxis {
        if (!(linear >= 1 && last > 0)) {
            throw new IllegalArgumentException("an axis linear to " + linear + " that ends at " + last);
        }
    }

    /** The axis for a run of this many steps: linear to 10, or to 100 if the run has 10,000 steps or more. */
    static StepAxis to(double last) {
        return new StepAxis(last < 50 ? 1 : last < 10_000 ? 10 : 100, last);
    }

    /** The place of a step: 0 for step 0, 1 for {@code linear}, one more for each decade. */
    double place(double step) {
        return step <= linear ? step / linear : 1 + Math.log10(step / linear);
    }

    double[] places(double[] steps) {
        double[] places = new double[steps.length];
        for (int i = 0; i < steps.length; i++) {
            places[i] = place(steps[i]);
        }
        return places;
    }

    double end() {
        return place(last);
    }

    /** The label of a tick at this place: the step if the place is a whole number, else blank. */
    String label(double place) {
        long whole = Math.round(place);
        if (Math.abs(place - whole) > 1e-6 || whole < 0) {
            return " ";
        }
        long step = whole == 0 ? 0 : Math.round(linear * Math.pow(10, whole - 1.0));
        return step <= 1000 ? Long.toString(step) : ValueAxis.power((int) Math.round(Math.log10(step)));
    }

    /** Steps that get a small tick: the multiples of a tenth of the linear part, and of each power of ten beyond. */
    double[] minorTicks() {
        DoubleStream ticks = IntStream.range(1, 10).mapToDouble(i -> i * linear / 10);
        for (double power = linear; power < last; power *= 10) {
            double decade = power;
            ticks = DoubleStream.concat(ticks, IntStream.range(2, 10).mapToDouble(i -> i * decade));
        }
        return ticks.filter(step -> step <= last).toArray();
    }

    /** Steps that get a large tick: 0, the end of the linear part, the powers of ten beyond. */
    double[] majorTicks() {
        return IntStream.rangeClosed(0, (int) end())
                .mapToDouble(place -> place == 0 ? 0 : linear * Math.pow(10, place - 1.0))
                .toArray();
    }

    String title() {
        return last <= linear
                ? "training step"
                : "training step (linear to " + Math.round(linear) + ", then logarithmic)";
    }
}
