package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunIdentityTest {
    private static final RunSpec SPEC = ChangedKeys.SPEC;
    private static final String IDENTITY = RunIdentity.of(SPEC, "cpu", Map.of());

    @Test
    void everyKeyEntersButTheThreeThatChangeNoNumber() {
        Set<String> free = Set.of("train.threads", "train.steps", "checkpoint.every");
        Set<String> seen = new HashSet<>(Set.of(IDENTITY));
        ChangedKeys.each((key, changed, value) -> {
            Map<String, String> contents = new HashMap<>();
            if (RunIdentity.BY_CONTENT.contains(key)) contents.put(key, "content of " + key);
            String backend = key.equals("train.backend") ? value : key.equals("train.precision") ? "cuda" : "cpu";
            String identity = RunIdentity.of(changed, backend, contents);
            if (free.contains(key)) assertEquals(IDENTITY, identity, key);
            else assertTrue(seen.add(identity), key);
        });
        assertTrue(seen.size() > 25);
    }

    @Test
    void isTwelveHexadecimalDigitsOfLinesThatNoJavaPrintsOtherwise() {
        assertTrue(RunIdentity.ID.matcher(IDENTITY).matches(), IDENTITY);
        String lines = RunIdentity.canonical(Scale.PAPER.spec(), "cpu", Map.of());
        assertTrue(lines.contains("\noptimizer.epsilon=1e-8\noptimizer.learningRate=3e-4\n"), lines);
        assertTrue(lines.contains("\nnumerics=" + RunIdentity.NUMERICS + "\n"), lines);
    }

    /** What a run of this spec was called before there were relatives of the task. */
    @Test
    void aKeyThatCameLaterDoesNotRenameRunsThatHadNoChoice() {
        String before = RunIdentity.canonical(Scale.LAPTOP.spec(), "cpu", Map.of());
        assertTrue(before.contains("\ntask.bosCount=1\ntask.corpus=tiny-shakespeare\ntask.name="), before);
        assertTrue(!before.contains("record.updates"), before);
        RunSpec dosed = Keys.parse(Scale.LAPTOP.spec(), Map.of("task.backcopyProbability", "0.5"));
        assertTrue(RunIdentity.canonical(dosed, "cpu", Map.of())
                .startsWith(before.split("task.bosCount")[0] + "task.backcopyProbability=0.5\ntask.bosCount=1"));
        assertTrue(before.contains("\ntask.name=bigram-backcopy\ntask.sequenceLength=64\n"), before);
    }

    @Test
    void anotherPrecisionIsAnotherRunOfTheSameDevice() {
        RunSpec rounded = Keys.parse(SPEC, Map.of("train.precision", "tf32"));
        assertNotEquals(RunIdentity.of(SPEC, "cuda", Map.of()), RunIdentity.of(rounded, "cuda", Map.of()));
        assertThrows(IllegalArgumentException.class, () -> RunIdentity.of(rounded, "cpu", Map.of()));
    }

    @Test
    void anotherTaskIsAnotherRun() {
        Set<String> seen = new HashSet<>();
        for (TaskKind kind : TaskKind.values()) {
            RunSpec spec = Keys.parse(SPEC, Map.of("task.name", kind.toString()));
            assertTrue(seen.add(RunIdentity.of(spec, "cpu", Map.of())), kind.toString());
        }
        RunSpec other = Keys.parse(SPEC, Map.of("task.corpus", "gaussian-chain"));
        assertTrue(seen.add(RunIdentity.of(other, "cpu", Map.of())), "a built-in table enters by its name");
    }

    @Test
    void autoEntersAsWhatItCameTo() {
        RunSpec cpu = Keys.parse(SPEC, Map.of("train.backend", "cpu"));
        assertEquals(IDENTITY, RunIdentity.of(cpu, "cpu", Map.of()));
        assertNotEquals(IDENTITY, RunIdentity.of(SPEC, "reference", Map.of()));
    }

    @Test
    void refusesABackendThatIsNotResolved() {
        assertEquals(
                "train.backend = auto has not been resolved", Refusal.of(() -> RunIdentity.of(SPEC, "auto", Map.of())));
    }

    @Test
    void aDefaultEntersAsWhatItStandsFor() {
        RunSpec explicit = Keys.parse(SPEC, Map.of("evaluation.sequences", "64"));
        assertNotEquals(SPEC, explicit);
        assertEquals(IDENTITY, RunIdentity.of(explicit, "cpu", Map.of()));
    }

    @Test
    void filesEnterByContentAndNotByName(@TempDir Path directory) throws IOException {
        Path first = Files.writeString(directory.resolve("first.csv"), "1,2,3\n");
        Path same = Files.writeString(directory.resolve("same.csv"), "1,2,3\n");
        Path other = Files.writeString(directory.resolve("other.csv"), "1,2,4\n");
        assertEquals(withTokens(first), withTokens(same));
        assertNotEquals(withTokens(first), withTokens(other));
        assertEquals(
                "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
                RunIdentity.contentOf(Files.writeString(directory.resolve("a"), "a")));
    }

    @Test
    void initialWeightsEnterThoughTheyAreNoKey() {
        assertNotEquals(IDENTITY, RunIdentity.of(SPEC, "cpu", Map.of("init", "abc")));
    }

    @Test
    void isKnownBeforeTheRunAndBeforeItsParent(@TempDir Path directory) throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunSpec parent = TinyRuns.spec("checkpoint.every=4");
        RunSpec child = TinyRuns.spec("train.from=" + RunIdentity.of(parent) + "@8");
        String known = RunIdentity.of(child);
        assertTrue(runs.runner("a", () -> false).finished(child, null).isEmpty());
        assertEquals(RunIdentity.of(parent), runs.run("a", parent).identity());
        assertEquals(known, runs.run("a", child).identity());
        assertEquals(
                "task.corpus = other.txt has no content",
                Refusal.of(() -> RunIdentity.of(TinyRuns.spec("task.corpus=other.txt"))));
    }

    @Test
    void refusesAFileWithoutContentAndAContentThatIsNone() {
        for (String key : List.of("train.from", "evaluation.tokens", "task.corpus")) {
            RunSpec spec = Keys.parse(SPEC, Map.of(key, "abc@5"));
            assertEquals(key + " = abc@5 has no content", Refusal.of(() -> RunIdentity.of(spec, "cpu", Map.of())));
        }
        assertEquals(
                "model.width does not enter by content",
                Refusal.of(() -> RunIdentity.of(SPEC, "cpu", Map.of("model.width", "x"))));
    }

    @Test
    void refusesAFileThatCannotBeRead(@TempDir Path directory) {
        assertTrue(Refusal.of(() -> RunIdentity.contentOf(directory.resolve("none")))
                .contains("none cannot be read"));
    }

    private static String withTokens(Path file) {
        RunSpec spec = Keys.parse(SPEC, Map.of("evaluation.tokens", file.toString()));
        return RunIdentity.of(spec, "cpu", Map.of("evaluation.tokens", RunIdentity.contentOf(file)));
    }
}
