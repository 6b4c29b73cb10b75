package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.ParameterLayout.Entry;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything around attention in float against the definition in double, at sizes that fit no tile and no vector. */
class FastVariantsTest {
    private static final int VOCABULARY = 29, LENGTH = 37;

    static List<String> variants() {
        return Variants.ALL;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void lossesAndGradientsAreTheReferences(String keys) {
        ModelSpec spec = Variants.spec(keys, 2, 3, 36, 45);
        Transformer reference = new Transformer(spec, VOCABULARY, LENGTH, new ReferenceBackend());
        Variants.draw(reference.weights(), new SplittableRandom(31));
        Activations expected = reference.trainingActivations(2, LENGTH);
        Parameters expectedGradients = pass(reference, expected);
        boolean isSigned =
                List.of("mlp", "differential").contains(spec.surroundings().scores());
        double tolerance = isSigned ? Tolerances.FLOAT_SIGNED_MODEL : Tolerances.FLOAT_MODEL;
        for (Backend backend : EveryBackend.FAST) {
            Transformer fast = new Transformer(spec, VOCABULARY, LENGTH, backend);
            Variants.copy(reference, fast);
            Activations actual = fast.trainingActivations(2, LENGTH);
            Parameters gradients = pass(fast, actual);
            String what = backend.description() + ": ";
            for (String name : expected.named().keySet())
                assertClose(what + name, tolerance, expected.read(name), actual.read(name));
            for (Entry entry : gradients.layout().entries())
                assertClose(
                        what + "gradient of " + entry.name(),
                        tolerance,
                        expectedGradients.read(entry.name()),
                        gradients.read(entry.name()));
        }
    }

    private static Parameters pass(Transformer model, Activations a) {
        SplittableRandom random = new SplittableRandom(37);
        for (int s = 0; s < a.sequences(); s++)
            a.load(s, random.ints(LENGTH + 1, 0, VOCABULARY).toArray(), 0);
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        model.pack();
        model.forward(a, 1.0 / (a.sequences() * LENGTH), List.of());
        model.backward(a, gradients, List.of());
        return gradients;
    }

    private static void assertClose(String what, double tolerance, double[] expected, double[] actual) {
        double error = Tolerances.relativeError(expected, actual);
        assertTrue(error <= tolerance, what + " differs by " + error);
    }
}
