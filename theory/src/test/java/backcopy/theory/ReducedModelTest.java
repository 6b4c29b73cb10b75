package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.task.CounterRandom;
import backcopy.theory.prediction.Examples;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReducedModelTest {
    private static final double[][] TABLE = {{0.5, 0.3, 0.2, 0}, {0.1, 0.2, 0.3, 0.4}, {0, 0, 1, 0}, {1, 0, 0, 0}};
    private static final double[] COUNTS = {4, 1, 2, 3};

    private static double[] random(ReducedModel model, long seed) {
        RandomGenerator random = new CounterRandom(seed);
        double[] parameters = model.parameters(0, 0, 0);
        for (int i = 0; i < parameters.length; i++) parameters[i] = 3 * random.nextDouble() - 1;
        return parameters;
    }

    private static List<ReducedModel> models(Attention attention) {
        ReducedModel model = Examples.withTrigger(6, 2, 9, 3, attention);
        return List.of(model, model.withMlp(Examples.table(6, 8)));
    }

    /** The softmax's weights, the outputs and the divergence, each as its definition says. */
    @Test
    void excessRiskIsTheDivergenceOfTheDefinition() {
        double alpha = 0.7;
        double lambda = 1.3;
        double[] beta = {0.3, -0.2, 0.1, 0.6};
        double[] xi = {1, 2, 0.5, 1.5};
        ReducedModel model = new ReducedModel(
                TABLE, List.of(Context.bigram(0, COUNTS, 0.4), Context.backcopy(3, 1, COUNTS, 0.6)), Attention.SOFTMAX);
        double[] parameters = {alpha, 0, 0, lambda, 0.3, -0.2, 0.1, 0.6, 1, 2, 0.5, 1.5};
        double bigram = 0;
        double normalizer = 0;
        double[] logits = new double[4];
        double copies = 0;
        for (int k = 0; k < 4; k++) {
            double a = (Math.exp(alpha) * beta[k] + COUNTS[k] * xi[k]) / (Math.exp(alpha) + 10);
            normalizer += TABLE[0][k] * Math.exp(a);
            bigram -= TABLE[0][k] * a;
            double occurrences = COUNTS[k] + (k == 1 ? Math.exp(lambda) - 1 : 0);
            logits[k] = (beta[k] + occurrences * xi[k]) / (Math.exp(lambda) + 10);
            copies += Math.exp(logits[k]);
        }
        double expected = 0.4 * (bigram + Math.log(normalizer)) + 0.6 * (Math.log(copies) - logits[1]);
        assertEquals(expected, model.loss(parameters), 1e-15);
        assertEquals(Math.exp(alpha) / (Math.exp(alpha) + 10), model.sinkMass(parameters), 1e-15);
    }

    @Test
    void anMlpThatErrsCostsItsDivergence() {
        double[][] mlp = {{0.25, 0.25, 0.25, 0.25}, TABLE[1], TABLE[2], TABLE[3]};
        ReducedModel model =
                new ReducedModel(TABLE, List.of(Context.bigram(0, COUNTS, 1)), Attention.SOFTMAX).withMlp(mlp);
        double expected = 0.5 * Math.log(2) + 0.3 * Math.log(1.2) + 0.2 * Math.log(0.8);
        assertEquals(expected, model.loss(model.parameters(2, 1, 0)), 1e-15);
    }

    @ParameterizedTest
    @EnumSource(Attention.class)
    void gradientMatchesCentralDifferences(Attention attention) {
        double step = 1e-5;
        for (ReducedModel model : models(attention)) {
            double[] at = random(model, 1);
            double[] gradient = new double[model.dimension()];
            assertEquals(model.loss(at), model.gradient(at, gradient));
            for (int i = 0; i < at.length; i++) {
                double[] up = at.clone();
                double[] down = at.clone();
                up[i] += step;
                down[i] -= step;
                // step squared, and rounding over step
                assertEquals((model.loss(up) - model.loss(down)) / (2 * step), gradient[i], 1e-10);
            }
            for (int kind = 0; kind < 3; kind++)
                assertTrue(
                        IntStream.range(kind * 6, kind * 6 + 6).anyMatch(i -> Math.abs(gradient[i]) > 1e-4),
                        "kind " + kind + " has no gradient");
        }
    }

    @ParameterizedTest
    @EnumSource(Attention.class)
    void hessianMatchesCentralDifferencesOfTheGradient(Attention attention) {
        double step = 1e-5;
        for (ReducedModel model : models(attention)) {
            double[] at = random(model, 2);
            int dimension = model.dimension();
            double[][] hessian = new double[dimension][dimension];
            model.hessian(at, hessian);
            for (int i = 0; i < dimension; i++) {
                double[] up = at.clone();
                double[] down = at.clone();
                up[i] += step;
                down[i] -= step;
                double[] above = new double[dimension];
                double[] below = new double[dimension];
                model.gradient(up, above);
                model.gradient(down, below);
                for (int j = 0; j < dimension; j++)
                    assertEquals((above[j] - below[j]) / (2 * step), hessian[i][j], 1e-9, i + ", " + j);
            }
        }
    }

    @Test
    void aConstantAddedToBetaChangesNothing() {
        ReducedModel model = models(Attention.SOFTMAX).get(0);
        double[] at = random(model, 3);
        double[] shifted = at.clone();
        for (int k = 0; k < 6; k++) shifted[model.beta(k)] += 5;
        assertEquals(model.loss(at), model.loss(shifted), 1e-14);
    }

    @Test
    void theRiskKeepsItsDigitsWhereItIsTiny() {
        ReducedModel model = new ReducedModel(TABLE, List.of(Context.bigram(1, COUNTS, 1)), Attention.SOFTMAX);
        double alpha = 30;
        double mean = 0;
        double variance = 0;
        for (int k = 0; k < 4; k++) mean += TABLE[1][k] * COUNTS[k];
        for (int k = 0; k < 4; k++) variance += TABLE[1][k] * Math.pow(COUNTS[k] - mean, 2);
        double expected = variance * Math.exp(-2 * alpha) / 2;
        assertEquals(1, model.loss(model.parameters(alpha, 0, 1)) / expected, 1e-11);
        double[] gradient = new double[12];
        model.gradient(model.parameters(alpha, 0, 1), gradient);
        assertEquals(1, -gradient[1] / (2 * expected), 1e-11);
    }

    @Test
    void activeTokensAreNonTriggersWithAChoice() {
        ReducedModel model = new ReducedModel(
                TABLE,
                List.of(
                        Context.bigram(1, COUNTS, 1),
                        Context.bigram(2, COUNTS, 1),
                        Context.bigram(1, COUNTS, 1),
                        Context.backcopy(3, 0, COUNTS, 1)),
                Attention.RELU);
        assertArrayEquals(new int[] {1}, model.activeTokens());
    }

    @Test
    void whatIsNotAModelIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Context.bigram(0, COUNTS, 0));
        assertThrows(IllegalArgumentException.class, () -> Context.bigram(0, new double[4], 1));
        assertThrows(IllegalArgumentException.class, () -> Context.bigram(0, new double[] {2, -1}, 1));
        for (double[] row : new double[][] {{0.5, 0.4}, {1.5, -0.5}})
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new ReducedModel(
                            new double[][] {row, row},
                            List.of(Context.bigram(0, new double[] {1, 1}, 1)),
                            Attention.SOFTMAX));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReducedModel(new double[][] {{1}}, List.of(Context.bigram(0, COUNTS, 1)), Attention.SOFTMAX));
    }
}
