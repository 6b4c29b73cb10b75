package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.task.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.analysis.integration.IterativeLegendreGaussIntegrator;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;

class SinkLogitFlowTest {
    private static final double TOLERANCE = 1e-12;
    private static final double LENGTH = 60;
    private static final double[] BAG = {120, 30, 0, 90, 210, 60, 15, 75};

    /** Five rows of unlike weight, and one with a single successor, which has nothing to learn. */
    private static List<SinkLogitFlow> rows() {
        RandomGenerator random = new CounterRandom(5);
        List<SinkLogitFlow> rows = new ArrayList<>();
        for (double weight : new double[] {0.3, 0.25, 0.2, 0.15, 0.05}) {
            double[] row = new double[BAG.length];
            double total = 0;
            for (int token = 0; token < row.length; token++) {
                row[token] = -Math.log(1 - random.nextDouble());
                total += row[token];
            }
            for (int token = 0; token < row.length; token++) {
                row[token] /= total;
            }
            rows.add(new SinkLogitFlow(row, BAG, LENGTH, weight));
        }
        rows.add(new SinkLogitFlow(new double[] {0, 0, 0, 1, 0, 0, 0, 0}, BAG, LENGTH, 0.05));
        return rows;
    }

    private static SinkLogitFlow aRow() {
        return rows().get(0);
    }

    private static double[] logTimes(double from, double to, int count) {
        double[] times = new double[count];
        for (int time = 0; time < count; time++) {
            times[time] = from + (to - from) * time / (count - 1);
        }
        return times;
    }

    private static double last(double[] values) {
        return values[values.length - 1];
    }

    @Test
    void theRateIsMinusTheSlopeOfTheExcessRisk() {
        double step = 1e-4;
        for (double sinkLogit = -3; sinkLogit <= 9; sinkLogit += 0.5) {
            double slope = (aRow().excessRisk(sinkLogit + step) - aRow().excessRisk(sinkLogit - step)) / (2 * step);
            double rate = aRow().rate(sinkLogit);
            assertTrue(rate > 0, "the sink logit grows everywhere");
            assertEquals(1, -slope / rate, 1e-7); // step squared, and rounding over step
        }
    }

    @Test
    void excessRiskIsTheDivergenceFromTheRow() {
        double[] row = {0.5, 0.3, 0.2, 0};
        double[] bag = {4, 1, 2, 9};
        double sinkLogit = 0.7;
        double leak = 10 / (Math.exp(sinkLogit) + 10);
        double normalizer = 0;
        double divergence = 0;
        for (int token = 0; token < 4; token++) {
            normalizer += row[token] * Math.exp(leak * bag[token] / 10);
            divergence -= row[token] * leak * bag[token] / 10;
        }
        divergence += Math.log(normalizer);
        SinkLogitFlow flow = new SinkLogitFlow(row, bag, 10, 0.4);
        assertEquals(0.4 * divergence, flow.excessRisk(sinkLogit), 1e-15);
        assertEquals(1 - leak, flow.sinkMass(sinkLogit), 1e-15);
    }

    /** The flow has one variable, so the time between two values is an integral: dt = d alpha / rate. */
    @Test
    void theIntegratedFlowTakesTheTimeThatQuadratureSays() {
        SinkLogitFlow flow = aRow();
        double[] sinkLogits = flow.sinkLogits(0, logTimes(-2, 6, 9), TOLERANCE);
        double time = new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12)
                .integrate(100_000, sinkLogit -> 1 / flow.rate(sinkLogit), 0, last(sinkLogits));
        assertTrue(last(sinkLogits) > 1, "the flow must have gone somewhere");
        assertEquals(6, Math.log(Math.exp(-2) + time), 1e-10);
    }

    @Test
    void everyTighterToleranceBringsASmallerError() {
        double[] times = logTimes(-4, 8, 2);
        double exact = last(aRow().sinkLogits(0, times, 1e-14));
        double error = 1;
        for (double tolerance : new double[] {1e-3, 1e-6, 1e-9, 1e-12}) {
            double tighter = Math.abs(last(aRow().sinkLogits(0, times, tolerance)) - exact);
            assertTrue(tighter < tolerance, "error " + tighter + " at tolerance " + tolerance);
            assertTrue(tighter < error / 100, "errors " + error + ", " + tighter);
            error = tighter;
        }
    }

    @Test
    void lateSlopeIsOneHalfAndTheConstantIsTheLaws() {
        double[] times = logTimes(-4, 36, 201);
        for (SinkLogitFlow flow : rows().subList(0, 5)) {
            double[] sinkLogits = flow.sinkLogits(0, times, TOLERANCE);
            SimpleRegression late = new SimpleRegression();
            for (int time = 0; time < times.length; time++) {
                if (times[time] >= 30) late.addData(times[time], sinkLogits[time]);
            }
            // The law is off by some t^(-1/2): 3e-7 at the start of the fit, 1.5e-8 at its end, each times a constant
            // near 5.
            assertEquals(0.5, late.getSlope(), 2e-6);
            assertEquals(flow.law(36), last(sinkLogits), 1e-6);
        }
    }

    @Test
    void theLawsErrorShrinksLikeOneOverTheRootOfTime() {
        double[] times = logTimes(-4, 28, 33);
        SinkLogitFlow flow = aRow();
        double[] sinkLogits = flow.sinkLogits(0, times, TOLERANCE);
        double early = Math.abs(sinkLogits[24] - flow.law(20));
        double late = Math.abs(sinkLogits[32] - flow.law(28));
        assertEquals(-0.5, Math.log(late / early) / 8, 2e-3);
    }

    @Test
    void fourTimesTimeTimesExcessRiskCountsTheActiveRows() {
        double[] times = logTimes(-4, 30, 35);
        double excess = 0;
        for (SinkLogitFlow flow : rows()) {
            excess += flow.excessRisk(last(flow.sinkLogits(0, times, TOLERANCE)));
        }
        assertEquals(5, 4 * Math.exp(30) * excess, 1e-4);
    }

    @Test
    void aRowWithOneSuccessorDoesNotMove() {
        SinkLogitFlow flow = rows().get(5);
        assertEquals(0, flow.bagVariance());
        assertEquals(0.25, last(flow.sinkLogits(0.25, logTimes(-4, 30, 3), TOLERANCE)));
        assertEquals(Double.NEGATIVE_INFINITY, flow.law(30));
    }

    @Test
    void whatIsNotALawIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new SinkLogitFlow(new double[] {0.5, 0.4}, new double[2], 2, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new SinkLogitFlow(new double[] {1.5, -0.5}, new double[2], 2, 1));
        assertThrows(IllegalArgumentException.class, () -> new SinkLogitFlow(new double[] {1}, new double[2], 2, 1));
        assertThrows(IllegalArgumentException.class, () -> new SinkLogitFlow(new double[] {1}, new double[1], 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new SinkLogitFlow(new double[] {1}, new double[1], 2, 0));
    }
}
