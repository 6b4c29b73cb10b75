package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run from before {@code triad.position}, {@code triad.most} and {@code vocabulary.json}, beside one of now. */
class OldRunTest {
    @TempDir
    private Path directory;

    private Path store;

    @Test
    void whatItLacksIsAbsentEverywhere() throws IOException {
        store = directory.resolve("runs");
        Bb.train(store).assertDone();
        RunDirectory old = new RunStore(store).all().get(0);
        makeOld(old.path());
        Bb.train(store, "task.bosCount=2").assertDone();
        String id = old.identity();
        String now = new RunStore(store)
                .all().stream()
                        .map(RunDirectory::identity)
                        .filter(other -> !other.equals(id))
                        .findFirst()
                        .orElseThrow();
        Bb shown = run("show", id);
        assertTrue(shown.out().contains("triad.sink") && !shown.out().contains("triad.most"), shown.out());
        assertFalse(run("show", id, "--json").out().contains("triad.position"));
        assertTrue(run("show", now).out().contains("triad.position"));
        assertFalse(run("compare", id).out().contains("triad.position"));
        run("compare", id, now);
        run("compare", id, now, "--by", "triad.most");
        run("report", id, now);
        run("figure", "effects", "--sweep", id, now);
        for (String form : List.of("csv", "npz", "tensorboard")) run("export", id, now, "--to", form);
        assertTrue(run("rerun", id).out().contains("not recorded then: triad.most, triad.position"));
        assertTrue(run("trace", "--run", id).out().contains("triad.most"));
        assertEquals(List.of(), left(old.path()));
    }

    private static List<Path> left(Path run) throws IOException {
        try (var files = Files.list(run)) {
            return files.filter(file -> file.endsWith("vocabulary.json")).toList();
        }
    }

    private Bb run(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--store", store.toString()));
        return Bb.run(arguments.toArray(String[]::new)).assertDone();
    }

    private static void makeOld(Path run) throws IOException {
        Files.delete(run.resolve("vocabulary.json"));
        for (String name : List.of("metrics.jsonl", "run.json")) {
            String before = Files.readString(run.resolve(name));
            String after = before.replaceAll(",\\s*\"triad\\.(position|most)\"\\s*:\\s*[-+.0-9eE]+", "");
            assertTrue(after.length() < before.length(), name);
            Files.writeString(run.resolve(name), after);
        }
    }
}
