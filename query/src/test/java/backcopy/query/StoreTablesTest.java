package backcopy.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import backcopy.run.Keys;
import backcopy.run.Progress;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTablesTest {
    @TempDir
    private Path directory;

    private RunStore store;

    @BeforeEach
    void train() throws Exception {
        store = new RunStore(directory.resolve("it's a store"));
        for (List<String> keys : List.of(List.of("train.seed=1"), List.of("optimizer.name=sgd", "train.seed=2")))
            train(keys);
    }

    private void train(List<String> keys) throws Exception {
        new Runner(store, Provenance.here("unknown"), () -> false)
                .run(
                        Keys.parse(
                                Keys.parse(
                                        Scale.SMOKE.spec(),
                                        Keys.overrides(List.of(
                                                "model.width=8",
                                                "model.mlpWidth=8",
                                                "task.sequenceLength=8",
                                                "train.batchSize=4",
                                                "train.backend=reference",
                                                "train.steps=6"))),
                                Keys.overrides(keys)),
                        null,
                        Progress.SILENT);
    }

    private Answer ask(String sql) throws Exception {
        try (StoreTables tables = new StoreTables(store.all(), System.err)) {
            return Answer.of(tables.database(), sql);
        }
    }

    @Test
    void aRunsLastRecordStandsBesideItsKeys() throws Exception {
        Answer answer = ask(
                "SELECT run, step, \"train.seed\", \"optimizer.beta1\", \"loss.evaluation\" FROM finals ORDER BY \"train.seed\"");
        assertEquals(2, answer.rows().size());
        for (int r = 0; r < 2; r++) {
            List<Object> row = answer.rows().get(r);
            RunDirectory run = store.find((String) row.get(0));
            assertEquals(6L, row.get(1));
            assertEquals(r + 1L, row.get(2));
            assertEquals(r == 0 ? 0.9 : null, row.get(3), "sgd has no beta1");
            assertEquals(run.state().finalValues().get("loss.evaluation"), row.get(4));
        }
    }

    @Test
    void everyRecordIsARow() throws Exception {
        long records =
                store.all().stream().mapToLong(run -> run.measurements().size()).sum();
        assertEquals(records, ask("SELECT count(*) FROM metrics").rows().get(0).get(0));
    }

    @Test
    void aTornLineIsPassedOverAndADamagedRunIsNamed() throws Exception {
        List<RunDirectory> runs = store.all();
        Files.writeString(runs.get(0).path().resolve("metrics.jsonl"), "{\"step\": 7, \"lo", StandardOpenOption.APPEND);
        Files.writeString(runs.get(1).path().resolve("run.json"), "{");
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        try (StoreTables tables = new StoreTables(store.all(), new PrintStream(notes))) {
            assertEquals(
                    (long) runs.get(0).measurements().size(),
                    Answer.of(tables.database(), "SELECT count(*) FROM metrics")
                            .rows()
                            .get(0)
                            .get(0));
        }
        assertEquals(true, notes.toString().contains(runs.get(1).identity()), notes.toString());
    }

    @Test
    void parquetHoldsTheSameRows() throws Exception {
        try (StoreTables tables = new StoreTables(store.all(), System.err)) {
            QueryMain.parquet(tables, directory);
            String count = "SELECT count(*), sum(\"loss.train\") FROM ";
            assertEquals(
                    Answer.of(tables.database(), count + "metrics").rows(),
                    Answer.of(tables.database(), count + "'" + directory.resolve("metrics.parquet") + "'")
                            .rows());
        }
    }

    @Test
    void aWrongQueryIsRefused() {
        assertThrows(SQLException.class, () -> ask("SELECT nothing FROM runs"));
    }

    /** One of the two runs is lengthened: the Parquet files of its cell stay as they were, byte for byte. */
    @Test
    void parquetOfACellStaysWhatItWas() throws Exception {
        byte[][] before = parquetOfCells("before");
        RunSpec first = store.all().get(0).spec();
        new Runner(store, Provenance.here("unknown"), () -> false)
                .run(Keys.parse(first, Keys.overrides(List.of("train.steps=9"))), null, Progress.SILENT);
        byte[][] after = parquetOfCells("after");
        assertArrayEquals(before[0], after[0], "runs");
        assertArrayEquals(before[1], after[1], "metrics");
    }

    private byte[][] parquetOfCells(String name) throws Exception {
        List<String> words = store.all().stream()
                .flatMap(run -> Stream.of(run.identity(), "6"))
                .toList();
        Path target = Files.createDirectories(directory.resolve(name));
        try (StoreTables tables = new StoreTables(QueryMain.asked(store, words), System.err)) {
            QueryMain.parquet(tables, target);
        }
        return new byte[][] {
            Files.readAllBytes(target.resolve("runs.parquet")), Files.readAllBytes(target.resolve("metrics.parquet"))
        };
    }

    @Test
    void finalsAreOfFinishedRuns() throws Exception {
        RunSpec first = store.all().get(0).spec();
        int[] steps = {0};
        new Runner(store, Provenance.here("unknown"), () -> ++steps[0] > 3)
                .run(Keys.parse(first, Keys.overrides(List.of("train.seed=7"))), null, Progress.SILENT);
        assertEquals(3, store.all().size());
        try (StoreTables tables = new StoreTables(store.all(), System.err)) {
            Answer finals = Answer.of(tables.database(), "SELECT status, step FROM finals");
            assertEquals(List.of(List.of("finished", 6L), List.of("finished", 6L)), finals.rows());
            assertEquals("finals leaves out 1 run that is not finished (1 interrupted)", tables.leftOut());
            assertEquals(
                    3L,
                    Answer.of(tables.database(), "SELECT count(*) FROM runs")
                            .rows()
                            .get(0)
                            .get(0));
        }
    }

    /** The first portion lacks what SGD's run records, and the whole store was refused. */
    @Test
    void aLaterPortionMayHaveNumbersOfItsOwn() throws Exception {
        List<RunDirectory> runs = store.all();
        Path metrics = runs.get(1).path().resolve("metrics.jsonl");
        Files.writeString(metrics, Files.readString(metrics).replace("{\"step\"", "{\"own.number\":1.5,\"step\""));
        Stream<Supplier<StoredRun>> each = runs.stream().map(run -> () -> StoredRun.now(run));
        try (StoreTables tables = new StoreTables(each, System.err, 1)) {
            List<List<Object>> rows = Answer.of(
                            tables.database(),
                            "SELECT run, max(\"own.number\"), count(*) FROM metrics GROUP BY run ORDER BY run")
                    .rows();
            assertEquals(
                    Arrays.asList(runs.get(0).identity(), null), rows.get(0).subList(0, 2));
            assertEquals(List.of(runs.get(1).identity(), 1.5), rows.get(1).subList(0, 2));
        }
    }

    @Test
    void aNameOfDigitsIsATextAndLargeSeedsStayApart() throws Exception {
        for (String name : List.of("1.2.3", "12"))
            assertEquals("VARCHAR", StoreTables.type("task.corpus", List.of(Map.of("task.corpus", name))));
        assertEquals("VARCHAR", StoreTables.type("a.key", List.of(Map.of("a.key", "1.2.3"))));
        for (String seed : List.of("9007199254740992", "9007199254740993")) train(List.of("train.seed=" + seed));
        assertEquals(
                List.of(List.of(9007199254740992L), List.of(9007199254740993L)),
                ask("SELECT DISTINCT \"train.seed\" FROM runs WHERE \"train.seed\" > 2 ORDER BY 1")
                        .rows());
    }
}
