package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import backcopy.backend.Backend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.model.ParameterLayout.Entry;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradient of residual norms, weight by weight, against central differences in double. */
class ResidualNormGradientTest {
    private static final int VOCABULARY = 7, LENGTH = 4, SEQUENCES = 2;

    private final Backend backend = new ReferenceBackend();

    @ParameterizedTest
    @CsvSource({"softmax, 0", "softmax, 1", "softmax, 2", "relu, 0", "relu, 2"})
    void agreesAfterEveryBlock(String attention, int layer) {
        check(attention, layer, List.of());
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void agreesUnderAnIntervention(int layer) {
        check("softmax", layer, List.of(new ZeroMlp(0)));
    }

    private void check(String attention, int layer, List<Intervention> interventions) {
        ModelSpec spec = new ModelSpec(
                3, 2, 6, 9, "relu", attention, "learned", "layer-norm", 1e-5, "pre", List.of(2), List.of(1));
        Transformer model = new Transformer(spec, VOCABULARY, LENGTH, backend);
        SplittableRandom random = new SplittableRandom(4);
        Initialization.draw(model.weights(), random);
        Activations a = model.trainingActivations(SEQUENCES, LENGTH);
        for (int s = 0; s < SEQUENCES; s++)
            a.load(s, random.ints(LENGTH + 1, 0, VOCABULARY).toArray(), 0);
        Parameters gradients = new Parameters(model.weights().layout(), backend);
        norms(model, a, layer, interventions);
        model.residualNormBackward(a, layer, gradients, interventions);
        for (Entry entry : model.weights().layout().entries()) {
            double[] values = model.weights().read(entry.name());
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        model.weights().write(entry.name(), values);
                        return norms(model, a, layer, interventions);
                    },
                    values);
            model.weights().write(entry.name(), values);
            double[] analytic = gradients.read(entry.name());
            if (comesBefore(entry.name(), layer, interventions))
                CentralDifferences.assertSame(entry.name(), numerical, analytic);
            else assertArrayEquals(new double[entry.size()], analytic, entry.name());
        }
    }

    private static boolean comesBefore(String weight, int layer, List<Intervention> interventions) {
        if (weight.startsWith("embedding.")) return true;
        if (!weight.startsWith("layers.")) return false;
        if (weight.startsWith("layers.0.mlp") && !interventions.isEmpty()) return false;
        return Integer.parseInt(weight.split("\\.")[1]) <= layer;
    }

    /** The sum of the norms that {@link Transformer#residualNormBackward} is the gradient of. */
    private static double norms(Transformer model, Activations a, int layer, List<Intervention> interventions) {
        model.pack();
        model.forward(a, 1, interventions);
        double[] h = a.read("layers." + layer + ".residual.out");
        int width = model.spec().width();
        double sum = 0;
        for (int row = 0; row < h.length; row += width) {
            double squares = 0;
            for (int i = row; i < row + width; i++) squares += h[i] * h[i];
            sum += Math.sqrt(squares);
        }
        return sum;
    }
}
