package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AuthorsCurvesTest {
    private static final Table CURVES = AuthorsCurves.oneLayerAdamW();

    @Test
    void theValuesAtSteps0And1000AreTheAuthors() {
        assertArrayEquals(new double[] {0.0225, 0.779}, at("attention.bos"), 1e-3);
        assertArrayEquals(new double[] {5.199, 3.506}, at("value.norm.bos"), 1e-3);
        assertArrayEquals(new double[] {-0.119, 9.70}, at("score.delta"), 1e-2);
        assertArrayEquals(new double[] {2.208, 0.0132}, at("excess.bigram"), 5e-4);
        assertEquals(4.2955, at("excess.backcopy")[0], 1e-4);
    }

    @Test
    void theCurvesReach199000Steps() {
        assertEquals(199_000, CURVES.distinct("step")[CURVES.rows() - 1]);
    }

    private static double[] at(String column) {
        return CURVES.where("step", step -> step == 0 || step == 1000).numbers(column);
    }
}
