package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.theory.prediction.Examples;
import java.util.List;
import org.apache.commons.math3.analysis.integration.IterativeLegendreGaussIntegrator;
import org.junit.jupiter.api.Test;

class GradientFlowTest {
    private static final double[] BAG = {120, 30, 0, 90, 210, 60, 15, 75};

    private static ReducedModel oneRow() {
        return new ReducedModel(Examples.table(8, 5), List.of(Context.bigram(0, BAG, 0.3)), Attention.SOFTMAX);
    }

    private static double[] last(double[][] states) {
        return states[states.length - 1];
    }

    /** The flow of one variable takes the time that an integral says: dt = d alpha / rate. */
    @Test
    void theIntegratedFlowTakesTheTimeThatQuadratureSays() {
        ReducedModel model = oneRow();
        GradientFlow flow = new GradientFlow(model, model.parameters(2, 0, 0));
        double[] start = model.parameters(0, 0, 20);
        double end = last(flow.explicit(start, GradientFlow.logTimes(-2, 6, 9), 1e-12))[0];
        double[] gradient = new double[model.dimension()];
        double time = new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12)
                .integrate(
                        100_000,
                        alpha -> {
                            double[] at = start.clone();
                            at[0] = alpha;
                            model.gradient(at, gradient);
                            return -1 / (2 * gradient[0]);
                        },
                        0,
                        end);
        assertTrue(end > 1, "the flow must have gone somewhere");
        assertEquals(6, Math.log(Math.exp(-2) + time), 1e-10);
    }

    @Test
    void bothIntegratorsGoTheSameWay() {
        ReducedModel model = Examples.withTrigger(5, 3, 12, 2, Attention.SOFTMAX);
        GradientFlow flow = new GradientFlow(model, model.parameters(1, 0.5, 2));
        double[] start = model.parameters(0, 0, 1);
        double[] times = GradientFlow.logTimes(-4, 6, 5);
        double[][] explicit = flow.explicit(start, times, 1e-12);
        double[][] implicit = flow.implicit(start, times, 1e-10);
        for (int time = 0; time < times.length; time++)
            for (int i = 0; i < start.length; i++)
                assertEquals(explicit[time][i], implicit[time][i], 1e-8, "time " + time + ", parameter " + i);
    }

    @Test
    void whatHasNoRateStays() {
        ReducedModel model = Examples.finiteContext(4, 3, 10, 1);
        double[] start = model.parameters(0.5, 0, 1);
        double[] end = last(new GradientFlow(model, model.parameters(1, 0, 0))
                .implicit(start, GradientFlow.logTimes(-4, 4, 2), 1e-8));
        for (int i = 0; i < start.length; i++) assertEquals(i >= 4, end[i] == start[i], "parameter " + i);
    }

    @Test
    void everyTighterToleranceBringsASmallerError() {
        ReducedModel model = oneRow();
        GradientFlow flow = new GradientFlow(model, model.parameters(1, 0, 0));
        double[] start = model.parameters(0, 0, 20);
        double[] times = GradientFlow.logTimes(-4, 8, 2);
        double exact = last(flow.explicit(start, times, 1e-14))[0];
        double before = 1;
        for (double tolerance : new double[] {1e-3, 1e-6, 1e-9, 1e-12}) {
            double error = Math.abs(last(flow.explicit(start, times, tolerance))[0] - exact);
            assertTrue(error < 10 * tolerance && error < before / 10, "errors " + before + ", " + error);
            before = error;
        }
    }

    @Test
    void theTotalOfBetaIsKeptToTheLastDigits() {
        ReducedModel model = Examples.finiteContext(6, 4, 10, 1);
        GradientFlow flow = new GradientFlow(model, model.parameters(1, 1, 0));
        double[] start = model.parameters(0, 0.25, 1);
        double[] end = last(flow.implicit(start, GradientFlow.logTimes(-4, 20, 2), 1e-6));
        double total = 0;
        for (int k = 0; k < 6; k++) total += end[model.beta(k)];
        assertTrue(Math.abs(end[model.beta(0)] - 0.25) > 1e-3 || end[0] > 5, "the flow must have gone somewhere");
        assertEquals(6 * 0.25, total, 1e-10);
    }
}
