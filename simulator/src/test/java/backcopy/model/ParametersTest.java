package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.EveryBackend;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final ParameterLayout LAYOUT = new ParameterLayout(
            new ModelSpec(1, 1, 2, 3, "relu", "softmax", "learned", "layer-norm", 1e-5, "pre", List.of(), List.of()),
            5,
            4);

    /** What was there is garbage, so that a number which is read instead of overwritten shows. */
    @Test
    void whatWasClearedIsZeroWhoeverLooksFirst() {
        for (Backend backend : EveryBackend.ALL) {
            Parameters parameters = garbage(backend);
            parameters.clear();
            double[] all = new double[LAYOUT.size()];
            backend.read(parameters.flat(), all);
            assertArrayEquals(new double[LAYOUT.size()], all, backend.description());
            parameters = garbage(backend);
            parameters.clear();
            assertArrayEquals(new double[10], parameters.read("unembedding.weight"), backend.description());
        }
    }

    @Test
    void theFirstProductOverwritesAndTheNextAreAdded() {
        for (Backend backend : EveryBackend.ALL) {
            Parameters parameters = garbage(backend);
            int weight = LAYOUT.index("unembedding.weight");
            Buffer dY = backend.allocate(5), x = backend.allocate(2);
            backend.write(new double[] {1, 2, 3, 4, 5}, dY);
            backend.write(new double[] {10, -1}, x);
            for (int round = 0; round < 2; round++) {
                parameters.clear();
                for (int times = 1; times <= 3; times++) {
                    parameters.addProduct(weight, dY, x, 1, 5, 2);
                    double[] expected = new double[10];
                    for (int i = 0; i < 10; i++) expected[i] = times * (i / 2 + 1) * (i % 2 == 0 ? 10 : -1);
                    assertArrayEquals(expected, parameters.read("unembedding.weight"), backend.description());
                }
            }
        }
    }

    private static Parameters garbage(Backend backend) {
        Parameters parameters = new Parameters(LAYOUT, backend);
        double[] garbage = new double[LAYOUT.size()];
        Arrays.fill(garbage, Double.NaN);
        backend.write(garbage, parameters.flat());
        return parameters;
    }
}
