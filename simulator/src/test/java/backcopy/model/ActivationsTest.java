package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.task.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivationsTest {
    private static final int[] TOKENS = {6, 1, 2, 1, 0, 4};
    private static final int LENGTH = 5;

    @Test
    void theNamesAndTheirOrderAreFixed() {
        List<String> names = new ArrayList<>(model(List.of(1), List.of(0))
                .probedActivations(1, LENGTH)
                .named()
                .keySet());
        assertEquals(
                List.of(
                        "embedding",
                        "layers.0.attention.query",
                        "layers.0.attention.key",
                        "layers.0.attention.value",
                        "layers.0.attention.valueState",
                        "layers.0.attention.scores",
                        "layers.0.attention.pattern",
                        "layers.0.attention.mixed",
                        "layers.0.attention.output",
                        "layers.0.residual.mid",
                        "layers.0.residual.out",
                        "layers.1.residual.mid",
                        "layers.1.residual.out",
                        "logits",
                        "losses"),
                names);
    }

    @Test
    void everyNameHasAsManyNumbersAsItsAxesSay() {
        Activations a = model(List.of(), List.of()).probedActivations(2, LENGTH);
        a.named().forEach((name, named) -> {
            assertEquals(named.axes().size(), named.shape().size(), name);
            assertEquals(named.shape().stream().reduce(1, Math::multiplyExact), a.read(name).length, name);
            assertEquals(named.buffer().size(), a.read(name).length, name);
        });
    }

    @Test
    void targetsAreTheInputsOneTokenLater() {
        Activations a = model(List.of(), List.of()).probedActivations(2, LENGTH);
        a.load(1, TOKENS, 0);
        assertArrayEquals(Arrays.copyOf(TOKENS, LENGTH), Arrays.copyOfRange(a.inputs, LENGTH, 2 * LENGTH));
        assertArrayEquals(Arrays.copyOfRange(TOKENS, 1, LENGTH + 1), Arrays.copyOfRange(a.targets, LENGTH, 2 * LENGTH));
        for (int position = 0; position <= LENGTH; position++) assertEquals(TOKENS[position], a.token(1, position));
    }

    @Test
    void anUnknownNameIsRefused() {
        Activations a = model(List.of(), List.of()).probedActivations(1, LENGTH);
        var error = assertThrows(IllegalArgumentException.class, () -> a.read("layers.9.residual.out"));
        assertTrue(error.getMessage().startsWith("there is no activation layers.9.residual.out"), error.getMessage());
    }

    @Test
    void aForcedPatternReplacesThoseHeadsOnly() {
        Transformer model = model(List.of(), List.of());
        Activations free = forward(model, List.of());
        Activations forced = forward(model, List.of(new ForcePattern(1, 0, ForcedPattern.clean(token -> token == 2))));
        double[] before = free.read("layers.1.attention.pattern"), after = forced.read("layers.1.attention.pattern");
        int square = LENGTH * LENGTH;
        double[] expected = new double[square];
        for (int query = 0; query < LENGTH; query++)
            expected[query * LENGTH + (TOKENS[query] == 2 ? query - 1 : 0)] = 1;
        assertArrayEquals(expected, Arrays.copyOf(after, square));
        assertArrayEquals(
                Arrays.copyOfRange(before, square, 2 * square), Arrays.copyOfRange(after, square, 2 * square));
        assertArrayEquals(free.read("layers.0.residual.out"), forced.read("layers.0.residual.out"));
        assertFalse(Arrays.equals(free.read("logits"), forced.read("logits")));
    }

    @Test
    void withoutAttentionAndMlpABlockIsTheIdentity() {
        Transformer model = model(List.of(), List.of());
        Activations a = forward(model, List.of(new ForcePattern(0, -1, ForcedPattern.zero()), new ZeroMlp(0)));
        assertArrayEquals(a.read("embedding"), a.read("layers.0.residual.out"));
    }

    private static Activations forward(Transformer model, List<Intervention> interventions) {
        Activations a = model.probedActivations(1, LENGTH);
        a.load(0, TOKENS, 0);
        model.forward(a, 1, interventions);
        return a;
    }

    private static Transformer model(List<Integer> attentionOff, List<Integer> mlpOff) {
        ModelSpec spec = new ModelSpec(
                2, 2, 6, 8, "relu", "softmax", "learned", "layer-norm", 1e-5, "pre", attentionOff, mlpOff);
        Transformer model = new Transformer(spec, 7, LENGTH, new ReferenceBackend());
        Initialization.draw(model.weights(), new CounterRandom(5));
        model.pack();
        return model;
    }
}
