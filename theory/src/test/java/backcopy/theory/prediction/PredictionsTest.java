package backcopy.theory.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PredictionsTest {
    /** What is said of the model and is false; these must be found to be false. */
    private static final Set<String> REFUTED =
            Set.of("joint-mean-field-growth", "sink-logit-concentration", "peak-full-speed");

    @TestFactory
    Stream<DynamicTest> eachIsFoundToBeWhatItIs() {
        return Predictions.ALL.stream()
                .map(prediction -> DynamicTest.dynamicTest(prediction.name(), () -> {
                    List<Comparison> comparisons = prediction.compare();
                    assertEquals(
                            !REFUTED.contains(prediction.name()),
                            Prediction.holds(comparisons),
                            () -> prediction.formula() + " " + comparisons);
                }));
    }

    /** By its name, or by the first part of it and an asterisk. */
    @Test
    void eachHasItsRowAmongTheEquations() throws IOException {
        String equations = Files.readString(Path.of("../docs/equations.md"));
        for (Prediction prediction : Predictions.ALL) {
            String family = prediction.name().replaceFirst("(construction|slope|value-softmax)-.*", "$1-*");
            assertTrue(
                    equations.contains("`" + prediction.name() + "`") || equations.contains("`" + family + "`"),
                    prediction.name());
        }
    }

    @Test
    void namesAreWhatAUserCanType() {
        List<String> names = Predictions.ALL.stream().map(Prediction::name).toList();
        assertEquals(names.size(), Set.copyOf(names).size());
        assertTrue(names.containsAll(REFUTED));
        for (Prediction prediction : Predictions.ALL) {
            assertTrue(prediction.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), prediction.name());
            assertFalse(prediction.formula().isBlank(), prediction.name());
            assertFalse(prediction.source().isBlank(), prediction.name());
            assertEquals(prediction, Predictions.named(prediction.name()));
        }
    }
}
