package backcopy.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.backend.RowRule;
import backcopy.model.CentralDifferences;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttentionKindsTest {
    private static final int FROM = 2, VISIBLE = 6;

    static List<RowRule> kinds() {
        return AttentionKinds.ALL;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void derivativeMatchesCentralDifferences(RowRule kind) {
        SplittableRandom random = new SplittableRandom(3);
        for (double spread : new double[] {0.5, 2, 12}) {
            double[] scores = random.doubles(FROM + VISIBLE, -spread, spread).toArray();
            double[] weights = random.doubles(FROM + VISIBLE, -1, 1).toArray();
            double[] pattern = new double[scores.length], dScores = new double[scores.length];
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        kind.row(scores, FROM, VISIBLE, pattern);
                        double sum = 0;
                        for (int j = FROM; j < FROM + VISIBLE; j++) sum += weights[j] * pattern[j];
                        return sum;
                    },
                    scores);
            kind.row(scores, FROM, VISIBLE, pattern);
            kind.derivative(scores, pattern, weights, FROM, VISIBLE, dScores);
            CentralDifferences.assertSame(kind.name() + " at spread " + spread, numerical, dScores);
        }
    }

    @Test
    void softmaxRowsSumToOneHoweverLargeTheScores() {
        double[] pattern = new double[3];
        new Softmax().row(new double[] {1e4, -1e4, 1e4}, 0, 3, pattern);
        assertArrayEquals(new double[] {0.5, 0, 0.5}, pattern);
    }

    @Test
    void reluDividesByTheVisibleKeys() {
        double[] pattern = new double[4];
        new Relu().row(new double[] {8, -1, 4, 2}, 0, 4, pattern);
        assertArrayEquals(new double[] {2, 0, 1, 0.5}, pattern);
    }

    @Test
    void namesAreDistinct() {
        assertEquals(
                AttentionKinds.ALL.size(),
                AttentionKinds.names().stream().distinct().count());
    }
}
