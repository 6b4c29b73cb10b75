package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.theory.ValueSoftmaxFlow.Normalizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValueSoftmaxFlowTest {
    /** The flow ascends the margin: its rate is the margin's gradient by the state. */
    @ParameterizedTest
    @EnumSource
    void theDerivativeIsTheMarginsGradient(Normalizer normalizer) {
        ValueSoftmaxFlow flow = new ValueSoftmaxFlow(normalizer);
        double[] state = {0.3, -0.2, 0.9, 0.7, 0.4, 1.1};
        double[] derivative = flow.derivative(state);
        double step = 1e-6;
        for (int i = 0; i < state.length; i++) {
            double before = state[i];
            state[i] = before + step;
            double above = flow.margin(state);
            state[i] = before - step;
            double below = flow.margin(state);
            state[i] = before;
            assertEquals((above - below) / (2 * step), derivative[i], 1e-9);
        }
    }
}
