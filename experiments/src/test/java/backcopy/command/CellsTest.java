package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of a sweep is of the cells that it asked for, whatever became of their runs since. */
class CellsTest {
    @TempDir
    private Path directory;

    private Bb run(Path store, String... words) {
        Stream<String> place = Stream.of("--store", store.toString());
        return Bb.run(Stream.concat(Stream.of(words), place).toArray(String[]::new));
    }

    /** Every figure, table, report and export of a sweep, by name. */
    private Map<String, byte[]> everything(Path store, String sweep) throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        for (String figure : List.of("effects", "phase"))
            run(store, "figure", figure, "--sweep", sweep).assertDone();
        run(store, "report", sweep).assertDone();
        for (String form : List.of("csv", "npz", "tensorboard"))
            run(store, "export", sweep, "--to", form).assertDone();
        for (String made : List.of("figures", "reports", "exports"))
            try (Stream<Path> files = Files.walk(store.resolve(made))) {
                for (Path file : files.filter(Files::isRegularFile).toList())
                    all.put(store.relativize(file).toString(), Files.readAllBytes(file));
            }
        for (List<String> words : List.of(
                List.of("compare", sweep),
                List.of("compare", sweep, "--json"),
                List.of("compare", sweep, "--by", "loss.train"))) {
            String shown = run(store, words.toArray(String[]::new)).assertDone().out();
            all.put(String.join(" ", words), shown.getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }

    private static void assertSame(Map<String, byte[]> before, Map<String, byte[]> after) {
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }

    private static List<String> sets(Path store, String sweep) throws IOException {
        return Table.read(store.resolve("figures/" + sweep + "/effect-sizes.csv"))
                .where("signature", "sink")
                .texts("sets");
    }

    @Test
    void nothingOfASweepChangesWhenItsRunsAreLengthened() throws IOException {
        Path store = directory.resolve("runs");
        String[] keys = {"model.attention=softmax,relu", "model.layers=1,2", "train.seed=1..2"};
        sweep(store, "eff", 7, keys).assertDone();
        Map<String, byte[]> before = everything(store, "eff");
        sweep(store, "longer", 15, "model.attention=softmax,relu", "train.seed=2")
                .assertDone();
        Bb.train(store, "train.seed=1", "train.steps=11", "checkpoint.every=2").assertDone();
        assertSame(before, everything(store, "eff"));
        assertEquals(List.of("4 of 4", "4 of 4"), sets(store, "eff"));
        Table runs = Table.read(store.resolve("exports/eff/runs.csv"));
        assertEquals(List.of("7"), runs.texts("step").stream().distinct().toList());
        assertEquals(
                List.of("finished"), runs.texts("status").stream().distinct().toList());
        assertEquals(List.of("7"), runs.texts("train.steps").stream().distinct().toList());
        // Both sweeps at once: a run that both have is there as each asked for it.
        List<String> both = run(store, "compare", "eff", "longer")
                .assertDone()
                .out()
                .lines()
                .toList();
        assertEquals(1 + 8 + 2, both.size());
        assertEquals(
                2,
                both.stream().filter(line -> line.matches("[0-9a-f]{12}@15 .*")).count());
        run(store, "export", "eff", "longer", "--to", "npz").assertDone();
        try (Stream<Path> files = Files.list(store.resolve("exports/eff"))) {
            assertEquals(
                    8 + 4, // those of before, and of two runs one for each of their steps
                    files.filter(file -> file.toString().endsWith(".npz")).count());
        }
    }

    @Test
    void aLongerRunOfBeforeIsReadAsOfTheCellsStep() throws IOException {
        Path longer = directory.resolve("longer"), fresh = directory.resolve("fresh");
        for (Path store : List.of(longer, fresh)) {
            if (store == longer)
                for (int seed = 1; seed <= 2; seed++)
                    Bb.train(store, "train.seed=" + seed, "train.steps=12").assertDone();
            sweep(store, "eff", 7, "model.attention=softmax,relu", "train.seed=1..2")
                    .assertDone();
            run(store, "figure", "effects", "--sweep", "eff").assertDone();
            run(store, "export", "eff", "--to", "csv").assertDone();
            assertEquals(List.of("2 of 2"), sets(store, "eff"));
        }
        for (String file : List.of(
                "figures/eff/effect-sizes.csv",
                "figures/eff/effects.svg",
                "exports/eff/runs.csv",
                "exports/eff/metrics.csv"))
            assertEquals(Files.readString(fresh.resolve(file)), Files.readString(longer.resolve(file)), file);
    }

    @Test
    void cellsThatGoOnFromARunKeepTheirStepsWhenItIsLengthened() throws IOException {
        Path store = directory.resolve("runs");
        Bb.train(store, "train.steps=9", "checkpoint.every=3").assertDone();
        String parent = new RunStore(store).all().get(0).identity();
        String[] sweep = {
            "sweep",
            "--name",
            "on",
            "train.from=" + parent + "@3",
            "model.attention=softmax",
            "intervention.kind=none,bos-pattern"
        };
        run(store, sweep).assertDone();
        run(store, "export", "on", "--to", "csv").assertDone();
        String before = Files.readString(store.resolve("exports/on/runs.csv"));
        Bb.train(store, "train.steps=14").assertDone();
        run(store, "sweep", "on").assertDone();
        run(store, "export", "on", "--to", "csv").assertDone();
        assertEquals(before, Files.readString(store.resolve("exports/on/runs.csv")));
        assertEquals(
                List.of("9"),
                Table.read(store.resolve("exports/on/runs.csv")).texts("step").stream()
                        .distinct()
                        .toList());
    }

    @Test
    void aSweepsFileOfBeforeCellsHadStepsStillReads() throws IOException {
        Path store = directory.resolve("runs"), file = store.resolve("sweeps/eff/sweep.yaml");
        sweep(store, "eff", 7, "model.attention=softmax,relu").assertDone();
        String text = Files.readString(file);
        assertEquals(
                2, text.lines().filter(line -> line.contains("\"steps\":7")).count(), text);
        String before = run(store, "compare", "eff").assertDone().out();
        Files.writeString(file, text.replace("\"steps\":7,", ""));
        assertEquals(before, run(store, "compare", "eff").assertDone().out());
    }

    @Test
    void runsThatFailedAreInNoEffectAndCounted() throws IOException {
        Path store = directory.resolve("runs");
        Bb swept = sweep(
                store,
                "rates",
                20,
                "optimizer.name=sgd",
                "optimizer.learningRate=0.03,1e6",
                "model.norm=none",
                "train.seed=1..3");
        assertEquals(1, swept.code(), swept.err());
        String note = "3 of 6 runs are not finished (3 failed)";
        Bb effects = run(store, "figure", "effects", "--sweep", "rates").assertDone();
        assertTrue(effects.err().contains(note), effects.err());
        assertEquals(List.of("0 of 3"), sets(store, "rates"));
        Table means = Table.read(store.resolve("figures/rates/effects.csv")).where("panel", "sink");
        assertEquals(List.of("0", "3"), means.texts("unfinished"));
        assertTrue(Double.isNaN(means.numbers("mean")[1]));
        assertTrue(Files.readString(store.resolve("figures/rates/effects.svg")).length() > 0);
        Bb compared = run(store, "compare", "rates").assertDone();
        assertTrue(compared.err().contains(note), compared.err());
        assertEquals(7, compared.out().lines().count());
        assertTrue(
                run(store, "export", "rates", "--to", "csv").assertDone().err().contains(note));
        run(store, "report", "rates").assertDone();
        String html = Files.readString(store.resolve("reports/rates.html"));
        assertTrue(html.contains("Left out: " + note + "."));
        assertTrue(
                Pattern.compile("\"condition\":\"learningRate=[^\"]* \\(failed\\)\"")
                        .matcher(html)
                        .find(),
                "a condition of its own");
    }

    /** A run as of a step can be named by itself. */
    @Test
    void aRunIsNamedAsOfAStep() {
        Path store = directory.resolve("runs");
        Bb.train(store, "train.steps=5").assertDone();
        Bb.train(store, "train.steps=9").assertDone();
        String run = new RunStore(store)
                .all().stream().map(RunDirectory::identity).findFirst().orElseThrow();
        List<String> lines = run(store, "compare", run.substring(0, 5) + "@5", run)
                .assertDone()
                .out()
                .lines()
                .toList();
        assertEquals(3, lines.size());
        assertTrue(Arrays.stream(new String[] {"@5 ", "@9 "})
                .allMatch(step -> lines.stream().anyMatch(line -> line.startsWith(run + step))));
        String refusal = run(store, "compare", run + "@7").refusal();
        assertTrue(refusal.contains("was not finished at step 7"), refusal);
    }

    private static Bb sweep(Path store, String name, int steps, String... keys) {
        Stream<String> words = Stream.of("--name", name, "train.steps=" + steps);
        return Bb.sweep(store, Stream.concat(words, Stream.of(keys)).toArray(String[]::new));
    }
}
