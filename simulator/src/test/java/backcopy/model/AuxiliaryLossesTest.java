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
import org.junit.jupiter.params.provider.CsvSource;

/** The gradient of everything that is minimized, against central differences of what its definition says. */
class AuxiliaryLossesTest {
    private static final int VOCABULARY = 7, LENGTH = 5, SEQUENCES = 2, WIDTH = 6, LEFT_OUT = 1;
    private static final double SCALE = 1.0 / (SEQUENCES * (LENGTH - LEFT_OUT));

    @ParameterizedTest
    @CsvSource({"0.3, 0, 0", "0, 0.7, 0", "0.3, 0.7, 2"})
    void theGradientIsThatOfTheWholeSum(double zLoss, double decorrelation, int sinkTokens) {
        AuxiliaryLosses losses = new AuxiliaryLosses(zLoss, decorrelation);
        Transformer model = model(new ReferenceBackend(), sinkTokens);
        Activations a = activations(model, losses);
        Parameters gradients = backward(model, a), plain = backward(model, activations(model, AuxiliaryLosses.NONE));
        for (Entry entry : model.weights().layout().entries()) {
            double[] values = model.weights().read(entry.name());
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        model.weights().write(entry.name(), values);
                        return objective(model, a, losses);
                    },
                    values);
            model.weights().write(entry.name(), values);
            double[] analytic = gradients.read(entry.name());
            CentralDifferences.assertSame(entry.name(), numerical, analytic);
            boolean isLast = entry.name().contains("layers.2") || entry.name().startsWith("final");
            if (zLoss > 0 || !isLast && !entry.name().startsWith("unembedding"))
                assertTrue(
                        Tolerances.relativeError(plain.read(entry.name()), analytic) > 1e-4,
                        entry.name() + " is as it is without");
        }
    }

    @ParameterizedTest
    @CsvSource({"0.3, 0.7, 0", "0.3, 0.7, 1"})
    void everyBackendHasTheReferencesGradient(double zLoss, double decorrelation, int sinkTokens) {
        AuxiliaryLosses losses = new AuxiliaryLosses(zLoss, decorrelation);
        Transformer reference = model(new ReferenceBackend(), sinkTokens);
        Parameters expected = backward(reference, activations(reference, losses));
        for (Backend backend : EveryBackend.FAST) {
            Transformer fast = model(backend, sinkTokens);
            Parameters actual = backward(fast, activations(fast, losses));
            for (Entry entry : expected.layout().entries()) {
                double error = Tolerances.relativeError(expected.read(entry.name()), actual.read(entry.name()));
                assertTrue(error < Tolerances.FLOAT_MODEL, entry.name() + " differs by " + error);
            }
        }
    }

    /** From logits and states, as the definition has it. */
    private static double objective(Transformer model, Activations a, AuxiliaryLosses losses) {
        model.pack();
        model.forward(a, SCALE, List.of());
        double sum = SCALE * a.summedLoss();
        double[] logits = a.read("logits");
        for (int row = 0; row < SEQUENCES * LENGTH; row++) {
            if (row % LENGTH < LEFT_OUT) continue;
            double exponentials = 0;
            for (int v = 0; v < VOCABULARY; v++) exponentials += Math.exp(logits[row * VOCABULARY + v]);
            sum += losses.zLoss() * SCALE * Math.pow(Math.log(exponentials), 2);
        }
        for (int layer = 0; layer < 2; layer++) {
            double[] h = a.read("layers." + layer + ".residual.out");
            for (int s = 0; s < SEQUENCES; s++)
                for (int t = 1; t < LENGTH; t++) {
                    double product = 0, own = 0, sink = 0;
                    for (int c = 0; c < WIDTH; c++) {
                        double x = h[(s * LENGTH + t) * WIDTH + c], y = h[s * LENGTH * WIDTH + c];
                        product += x * y;
                        own += x * x;
                        sink += y * y;
                    }
                    sum += losses.decorrelation() * product * product / (own * sink) / SEQUENCES / 2 / (LENGTH - 1);
                }
        }
        return sum;
    }

    private static Parameters backward(Transformer model, Activations a) {
        Parameters gradients = new Parameters(model.weights().layout(), model.backend());
        model.pack();
        model.forward(a, SCALE, List.of());
        model.backward(a, gradients, List.of());
        return gradients;
    }

    private static Activations activations(Transformer model, AuxiliaryLosses losses) {
        SplittableRandom random = new SplittableRandom(3);
        Activations a = model.trainingActivations(SEQUENCES, LENGTH);
        for (int s = 0; s < SEQUENCES; s++) {
            a.load(s, random.ints(LENGTH + 1, 0, VOCABULARY).toArray(), 0);
            a.leaveOut(s, LEFT_OUT);
        }
        a.add(losses);
        return a;
    }

    private static Transformer model(Backend backend, int sinkTokens) {
        ModelSpec spec = Variants.spec("mlp=gelu sinkTokens=" + sinkTokens, 3, 2, WIDTH, 9);
        Transformer model = new Transformer(spec, VOCABULARY, LENGTH, backend);
        Variants.draw(model.weights(), new SplittableRandom(11));
        model.pack();
        return model;
    }
}
