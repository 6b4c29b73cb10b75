package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

    @Test
    void theOtherCurvesAreTheAuthors() {
        Table relu = AuthorsCurves.oneLayerRelu().where("step", step -> step == 1000);
        assertEquals(0, relu.numbers("attention.bos")[0]);
        Table layers = AuthorsCurves.threeLayerResidual().where("step", step -> step == 10_000);
        assertEquals(140.7, layers.numbers("adamw")[0], 0.1);
        assertEquals(20.44, layers.numbers("sgd")[0], 0.01);
        assertEquals(24.49, layers.numbers("relu")[0], 0.01);
        Table positions = AuthorsCurves.oneLayerResidualByPosition().where("step", step -> step == 0);
        assertEquals(24.347, positions.numbers("position.0")[0], 1e-3);
        assertEquals(63, AuthorsCurves.triad().rows());
        assertEquals(1, AuthorsCurves.simpleModel().numbers("share")[0]);
    }

    @Test
    void barsAreTheAuthors() {
        assertEquals(7.6865, AuthorsCurves.bar("interventions", 2), 1e-4);
        assertEquals(106.092, AuthorsCurves.bar("massive_norm_minimal", 2), 1e-3);
        assertThrows(IllegalArgumentException.class, () -> AuthorsCurves.bar("interventions", 9));
    }

    private static double[] at(String column) {
        return CURVES.where("step", step -> step == 0 || step == 1000).numbers(column);
    }
}
