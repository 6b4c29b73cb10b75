package backcopy.run;

import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.TinyRuns.Death;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reduced model as a run like any other. */
class SimpleModelRunTest {
    private static final RunSpec ONE = spec("model.kind=simple", "model.width=67", "model.norm=none");
    private static final RunSpec THREE = spec("model.kind=simple-readout", "model.width=67", "model.layers=3");

    @TempDir
    private Path directory;

    @Test
    void aKilledRunGoesOnToTheSameBits() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        for (RunSpec spec : List.of(ONE, THREE)) {
            RunSpec often = Keys.parse(spec, Map.of("checkpoint.every", "3"));
            RunDirectory unbroken = runs.run("a", often);
            assertThrows(Death.class, () -> runs.runner("b", () -> false).run(often, null, Death.at(8)));
            assertSameNumbers(unbroken, runs.run("b", often));
        }
    }

    @Test
    void threadsChangeNoBit() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunSpec two = Keys.parse(THREE, Map.of("train.threads", "2"));
        RunDirectory alone = runs.run("a", THREE), together = runs.run("b", two);
        assertEquals(alone.measurements(), together.measurements());
        assertArrayEquals(
                Files.readAllBytes(alone.checkpoints().path(12)),
                Files.readAllBytes(together.checkpoints().path(12)));
    }

    @Test
    void everythingIsTrainedButTheDirection() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        Map<String, Tensor> begin = runs.run("a", Keys.parse(THREE, Map.of("train.steps", "0")))
                .checkpoints()
                .read(0)
                .tensors();
        Map<String, Tensor> end = runs.run("b", THREE).checkpoints().read(12).tensors();
        String direction = "layers.1.attention.direction";
        assertArrayEquals(begin.get(direction).values(), end.get(direction).values());
        for (String name : begin.keySet())
            if (!name.startsWith("optimizer.") && !name.equals(direction))
                assertFalse(
                        Arrays.equals(begin.get(name).values(), end.get(name).values()), name + " is not trained");
    }

    @Test
    void recordsWhatATransformerRecords() throws IOException {
        Map<String, Double> numbers =
                new TinyRuns(directory).run("a", ONE).state().finalValues();
        assertTrue(numbers.keySet()
                .containsAll(Set.of(
                        "loss.train",
                        "excess.backcopy",
                        "excess.bigram",
                        "layers.0.heads.0.attention.bos",
                        "layers.0.heads.0.score.bos",
                        "layers.0.value.norm.bos",
                        "layers.0.residual.norm.bos")));
    }

    @Test
    void takesNoIntervention() {
        assertEquals(
                "intervention.kind = zero-mlp is not done to model.kind = simple",
                Refusal.of(() -> Keys.parse(ONE, Map.of("intervention.kind", "zero-mlp"))));
    }
}
