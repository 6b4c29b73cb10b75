package backcopy.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
    void coupledDecayGoesThroughAdamsMoments() {
        double[] coupled = {2, 0, 0};
        new Adam(0.1, 0.9, 0.99, 0, 0.5).update(coupled, 0, 0);
        assertArrayEquals(
                new double[] {1.9, 0.1, 0.01}, coupled, 1e-12); // the decay's gradient is 1, its step the rate
    }

    @Test
    void decoupledDecayIsNoPartOfTheMomentum() {
        double[] state = {2, 0};
        SgdW sgdw = new SgdW(0.1, 0.5, 0.25);
        sgdw.update(state, 1, 0);
        assertArrayEquals(new double[] {2 - 0.05 - 0.1, 1}, state, 1e-12);
        sgdw.update(state, 1, 1);
        assertArrayEquals(new double[] {1.85 - 0.04625 - 0.15, 1.5}, state, 1e-12);
    }

    /** The textbook's velocity and look-ahead on a parabola; the weight is where the gradient is taken, one velocity ahead. */
    @Test
    void nesterovIsTheTextbooksLookAhead() {
        double curvature = 3, rate = 0.1, mu = 0.8, position = 1, velocity = 0;
        Nesterov nesterov = new Nesterov(rate, mu, 0);
        double[] state = {1, 0};
        for (int step = 0; step < 20; step++) {
            double ahead = position + mu * velocity;
            assertEquals(ahead, state[0], 1e-12);
            nesterov.update(state, curvature * state[0], step);
            velocity = mu * velocity - rate * curvature * ahead;
            position += velocity;
        }
        assertTrue(Math.abs(state[0]) < 0.5);
    }

    /** Against their means written out as sums over all gradients so far. */
    @Test
    void meansAreSumsOverAllGradients() {
        double[] gradients = {0.3, -2, 1.5, -0.1, 0.7, -0.4};
        Adam adam = new Adam(0.1, 0.8, 0.95, 0.01, 0);
        RmsProp rmsprop = new RmsProp(0.1, 0.95, 0.01, 0);
        Lion lion = new Lion(0.1, 0.8, 0.95, 0);
        SignSgd sign = new SignSgd(0.1, 0.8, 0);
        double[] byAdam = new double[3], byRmsprop = new double[2], byLion = new double[2], bySign = new double[2];
        for (int n = 0; n < gradients.length; n++) {
            double mean = 0, square = 0, memory = 0;
            for (int k = 0; k <= n; k++) {
                mean += 0.2 * Math.pow(0.8, n - k) * gradients[k];
                square += 0.05 * Math.pow(0.95, n - k) * gradients[k] * gradients[k];
                if (k < n) memory += 0.05 * Math.pow(0.95, n - 1 - k) * gradients[k];
            }
            double corrected = mean / (1 - Math.pow(0.8, n + 1));
            double root = Math.sqrt(square / (1 - Math.pow(0.95, n + 1)));
            assertMoves(-0.1 * corrected / (root + 0.01), adam, byAdam, gradients[n], n);
            assertMoves(-0.1 * gradients[n] / (Math.sqrt(square) + 0.01), rmsprop, byRmsprop, gradients[n], n);
            assertMoves(-0.1 * Math.signum(0.8 * memory + 0.2 * gradients[n]), lion, byLion, gradients[n], n);
            assertMoves(-0.1 * Math.signum(mean), sign, bySign, gradients[n], n);
        }
    }

    private static void assertMoves(
            double expected, ElementwiseOptimizer optimizer, double[] state, double gradient, long n) {
        double before = state[0];
        optimizer.update(state, gradient, n);
        assertEquals(expected, state[0] - before, 1e-12, optimizer.name() + " at update " + n);
    }

    @Test
    void decayAloneShrinksAWeight() {
        for (Optimizer optimizer : Optimizers.ALL)
            if (optimizer instanceof ElementwiseOptimizer elementwise) {
                double[] state = new double[1 + elementwise.moments().size()];
                state[0] = 2;
                elementwise.update(state, 0, 0);
                assertTrue(state[0] > 0 && state[0] < 2, elementwise.name());
            }
    }

    /** As epsilon goes to 0 the loss's scale drops out of Adam, RMSProp and the signs; gradient descent it scales. */
    @Test
    void theLossesScaleDropsOutWithEpsilon() {
        List<ElementwiseOptimizer> invariant = List.of(
                new AdamW(0.1, 0.9, 0.99, 0, 0.1),
                new Adam(0.1, 0.9, 0.99, 0, 0),
                new RmsProp(0.1, 0.99, 0, 0),
                new Lion(0.1, 0.9, 0.99, 0.1),
                new SignSgd(0.1, 0.9, 0.1));
        for (ElementwiseOptimizer optimizer : invariant)
            assertEquals(after(optimizer, 1), after(optimizer, 1000), 1e-12, optimizer.name());
        double tiny =
                Math.abs(after(new AdamW(0.1, 0.9, 0.99, 1e-6, 0), 1) - after(new AdamW(0.1, 0.9, 0.99, 1e-6, 0), 9));
        double small =
                Math.abs(after(new AdamW(0.1, 0.9, 0.99, 1e-3, 0), 1) - after(new AdamW(0.1, 0.9, 0.99, 1e-3, 0), 9));
        assertTrue(tiny > 0 && tiny < small / 500, tiny + " is not a thousandth of " + small);
        for (ElementwiseOptimizer optimizer :
                List.of(new Sgd(0.1, 0.9, 0), new SgdW(0.1, 0.9, 0), new Nesterov(0.1, 0.9, 0)))
            assertEquals(1000 * after(optimizer, 1), after(optimizer, 1000), 1e-9, optimizer.name());
    }

    /** Where a weight that began at 0 is after some gradients of this size. */
    private static double after(ElementwiseOptimizer optimizer, double scale) {
        double[] state = new double[1 + optimizer.moments().size()];
        for (int n = 0; n < 7; n++) optimizer.update(state, scale * Math.cos(n), n);
        return state[0];
    }

    @Test
    void scalingAnOptimizerScalesItsRatesAlone() {
        for (Optimizer optimizer : Optimizers.ALL) {
            assertEquals(optimizer, optimizer.scaled(1));
            assertEquals(optimizer.learningRate() / 4, optimizer.scaled(0.25).learningRate(), optimizer.name());
            assertEquals(optimizer, optimizer.scaled(0.25).scaled(4));
        }
        assertEquals(Muon.DEFAULT.adamRate() / 4, Muon.DEFAULT.scaled(0.25).adamRate());
    }

    @Test
    void settingsOutsideTheirRangeAreNamed() {
        var error = assertThrows(IllegalArgumentException.class, () -> new AdamW(1e-3, 1, 0.99, 1e-8, 0));
        assertEquals("optimizer.beta1 = 1.0 is not between 0.0 and 0.9999999999999999", error.getMessage());
    }
}
