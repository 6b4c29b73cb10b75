package backcopy.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Backends;
import backcopy.run.Keys;
import backcopy.run.Provenance;
import backcopy.run.RunIdentity;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
    @TempDir
    private Path directory;

    private RunStore store;

    @BeforeEach
    void emptyStore() {
        store = new RunStore(directory.resolve("runs"));
    }

    @Test
    void aCellIsTheRunThatTheSameKeysTrain() throws IOException {
        Sweep sweep = plan("keys: {optimizer.name: 'adamw,sgd', train.seed: 1..2, train.steps: 50}\nscale: smoke");
        assertEquals(4, sweep.cells().size());
        Cell last = sweep.cells().get(3);
        assertEquals(Map.of("optimizer.name", "sgd", "train.seed", "2"), last.values());
        assertEquals(
                RunIdentity.of(Keys.parse(
                        Scale.SMOKE.spec(), Map.of("optimizer.name", "sgd", "train.seed", "2", "train.steps", "50"))),
                last.run());
        assertEquals(0.03, last.spec().optimizer().learningRate(), "another optimizer brings its own defaults");
        assertFalse(Files.exists(store.root()), "planning writes nothing");
    }

    @Test
    void whatIsWrittenReadsBack() throws IOException {
        Sweep sweep = plan("""
                name: back
                scale: smoke
                keys:
                  model:
                    layers: 3
                    attentionOff: [[], [0], [0, 2]]
                    width: [8, 16]
                    mlpWidth: [16, 32]
                  optimizer.learningRate: log:1e-3..1e-2:2
                zip: [[model.width, model.mlpWidth]]
                sample: 7
                seed: 3
                """);
        sweep.write(store);
        Sweep read = Sweep.read(store, "back");
        assertEquals(sweep, read);
        assertEquals(List.of("back"), Sweep.names(store));
        assertEquals(7, read.cells().size());
        assertEquals(
                List.of("model.attentionOff", "model.width, model.mlpWidth", "optimizer.learningRate"),
                read.factors().stream().map(Factor::name).toList());
        assertEquals(List.of("", "0", "0,2"), read.factors().get(0).levels());
        assertEquals(List.of("8, 16", "16, 32"), read.factors().get(1).levels());
        assertEquals(List.of("0.001", "0.01"), read.factors().get(2).levels());
        assertEquals(Map.of("model.layers", "3", "train.backend", Backends.resolve("auto")), read.fixed());
        assertEquals("8, 16", read.factors().get(1).level(read.cells().get(0)));
        Path file = store.root().resolve("sweeps/back/sweep.yaml");
        assertEquals(sweep, Sweep.plan(SweepFile.read(file).spec(), store, runner()), "the file asks for itself");
    }

    @Test
    void defaultsAreNamedInTheFile() throws IOException {
        Sweep sweep = plan("keys: {train.seed: 1..2}");
        assertEquals("laptop", sweep.spec().scale());
        assertEquals(List.of(Backends.resolve("auto")), sweep.spec().keys().get("train.backend"));
        assertEquals(plan("keys: {train.seed: 1..2}\nscale: laptop").cells(), sweep.cells());
    }

    @Test
    void anotherSpellingIsTheSameCell() throws IOException {
        Cell typed = plan("keys: {optimizer.learningRate: [1e-3, 2e-3], train.seed: 1}")
                .cells()
                .get(0);
        assertEquals("0.001", typed.values().get("optimizer.learningRate"));
        assertEquals(
                typed.run(),
                plan("keys: {optimizer.learningRate: [0.001, 5e-3], train.seed: 1}")
                        .cells()
                        .get(0)
                        .run());
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingIsWritten() throws IOException {
        assertEquals(
                "model.width = 64 is not a multiple of model.heads = 3 (in the cell model.heads=3)",
                refusal(() -> plan("keys: {model.heads: [1, 3]}")));
        assertEquals(
                "the cells train.steps=10 and train.steps=20 are one run: what sets them apart does not decide its"
                        + " numbers",
                refusal(() -> plan("keys: {train.steps: [10, 20]}")));
        assertTrue(refusal(() -> plan("keys: {model.witdh: 8}")).startsWith("model.witdh is not a key"));
        Path file = directory.resolve("sweep.yaml");
        assertEquals(
                file + ": kesy is not one of name, scale, keys, zip, sample, seed", refusal(() -> plan("kesy: 1")));
        assertEquals(file + ": sample = x is not a whole number", refusal(() -> plan("sample: x")));
        assertTrue(refusal(() -> plan("keys: [")).startsWith(file + " line 1: is not YAML"));
        assertEquals(
                "sweep none is not in store " + store.root() + ", which has none",
                refusal(() -> Sweep.read(store, "none")));
        assertFalse(Files.exists(store.root()));
    }

    @Test
    void aSweepFileThatIsCutIsRefusedByName() throws IOException {
        plan("name: cut\nkeys: {train.seed: 1..3}").write(store);
        Path file = store.root().resolve("sweeps/cut/sweep.yaml");
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.indexOf("cells:")));
        assertEquals(file + " has no cells", refusal(() -> Sweep.read(store, "cut")));
        Files.writeString(file, text.substring(0, text.length() - 9));
        assertTrue(refusal(() -> Sweep.read(store, "cut")).startsWith(file + " line "));
    }

    private Sweep plan(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("sweep.yaml"), yaml);
        return Sweep.plan(SweepFile.read(file).spec(), store, runner());
    }

    private Runner runner() {
        return new Runner(store, new Provenance("abc", "17", "Linux", "two cores", "", 0), () -> false);
    }

    private static String refusal(Executable request) {
        String message = assertThrows(IllegalArgumentException.class, request).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }
}
