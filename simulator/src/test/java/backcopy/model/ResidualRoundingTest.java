package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Intervention.Quantize;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResidualRoundingTest {
    @Test
    void numbersBecomeMultiplesOfTheLargestOver127() {
        for (Backend backend : EveryBackend.ALL) {
            double[] values = {254, -3, 0.9, 1.1}; // unit 2; -1.5 goes to the even -2
            assertArrayEquals(new double[] {254, -4, 0, 2}, rounded(values, 8, backend), 1e-6);
            assertArrayEquals(new double[] {-7, 3, 4}, rounded(new double[] {-7, 3.4, 3.6}, 4, backend), 1e-6);
            assertArrayEquals(new double[] {0, 0}, rounded(new double[] {0, 0}, 8, backend));
        }
    }

    private static double[] rounded(double[] values, int bits, Backend backend) {
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        backend.round(buffer, 1, bits);
        double[] rounded = new double[values.length];
        backend.read(buffer, rounded);
        return rounded;
    }

    /** Two sequences of two tokens of two numbers: a peak costs its own sequence, or its own token. */
    @Test
    void theUnitIsThatOfTheSequenceOrOfTheToken() {
        double[] values = {1270, 0, 1, 3, 12.7, 0.04, 1, 0.06};
        for (Backend backend : EveryBackend.ALL) {
            assertArrayEquals(
                    new double[] {1270, 0, 0, 0, 12.7, 0, 1, 0.1},
                    rounded(values, new Quantize(0, 8, false), backend),
                    1e-6);
            double unit = 3 / 127.0;
            assertArrayEquals(
                    new double[] {1270, 0, 42 * unit, 3, 12.7, 0, 1, 8 / 127.0},
                    rounded(values, new Quantize(0, 8, true), backend),
                    1e-6);
            assertArrayEquals(values, rounded(values, new Quantize(1, 8, true), backend), 1e-6);
        }
    }

    private static double[] rounded(double[] values, Intervention intervention, Backend backend) {
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        ResidualRounding.apply(List.of(intervention), 0, buffer, 2, 2, backend);
        double[] rounded = new double[values.length];
        backend.read(buffer, rounded);
        return rounded;
    }

    /** Straight through: the gradient at the rounded residual stream, as if it had come that way. */
    @Test
    void theWayBackTakesItForTheIdentity() {
        Backend backend = new ReferenceBackend();
        ModelSpec spec = new ModelSpec(
                1, 1, 6, 9, "relu", "softmax", "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
        Transformer model = new Transformer(spec, 5, 4, backend);
        Initialization.draw(model.weights(), new SplittableRandom(1));
        Activations a = model.trainingActivations(1, 4);
        a.load(0, new int[] {0, 1, 2, 3, 4}, 0);
        model.forward(a, 1, List.of());
        double free = a.summedLoss();
        List<Intervention> quantize = List.of(new Quantize(0, 3, false));
        model.forward(a, 1, quantize);
        assertNotEquals(free, a.summedLoss());
        Parameters gradients = new Parameters(model.weights().layout(), backend);
        model.backward(a, gradients, quantize);
        Parameters identity = new Parameters(model.weights().layout(), backend);
        model.backward(a, identity, List.of());
        for (ParameterLayout.Entry entry : gradients.layout().entries()) {
            assertArrayEquals(identity.read(entry.name()), gradients.read(entry.name()));
            assertNotEquals(0, gradients.norm(entry.name()), entry.name());
        }
        model.forward(a, 1, List.of());
        assertEquals(free, a.summedLoss());
    }
}
