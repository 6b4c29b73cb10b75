package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Golden;
import backcopy.Tolerances;
import backcopy.backend.Backend;
import backcopy.backend.EveryBackend;
import backcopy.model.Activations.Named;
import backcopy.model.ParameterLayout.Entry;
import backcopy.optim.AdamW;
import backcopy.optim.Optimizer;
import backcopy.optim.Sgd;
import backcopy.run.Tensor;
import backcopy.train.Crew;
import backcopy.train.Trainer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole transformer, forward, backward and updates, against PyTorch's numbers, on every backend. */
class GoldenTest {
    /** The cases, and how far PyTorch's own float32 is off in their activations and gradients, as the README has it. */
    private static final String CASES = """
            single-head,    2e-7, 4e-7
            three-heads,    3e-7, 6e-7
            relu-attention, 4e-7, 6e-7
            parts-off,      2e-7, 6e-7
            no-norm,        2e-6, 8e-7
            saturated,      4e-6, 9e-6
            """;

    /** How far PyTorch's float32 ends from the traces, as the README has it. */
    private static final double UPDATES = 3e-7;

    @ParameterizedTest
    @CsvSource(textBlock = CASES)
    void activationsAndGradientsArePyTorchs(String name, double activations, double gradients) {
        Golden golden = Golden.of(name);
        for (Backend backend : EveryBackend.ALL) {
            Pass pass = new Pass(golden, backend, 0, golden.sequences());
            Set<String> compared = new TreeSet<>(Set.of("tokens", "loss"));
            assertClose(
                    backend, "loss", golden.values("loss"), new double[] {pass.loss}, tolerance(backend, activations));
            for (String activation : pass.activations.named().keySet())
                if (!activation.equals("embedding") && !activation.endsWith(".mixed")) { // parts of what is compared
                    assertClose(
                            backend,
                            activation,
                            inMemory(
                                    golden.tensors().get(activation),
                                    pass.activations.named().get(activation)),
                            pass.activations.read(activation),
                            tolerance(backend, activations));
                    compared.add(activation);
                }
            for (Entry weight : pass.gradients.layout().entries()) {
                double[] expected = golden.values("grad." + weight.name());
                double[] actual = pass.gradients.read(weight.name());
                assertTrue(IntStream.range(0, expected.length).anyMatch(i -> expected[i] != 0), weight.name());
                assertClose(backend, "grad." + weight.name(), expected, actual, tolerance(backend, gradients));
                for (int i = 0; i < expected.length; i++)
                    if (expected[i] == 0) assertEquals(0, actual[i], weight.name());
                compared.addAll(Set.of(weight.name(), "grad." + weight.name()));
            }
            assertEquals(new TreeSet<>(golden.tensors().keySet()), compared);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = CASES)
    void aSliceOfSequencesIsItsSequencesOneByOne(String name, double activations, double gradients) {
        Golden golden = Golden.of(name);
        for (Backend backend : EveryBackend.ALL) {
            Pass together = new Pass(golden, backend, 0, golden.sequences());
            Parameters sum = new Parameters(together.gradients.layout(), backend);
            for (int s = 0; s < golden.sequences(); s++) {
                Pass alone = new Pass(golden, backend, s, 1);
                backend.add(alone.gradients.flat(), sum.flat());
                for (String activation : alone.activations.named().keySet()) {
                    double[] one = alone.activations.read(activation), all = together.activations.read(activation);
                    int from = s * one.length;
                    double[] part = IntStream.range(from, from + one.length)
                            .mapToDouble(i -> all[i])
                            .toArray();
                    assertArrayEquals(one, part, backend.description() + ": " + activation);
                }
            }
            for (Entry weight : sum.layout().entries())
                assertClose(
                        backend,
                        weight.name(),
                        sum.read(weight.name()),
                        together.gradients.read(weight.name()),
                        tolerance(backend, gradients));
        }
    }

    @ParameterizedTest
    @CsvSource({"three-heads-adamw", "three-heads-sgd"})
    void fiveUpdatesArePyTorchs(String name) {
        Golden golden = Golden.of("three-heads"), trace = Golden.of(name);
        Optimizer optimizer = name.endsWith("sgd") ? sgd(trace) : adamw(trace);
        int steps = (int) trace.setting("steps"), row = golden.length() + 1;
        for (Backend backend : EveryBackend.ALL) {
            Transformer model = golden.model(backend);
            try (Crew crew = new Crew(2)) {
                Trainer trainer = new Trainer(
                        model,
                        optimizer,
                        (step, r, target) -> System.arraycopy(golden.tokens(), r * row, target, 0, row),
                        golden.sequences(),
                        golden.length(),
                        crew);
                for (int step = 0; step <= steps; step++) {
                    double loss = step < steps ? trainer.step(step, List.of()) : trainer.gradient(step, List.of());
                    assertClose(
                            backend,
                            "loss." + step,
                            trace.values("loss." + step),
                            new double[] {loss},
                            tolerance(backend, UPDATES));
                }
            }
            for (Entry weight : model.weights().layout().entries())
                assertClose(
                        backend,
                        weight.name(),
                        trace.values("after." + weight.name()),
                        model.weights().read(weight.name()),
                        tolerance(backend, UPDATES));
        }
    }

    /** Forward and backward on some of a case's sequences; the loss is the mean over all of them. */
    private static final class Pass {
        final Activations activations;
        final Parameters gradients;
        final double loss;

        Pass(Golden golden, Backend backend, int from, int sequences) {
            Transformer model = golden.model(backend);
            activations = model.trainingActivations(sequences, golden.length());
            for (int s = 0; s < sequences; s++)
                activations.load(s, golden.tokens(), (from + s) * (golden.length() + 1));
            double predictions = golden.sequences() * golden.length();
            gradients = new Parameters(model.weights().layout(), backend);
            model.forward(activations, 1 / predictions, List.of());
            model.backward(activations, gradients, List.of());
            loss = activations.summedLoss() / predictions;
        }
    }

    /** A golden array in the order of the activation: heads side by side where the file has them apart. */
    private static double[] inMemory(Tensor golden, Named activation) {
        int[] shape = golden.shape();
        if (!activation.axes().contains("width") || shape.length == 3) return golden.values();
        int heads = shape[1], length = shape[2], headWidth = shape[3], to = 0;
        double[] joined = new double[golden.values().length];
        for (int s = 0; s < shape[0]; s++)
            for (int t = 0; t < length; t++)
                for (int h = 0; h < heads; h++, to += headWidth)
                    System.arraycopy(
                            golden.values(), ((s * heads + h) * length + t) * headWidth, joined, to, headWidth);
        return joined;
    }

    private static double tolerance(Backend backend, double float32) {
        return backend.bytesPerNumber() == Double.BYTES ? Tolerances.DOUBLE_PASS : Tolerances.FLOATS_APART * float32;
    }

    private static void assertClose(
            Backend backend, String what, double[] expected, double[] actual, double tolerance) {
        double error = Tolerances.relativeError(expected, actual);
        assertTrue(error <= tolerance, backend.description() + ": " + what + " differs by " + error);
    }

    private static Optimizer adamw(Golden trace) {
        return new AdamW(
                trace.setting("learningRate"),
                trace.setting("beta1"),
                trace.setting("beta2"),
                trace.setting("epsilon"),
                trace.setting("weightDecay"));
    }

    private static Optimizer sgd(Golden trace) {
        return new Sgd(trace.setting("learningRate"), trace.setting("momentum"), trace.setting("weightDecay"));
    }
}
