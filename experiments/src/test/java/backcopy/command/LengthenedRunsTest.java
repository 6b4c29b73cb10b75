package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.RunDirectory;
import backcopy.run.RunState;
import backcopy.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of runs that were asked for with several numbers of steps. */
class LengthenedRunsTest {
    @TempDir
    private Path directory;

    private Path store;

    @Test
    void trainPrintsTheNumbersOfTheStepThatWasAskedFor() throws IOException {
        store = directory.resolve("runs");
        String five = numbers(train("train.steps=5"));
        String twelve = numbers(train("train.steps=12"));
        Bb again = train("train.steps=5");
        assertEquals(five, numbers(again));
        assertTrue(again.out().contains("finished at step 5, "), again.out());
        assertTrue(again.err().startsWith("found finished in "), again.err());

        Bb seven = train("train.steps=7"); // never kept: replayed from step 5
        assertTrue(seven.err().startsWith("steps 5 to 7, in "), seven.err());
        assertTrue(
                seven.out().contains("note: step 7 was replayed from step 5, when the run was at step 12"),
                seven.out());
        assertEquals(numbers(train("train.steps=7")), numbers(seven));
        store = directory.resolve("other");
        assertEquals(numbers(train("train.steps=7")), numbers(seven));
        store = directory.resolve("runs");
        assertEquals(twelve, numbers(train("train.steps=12")));
        assertEquals(List.of(5L, 7L, 12L), run().finishedAt());
        assertEquals(List.of(5L, 7L, 12L), run().checkpoints().kept());

        String name = run().identity() + "@5";
        assertEquals(
                five, numbers(Bb.run("show", name, "--out", store.toString()).assertDone()));
        assertTrue(Bb.run("show", run().identity() + "@6", "--out", store.toString())
                .refusal()
                .endsWith(" was not finished at step 6 yet; it was at 5, 7, 12, and train.steps=6 makes it so"));
    }

    @Test
    void aSweepThatSharesARunLeavesItsCheckpoints() throws IOException {
        store = directory.resolve("runs");
        train("train.steps=8", "checkpoint.every=2");
        Bb.sweep(store, "--name", "longer", "train.seed=1,42", "train.steps=12").assertDone();
        Bb.sweep(store, "--name", "shorter", "train.seed=1,42", "train.steps=3").assertDone();
        RunDirectory run = new RunStore(store)
                .all().stream()
                        .filter(each -> each.spec().train().seed() == 42)
                        .findFirst()
                        .orElseThrow();
        assertEquals(List.of(2L, 3L, 4L, 6L, 8L, 12L), run.checkpoints().kept());
        assertEquals(List.of(3L, 8L, 12L), run.finishedAt());
        assertEquals(12, run.state().steps());
        Bb status =
                Bb.run("sweep", "status", "shorter", "--out", store.toString()).assertDone();
        assertTrue(status.out().contains("2 cells, 2 finished"), status.out());
    }

    @Test
    void aRunThatGoesOnFromAStepHasNoFewerSteps() throws IOException {
        store = directory.resolve("runs");
        train("train.steps=4");
        String from = "train.from=" + run().identity() + "@4";
        train("train.steps=9", from);
        Bb wrong = Bb.train(store, "train.steps=3", from);
        assertEquals("train.steps = 3 is below the step of " + from.replace("=", " = "), wrong.refusal());
        assertTrue(train("train.steps=6", from).out().contains("finished at step 6, "));
    }

    @Test
    void stepsAtALearningRateOfZeroAreRefused() throws IOException {
        store = directory.resolve("runs");
        train("train.steps=5", "optimizer.schedule=cosine");
        String config = run().path().resolve("config.yaml").toString();
        String refusal =
                "optimizer.horizon = 5 is over at step 5, where these steps begin: the learning rate is 0 from there to"
                        + " train.steps = 9, and nothing would be trained";
        List<String> before = Bb.listing(store);
        String from = "train.from=" + run().identity() + "@5";
        for (List<String> keys : List.of(
                List.of("train", "--config", config, "train.steps=9"),
                List.of("train", "--config", config, from, "train.steps=9"),
                List.of("train", from, "train.steps=9"),
                List.of("sweep", from, "train.steps=9", "train.seed=1..2"))) {
            List<String> words = new ArrayList<>(keys);
            words.addAll(List.of("--out", store.toString()));
            String said = Bb.run(words.toArray(String[]::new)).refusal();
            assertTrue(said.startsWith(refusal), said);
        }
        assertEquals(before, Bb.listing(store));
        train("train.steps=9", "optimizer.schedule=cosine", from, "optimizer.horizon=9");
    }

    @Test
    void anExperimentIsFoundAgainAfterOneOfItsRunsWasLengthened() throws IOException {
        store = directory.resolve("runs");
        reproduce();
        Map<String, String> before = tables();
        RunDirectory run = new RunStore(store).all().get(0);
        long steps = run.state().steps();
        Bb.run(
                        "train",
                        "--config",
                        run.path().resolve("config.yaml").toString(),
                        "train.steps=" + (steps + 7),
                        "--out",
                        store.toString())
                .assertDone();
        assertEquals(steps + 7, run.state().steps());
        Bb again = reproduce();
        assertFalse(again.err().contains("step "), again.err());
        assertEquals(before, tables());
    }

    @Test
    void aFirstLookLeavesAStoppedRunAsItIs() throws IOException {
        store = directory.resolve("runs");
        reproduce("--seeds", "1", "--steps", "15");
        RunDirectory run = new RunStore(store).all().get(0);
        Path state = run.path().resolve("run.json");
        Files.writeString(state, Files.readString(state).replace("\"finished\"", "\"interrupted\""));
        RunState before = run.state();
        Bb look = reproduce("--seeds", "1", "--steps", "10");
        assertFalse(look.err().contains("goes on from"), look.err());
        assertEquals(before, run.state());
        assertTrue(run.isFinishedAt(10));
        for (String line :
                Files.readAllLines(store.resolve("experiments/active-dormant-smoke-first-look/verdicts.csv")))
            assertFalse(line.contains("step 15"), line);
    }

    @Test
    void doctorTellsWhatTheStoreTakes() {
        store = directory.resolve("runs");
        train("train.steps=4", "checkpoint.every=2");
        String said = Bb.run("doctor", "--out", store.toString()).assertDone().out();
        assertTrue(
                said.matches("(?s).*store +" + store
                        + ": 1 run, 0\\.[0-9] MiB; checkpoints that are kept: 2, 0\\.[0-9] MiB; that automatic saving"
                        + " replaces: 0, 0\\.0 MiB.*"),
                said);
    }

    private Bb train(String... keys) {
        return Bb.train(store, keys).assertDone();
    }

    private RunDirectory run() {
        List<RunDirectory> runs = new RunStore(store).all();
        assertEquals(1, runs.size());
        return runs.get(0);
    }

    /** The lines with a run's final numbers. */
    private static String numbers(Bb bb) {
        List<String> lines = bb.out()
                .lines()
                .filter(line -> line.matches("  [a-zA-Z0-9.]+ +-?[0-9.e+-]+|  [a-zA-Z0-9.]+ +NaN"))
                .toList();
        assertTrue(lines.size() > 5, bb.out());
        return String.join("\n", lines);
    }

    private Bb reproduce(String... options) {
        List<String> words = new ArrayList<>(List.of("reproduce", "--scale", "smoke", "--out", store.toString()));
        words.addAll(List.of(options));
        words.add("active-dormant");
        return Bb.run(words.toArray(String[]::new)).assertDone();
    }

    /** Every table that the experiment wrote. */
    private Map<String, String> tables() throws IOException {
        Map<String, String> tables = new TreeMap<>();
        try (Stream<Path> files = Files.walk(store.resolve("experiments"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".csv")).toList())
                tables.put(store.relativize(file).toString(), Files.readString(file));
        }
        assertTrue(tables.size() > 1, tables.toString());
        return tables;
    }
}
