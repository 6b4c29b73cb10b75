package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.task.CounterRandom;
import backcopy.theory.TriggerMean.Measured;
import backcopy.theory.TriggerMean.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TriggerMeanTest {
    @ParameterizedTest
    @EnumSource
    void theGradientIsThatOfTheLoss(Row row) {
        TriggerMean head = new TriggerMean(row, 6, 2, 3);
        double[] point = head.start(new CounterRandom(5)), gradient = new double[point.length];
        for (int i = 0; i < point.length; i++) point[i] *= 30; // scores of size 1
        double loss = head.loss(point, new CounterRandom(7), 4, gradient);
        assertTrue(loss > 0);
        double size = 0, difference = 0, step = 1e-6;
        for (int i = 0; i < point.length; i++) {
            double at = point[i];
            point[i] = at + step;
            double above = head.loss(point, new CounterRandom(7), 4, new double[point.length]);
            point[i] = at - step;
            double below = head.loss(point, new CounterRandom(7), 4, new double[point.length]);
            point[i] = at;
            size = Math.max(size, Math.abs(gradient[i]));
            difference = Math.max(difference, Math.abs(gradient[i] - (above - below) / (2 * step)));
        }
        assertTrue(size > 1e-3);
        assertTrue(difference < 1e-7 * size, "differs by " + difference / size);
    }

    /** Of the exact ReLU head's weights under softmax the other rows are uniform: it does not park, and is wrong there. */
    @ParameterizedTest
    @EnumSource
    void theExactHeadIsExactUnderReluAlone(Row row) {
        TriggerMean head = new TriggerMean(row, 9, 3, 4);
        Measured measured = head.measure(head.exactRelu(), new CounterRandom(3), 50);
        if (row == Row.RELU) assertEquals(0, measured.worst(), 1e-14);
        else {
            assertTrue(measured.worst() > 0.3);
            assertEquals(8.0 / 9, measured.leak(), 1e-12);
            assertEquals(1, measured.anchorOfTrigger(), 1e-12);
        }
    }
}
