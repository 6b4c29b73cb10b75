package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.model.Intervention.ClampScore;
import backcopy.model.Intervention.ClampValue;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.OnSink;
import backcopy.model.Intervention.Quantize;
import backcopy.model.Intervention.ScaleValue;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterventionSpecTest {
    @Test
    void actsFromItsStepOn() {
        InterventionSpec spec = spec("zero-mlp", 0, -1, 10);
        assertFalse(spec.actsAt(9));
        assertTrue(spec.actsAt(10));
        assertFalse(InterventionSpec.NONE.actsAt(10));
    }

    @Test
    void everyKindButNoneGivesItsIntervention() {
        for (String kind : InterventionSpec.KINDS) {
            boolean hasHeads = !kind.equals("zero-mlp") && !kind.startsWith("quantize-");
            List<Intervention> interventions =
                    made(kind.equals("none") ? InterventionSpec.NONE : spec(kind, 0, hasHeads ? 1 : -1, 10));
            assertEquals(kind.equals("none") ? 0 : 1, interventions.size(), kind);
            for (Intervention intervention : interventions) {
                assertEquals(0, intervention.layer(), kind);
                if (intervention instanceof OnSink sink) assertEquals(1, sink.head(), kind);
            }
        }
    }

    /** With one of these a run would be trained again under another identity. */
    @ParameterizedTest
    @CsvSource({
        "none, 7, -1, 0, layer = 7",
        "none, 0, 1, 0, head = 1",
        "none, 0, -1, 5, from = 5",
        "zero-mlp, 0, 1, 0, head = 1"
    })
    void aKeyThatChangesNothingIsRefused(String kind, int layer, int head, long from, String key) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> spec(kind, layer, head, from));
        assertEquals("intervention." + key + " is no key of intervention.kind = " + kind, refusal.getMessage());
    }

    @Test
    void whatIsHeldIsTakenForEachHead() {
        assertEquals(
                List.of(new ClampValue(0, 0, 0.5), new ClampValue(0, 1, 1.5)), made(spec("clamp-value", 0, -1, 0)));
        assertEquals(
                List.of(new ScaleValue(0, 0, 0.5), new ScaleValue(0, 1, 1.5)), made(spec("reset-value", 0, -1, 0)));
        ClampScore second = assertInstanceOf(
                ClampScore.class, made(spec("clamp-score", 0, -1, 0)).get(1));
        assertEquals(HELD[(1 * 3 + 2) * 4 + 3], second.score().of(2, 3));
    }

    @Test
    void aLevelIsTakenForEveryHead() {
        assertEquals(List.of(new ClampValue(0, 0, 3), new ClampValue(0, 1, 3)), made(spec("clamp-value", 0, -1, 3.0)));
        ClampScore score = assertInstanceOf(
                ClampScore.class, made(spec("clamp-score", 1, 0, -2.0)).get(0));
        assertEquals(-2, score.score().of(2, 3));
        assertEquals(List.of(new Quantize(1, 4, true)), made(spec("quantize-token", 1, -1, 4.0)));
        assertEquals(List.of(new Quantize(1, 8, false)), made(spec("quantize-tensor", 1, -1, 0)));
    }

    @Test
    void knowsWhatIsHeld() {
        assertTrue(spec("clamp-value", 0, -1, 0).isHeld());
        assertTrue(spec("clamp-score", 0, -1, 0).isHeld());
        assertTrue(spec("reset-value", 0, -1, 3.0).isHeld());
        assertFalse(spec("clamp-value", 0, -1, 3.0).isHeld());
        assertFalse(spec("clamp-score", 0, -1, 3.0).isHeld());
        assertFalse(spec("quantize-tensor", 0, -1, 0).isHeld());
    }

    /** Two heads, three tokens, four positions; as norms or factors the first two numbers. */
    private static final double[] HELD =
            IntStream.range(0, 24).mapToDouble(i -> i + 0.5).toArray();

    private static List<Intervention> made(InterventionSpec spec) {
        return spec.interventions(token -> token == 7, HELD, 2, 4);
    }

    private static InterventionSpec spec(String kind, int layer, int head, long from) {
        return new InterventionSpec(kind, layer, head, from, OptionalDouble.empty());
    }

    private static InterventionSpec spec(String kind, int layer, int head, double level) {
        return new InterventionSpec(kind, layer, head, 0, OptionalDouble.of(level));
    }

    @Test
    void patternsPutQueriesWhereTheirNamesSay() {
        assertArrayEquals(new int[] {0, 0, 0, 0}, keys("bos-pattern"));
        assertArrayEquals(new int[] {0, 0, 1, 2}, keys("previous-pattern"));
        assertArrayEquals(new int[] {0, 0, 1, 0}, keys("clean-pattern"));
        assertArrayEquals(new int[] {-1, -1, -1, -1}, keys("zero-attention"));
    }

    /** The key that each of four queries attends to, -1 for none; the token 7 at position 2 is a trigger. */
    private static int[] keys(String kind) {
        ForcePattern force =
                assertInstanceOf(ForcePattern.class, made(spec(kind, 0, -1, 0)).get(0));
        int[] tokens = {9, 1, 7, 2};
        return IntStream.range(0, 4)
                .map(query -> IntStream.range(0, 4)
                        .filter(key -> force.forced().of(tokens[query], query, key) == 1)
                        .findFirst()
                        .orElse(-1))
                .toArray();
    }

    @Test
    void refusesAnUnknownKindByName() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> spec("zero-heads", 0, 0, 0));
        assertEquals(
                "intervention.kind = zero-heads is not one of none, zero-attention, zero-mlp, bos-pattern, "
                        + "previous-pattern, clean-pattern, clamp-value, reset-value, clamp-score, stop-value-gradient, "
                        + "stop-score-gradient, quantize-tensor, quantize-token",
                refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clamp-value | -1 | intervention.level = -1.0 is below 0",
                "reset-value | -1 | intervention.level = -1.0 is below 0",
                "quantize-token | 1 | intervention.level = 1.0 is not a whole number of bits between 2 and 16",
                "quantize-tensor | 8.5 | intervention.level = 8.5 is not a whole number of bits between 2 and 16",
                "zero-mlp | 2 | intervention.level = 2.0 is set, but intervention.kind = zero-mlp has no level",
                "stop-value-gradient | 0 | intervention.level = 0.0 is set, but intervention.kind = stop-value-gradient has no level",
            })
    void refusesALevelThatAKindCannotHave(String kind, double level, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> spec(kind, 0, -1, level))
                        .getMessage());
    }

    @Test
    void holdsScoresInLayer0Alone() {
        assertEquals(
                "intervention.layer = 1 needs an intervention.level: only in layer 0 is a score on position 0 a function of"
                        + " token and position",
                assertThrows(IllegalArgumentException.class, () -> spec("clamp-score", 1, -1, 0))
                        .getMessage());
    }

    @Test
    void refusesNegativeNumbers() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> spec("none", 0, -2, 0));
        assertEquals("intervention.head = -2 is below -1", refusal.getMessage());
    }
}
