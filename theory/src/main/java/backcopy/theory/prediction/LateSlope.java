package backcopy.theory.prediction;

import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/** The slope of a quantity against log t, where it should have become straight. */
final class LateSlope {
    private LateSlope() {}

    /** Least squares over the states at and after {@code from}. */
    static double of(double[] logTimes, double[][] states, double from, ToDoubleFunction<double[]> quantity) {
        SimpleRegression line = new SimpleRegression();
        for (int i = 0; i < logTimes.length; i++)
            if (logTimes[i] >= from) line.addData(logTimes[i], quantity.applyAsDouble(states[i]));
        return line.getSlope();
    }

    static double[] last(double[][] states) {
        return states[states.length - 1];
    }
}
