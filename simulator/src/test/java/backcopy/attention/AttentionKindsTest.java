package backcopy.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.ElementwiseRule;
import backcopy.backend.ElementwiseRule.Normalizer;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import backcopy.model.CentralDifferences;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionKindsTest {
    private static final int FROM = 2, VISIBLE = 9;

    /** Kinds whose rows do not move with the scores once a key has everything. */
    private static final Set<String> SPARSE = Set.of("sparsemax", "entmax-1.5");

    static List<RowRule> kinds() {
        return AttentionKinds.ALL;
    }

    static Stream<TrainedRule> trainedKinds() {
        return kinds().stream().filter(TrainedRule.class::isInstance).map(TrainedRule.class::cast);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void derivativeMatchesCentralDifferences(RowRule kind) {
        SplittableRandom random = new SplittableRandom(3);
        for (double spread : new double[] {0.5, 2, 12}) {
            double[] scores = random.doubles(FROM + VISIBLE, -spread, spread).toArray();
            double[] weights = random.doubles(FROM + VISIBLE, -1, 1).toArray();
            double[] pattern = new double[scores.length], dScores = new double[scores.length];
            double[] numerical = CentralDifferences.gradient(() -> weighted(kind, scores, weights, pattern), scores);
            kind.row(scores, FROM, VISIBLE, pattern);
            kind.derivative(scores, pattern, weights, FROM, VISIBLE, dScores);
            String what = kind.name() + " at spread " + spread;
            if (kind instanceof Uniform) CentralDifferences.assertFlat(what, numerical, dScores);
            else if (SPARSE.contains(kind.name()) && spread == 12)
                CentralDifferences.assertSameOrFlat(what, numerical, dScores);
            else CentralDifferences.assertSame(what, numerical, dScores);
        }
    }

    @ParameterizedTest
    @MethodSource("trainedKinds")
    void trainedDerivativeMatchesCentralDifferences(TrainedRule kind) {
        SplittableRandom random = new SplittableRandom(4);
        for (double number : new double[] {-4, 0, 0.5, 9}) {
            double[] scores = random.doubles(FROM + VISIBLE, -2, 2).toArray();
            double[] weights = random.doubles(FROM + VISIBLE, -1, 1).toArray();
            double[] pattern = new double[scores.length], at = {number};
            double[] numerical =
                    CentralDifferences.gradient(() -> weighted(kind.at(at[0]), scores, weights, pattern), at);
            TrainedRule own = kind.at(number);
            own.row(scores, FROM, VISIBLE, pattern);
            double[] analytic = {own.trainedDerivative(scores, pattern, weights, FROM, VISIBLE)};
            CentralDifferences.assertSame(kind.name() + " at " + number, numerical, analytic);
            assertEquals(number, own.trained());
        }
    }

    private static double weighted(RowRule kind, double[] scores, double[] weights, double[] pattern) {
        kind.row(scores, FROM, VISIBLE, pattern);
        double sum = 0;
        for (int j = FROM; j < FROM + VISIBLE; j++) sum += weights[j] * pattern[j];
        return sum;
    }

    @Test
    void softmaxRowsSumToOneHoweverLargeTheScores() {
        assertArrayEquals(new double[] {0.5, 0, 0.5}, row(new Softmax(), 1e4, -1e4, 1e4));
    }

    @Test
    void reluDividesByTheVisibleKeys() {
        assertArrayEquals(new double[] {2, 0, 1, 0.5}, row(new Relu(), 8, -1, 4, 2));
    }

    /** One learned score, a constant in the sum, and a key of zeros whose value is zero are the same thing. */
    @Test
    void aSinkScoreOfZeroIsSoftmaxOffByOneAndAZeroKeyBeside() {
        double[] scores = random(7, 6), beside = Arrays.copyOf(scores, 8);
        double[] withZero = Arrays.copyOf(row(new Softmax(), beside), 7);
        assertClose(withZero, row(new SinkScore(0), scores));
        assertClose(withZero, row(new SoftmaxN(1), scores));
        assertClose(row(new SinkScore(Math.log(3)), scores), row(new SoftmaxN(3), scores));
    }

    @Test
    void withoutAnythingBesideItSoftmaxIsLeft() {
        double[] scores = random(7, 6), softmax = row(new Softmax(), scores);
        assertClose(softmax, row(new SinkScore(-60), scores));
        assertClose(softmax, row(new SinkScore(-1e300), scores));
        assertClose(softmax, row(new SoftmaxN(0), scores));
        assertClose(softmax, row(new ClippedSoftmax(0, 1), scores));
    }

    @Test
    void clippedSoftmaxReachesZeroAndOne() {
        double[] clipped = row(new ClippedSoftmax(-0.1, 1.2), 9, 0, 0, 1);
        assertArrayEquals(new double[] {1, 0, 0, 0}, clipped);
    }

    @Test
    void normalizedRowsSumToOne() {
        for (RowRule kind : AttentionKinds.ALL)
            if (kind instanceof ElementwiseRule rule && rule.normalizer() == Normalizer.SUM)
                assertEquals(1, Arrays.stream(row(kind, 3, -1, 0.5, -2)).sum(), 1e-7, kind.name());
        assertArrayEquals(new double[] {0.75, 0.5, -0.25}, row(new Identity(Normalizer.BOUNDED_SUM), 3, 2, -1));
        assertArrayEquals(new double[] {0.5, -0.5, 0.25}, row(new Identity(Normalizer.BOUNDED_SUM), 0.5, -0.5, 0.25));
    }

    @Test
    void theBiasOfSigmoidIsTheVisibleKeys() {
        assertClose(
                row(new Sigmoid(false, Normalizer.NONE), 1 - Math.log(3), -Math.log(3), 2 - Math.log(3)),
                row(new Sigmoid(true, Normalizer.NONE), 1, 0, 2));
    }

    @Test
    void softpickGivesNothingBelowZeroAndCountsIt() {
        double[] row = row(new Softpick(), Math.log(3), Math.log(0.5), 0);
        assertClose(new double[] {2 / (2.5 + 1e-8), 0, 0}, row);
        assertClose(new double[] {0, 0}, row(new Softpick(), -1, -700));
        assertTrue(row(new Softpick(), 1e-9, -1)[0] > 0);
    }

    /** What a projection on the simplex is: it sums to one, and no mass moved from one key to another comes nearer. */
    @Test
    void sparsemaxIsTheNearestPointOfTheSimplex() {
        assertClose(new double[] {0.75, 0.25, 0}, row(new Sparsemax(), 1, 0.5, -3));
        assertClose(new double[] {1, 0, 0}, row(new Sparsemax(), 1e6, 1e6 - 1, 3));
        assertClose(new double[] {0.5, 0, 0.5}, row(new Sparsemax(), 1e6, -1e6, 1e6));
    }

    /** Its optimum in closed form: {@code A = (s / 2 - t)^2}; for two scores d apart, {@code t} solves a quadratic. */
    @Test
    void entmaxIsItsClosedFormOfTwoKeys() {
        double d = 0.8, x = (d / 2 + Math.sqrt(2 - d * d / 4)) / 2;
        assertClose(new double[] {x * x, Math.pow(x - d / 2, 2)}, row(new Entmax(), d, 0));
        assertClose(new double[] {0, 1, 0}, row(new Entmax(), -5, 2, -0.1));
    }

    @Test
    void namesAreDistinct() {
        assertEquals(
                AttentionKinds.ALL.size(),
                AttentionKinds.names().stream().distinct().count());
    }

    private static double[] row(RowRule kind, double... scores) {
        double[] pattern = new double[scores.length];
        kind.row(scores, 0, scores.length, pattern);
        return pattern;
    }

    private static double[] random(int size, double spread) {
        return new SplittableRandom(8).doubles(size, -spread, spread).toArray();
    }

    private static void assertClose(double[] expected, double[] actual) {
        assertArrayEquals(expected, actual, Tolerances.DOUBLE_PASS);
    }
}
