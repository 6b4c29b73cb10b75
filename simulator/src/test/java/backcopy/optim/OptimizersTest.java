package backcopy.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** First updates worked out by hand; longer traces against PyTorch are in the model's golden test. */
class OptimizersTest {
    @Test
    void firstAdamUpdateMovesByTheLearningRateAgainstTheGradient() {
        double[] state = {2, 0, 0};
        new AdamW(0.1, 0.9, 0.99, 0, 0).update(state, -5, 0);
        assertArrayEquals(new double[] {2.1, -0.5, 0.25}, state, 1e-12);
    }

    @Test
    void adamDecaysWeightsApartFromTheGradient() {
        double[] state = {2, 0, 0};
        new AdamW(0.1, 0.9, 0.99, 1e-8, 0.5).update(state, 0, 0);
        assertArrayEquals(new double[] {1.9, 0, 0}, state, 1e-12);
    }

    @Test
    void momentumGathersGradientAndDecay() {
        double[] state = {2, 0};
        Sgd sgd = new Sgd(0.1, 0.5, 0.25);
        sgd.update(state, 1, 0);
        assertArrayEquals(new double[] {1.85, 1.5}, state, 1e-12);
        sgd.update(state, 1, 1);
        assertArrayEquals(new double[] {1.85 - 0.1 * 2.2125, 2.2125}, state, 1e-12);
    }

    @Test
    void settingsOutsideTheirRangeAreNamed() {
        var error = assertThrows(IllegalArgumentException.class, () -> new AdamW(1e-3, 1, 0.99, 1e-8, 0));
        assertEquals("optimizer.beta1 = 1.0 is not between 0.0 and 0.9999999999999999", error.getMessage());
    }
}
