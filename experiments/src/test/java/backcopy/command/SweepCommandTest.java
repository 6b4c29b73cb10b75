package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import backcopy.sweep.Sweep;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {
    /** One cell of these diverges. */
    private static final String[] ONE_FAILS = {
        "--name", "rates", "optimizer.name=sgd", "model.norm=none", "optimizer.learningRate=0.01,1e6,0.02"
    };

    @TempDir
    private Path directory;

    private Path store;

    @BeforeEach
    void emptyStore() {
        store = directory.resolve("runs");
    }

    @Test
    void aNewValueAddsOnlyItsCells() throws IOException {
        Bb two = Bb.sweep(store, "--name", "grid", "train.seed=1,2").assertDone();
        assertEquals("sweep grid: 2 cells, 2 finished\n", two.out());
        assertEquals(2, lines(two.err(), " took ").size(), two.err());
        Bb again = Bb.sweep(store, "--name", "grid", "train.seed=1,2").assertDone();
        assertEquals(
                List.of("sweep grid: 2 cells, 2 finished"), again.err().lines().toList());
        Bb more = Bb.sweep(store, "--name", "grid", "train.seed=1..3", "model.attention=softmax,relu")
                .assertDone();
        assertEquals("sweep grid: 6 cells, 6 finished\n", more.out());
        assertEquals(4, lines(more.err(), " took ").size(), more.err());
        assertTrue(more.err().contains("sweep grid has 6 cells now, and had 2"), more.err());
        assertEquals(6, runs().size());
        assertEquals(
                "sweep grid: 6 cells, 6 finished\n",
                Bb.run("sweep", "grid", "--out", store.toString()).out());
    }

    @Test
    void aFileAsksAndTheCommandLineGoesOverIt() throws IOException {
        Path file = Files.writeString(directory.resolve("sweep.yaml"), """
                name: filed
                keys: {train.seed: 1..9, model.width: 8, model.mlpWidth: 8, model.heads: [1, 2]}
                zip: [[model.width, model.mlpWidth]]
                sample: 4
                """);
        Bb printed = Bb.sweep(
                        store,
                        "--config",
                        file.toString(),
                        "--seed",
                        "3",
                        "model.width=8,16",
                        "model.mlpWidth=8,16",
                        "--print")
                .assertDone();
        assertTrue(printed.err().contains("sweep filed: 4 cells, 4 waiting"), printed.err());
        for (String line : printed.out().lines().toList())
            assertTrue(line.matches(".*model.width=(8|16) model.mlpWidth=\\1 .*"), line);
        assertEquals(4, new HashSet<>(printed.out().lines().toList()).size());
    }

    @Test
    void aSweepOfOneCellIsTheRunThatTrainMakes() throws IOException {
        Bb.train(store, "model.attentionOff=0", "model.layers=2").assertDone();
        Bb swept = Bb.sweep(store, "model.attentionOff=0", "model.layers=2").assertDone();
        assertTrue(swept.out().endsWith(": 1 cell, 1 finished\n"), swept.out());
        assertEquals(1, runs().size());
    }

    @Test
    void jobsAtATimeGiveTheSameBits() throws IOException {
        Bb.sweep(store, "--name", "one", "train.seed=1..4", "train.backend=cpu").assertDone();
        Path other = directory.resolve("other");
        Bb.sweep(other, "--name", "one", "train.seed=1..4", "train.backend=cpu", "--jobs", "2", "--threads", "2")
                .assertDone();
        for (RunDirectory run : runs()) {
            Path twin = other.resolve(run.identity());
            for (String file : List.of("metrics.jsonl", "checkpoints/step-000006.safetensors"))
                assertEquals(-1, Files.mismatch(run.path().resolve(file), twin.resolve(file)), file);
        }
    }

    @Test
    void aCellThatFailsIsRecordedAndTriedAgainOnlyWhenAsked() throws IOException {
        Bb first = Bb.sweep(store, ONE_FAILS);
        assertEquals(1, first.code());
        List<String> out = first.out().lines().toList();
        assertEquals("sweep rates: 3 cells, 2 finished, 1 failed", out.get(0));
        assertTrue(
                out.get(1).matches("  run [0-9a-f]{12} failed.*learningRate=1000000\\): .* is not finite.*"),
                out.get(1));
        assertTrue(first.err().contains("bb sweep rates --out " + store + " --retry failed tries again"), first.err());
        Bb second = Bb.run("sweep", "rates", "--out", store.toString());
        assertEquals(1, second.code());
        assertEquals(0, lines(second.err(), "rates: run ").size(), second.err());
        assertEquals(first.out(), second.out());
        Bb third = Bb.run("sweep", "rates", "--out", store.toString(), "--retry", "failed");
        assertEquals(1, third.code());
        assertEquals(1, lines(third.err(), "rates: run ").size(), third.err());
    }

    @Test
    void aDamagedRunFailsAloneAndIsDoneOnceItIsRepaired() throws IOException {
        Bb.sweep(store, "--name", "four", "train.seed=1..4").assertDone();
        List<RunDirectory> runs = runs();
        Path state = runs.get(0).path().resolve("run.json"),
                foreign = runs.get(1).path();
        byte[] whole = Files.readAllBytes(state);
        Files.write(state, new byte[0]);
        Path away = Files.move(foreign, directory.resolve("away"));
        Files.writeString(foreign, "a foreign file");
        Bb damaged = Bb.sweep(store, "--name", "four", "train.seed=1..5");
        assertEquals(1, damaged.code(), damaged.err());
        assertTrue(damaged.out().startsWith("sweep four: 5 cells, 3 finished, 2 failed"), damaged.out());
        assertTrue(damaged.out().contains(state + " is damaged"), damaged.out());
        assertTrue(damaged.out().contains("run " + foreign + " is damaged: it is not a directory"), damaged.out());
        Files.write(state, whole);
        Files.delete(foreign);
        Files.move(away, foreign);
        Bb.run("sweep", "four", "--out", store.toString()).assertDone();
    }

    @Test
    void anEmptiedRunDirectoryBeginsAnew() throws IOException {
        Bb.sweep(store, "--name", "two", "train.seed=1,2").assertDone();
        Path run = runs().get(0).path();
        Path checkpoint = run.resolve("checkpoints/step-000006.safetensors");
        byte[] before = Files.readAllBytes(checkpoint);
        try (var files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) Files.delete(file);
        }
        Bb again = Bb.run("sweep", "two", "--out", store.toString()).assertDone();
        assertEquals(1, lines(again.err(), " took ").size(), again.err());
        assertEquals(-1, Files.mismatch(checkpoint, Files.write(directory.resolve("before"), before)));
    }

    @Test
    void shardsAreEveryCellOnce() throws IOException {
        Set<String> all = new HashSet<>();
        int sum = 0;
        for (String shard : List.of("0/3", "1/3", "2/3")) {
            List<String> printed = Bb.sweep(store, "train.seed=1..7", "--print", "--shard", shard)
                    .assertDone()
                    .out()
                    .lines()
                    .map(line -> line.substring(0, 12))
                    .toList();
            sum += printed.size();
            all.addAll(printed);
        }
        assertEquals(7, sum);
        assertEquals(7, all.size());
        assertFalse(Files.exists(store), "--print writes nothing");
        Bb.sweep(store, "--name", "seven", "train.seed=1..7", "--shard", "1/3").assertDone();
        assertEquals(2, runs().size());
        String only = all.iterator().next();
        Bb.run("sweep", "seven", "--out", store.toString(), "--only", only).assertDone();
        assertTrue(Files.exists(store.resolve(only)));
        Bb status = Bb.run("sweep", "status", "--out", store.toString()).assertDone();
        assertTrue(status.out().matches("sweep seven: 7 cells, [23] finished, [45] waiting\n"), status.out());
    }

    @Test
    void printedLinesAreWhatTrainTakes() throws IOException {
        Bb printed = Bb.sweep(store, "train.seed=3", "model.attention=softmax,relu", "--print")
                .assertDone();
        List<String> lines = printed.out().lines().toList();
        assertEquals(2, lines.size());
        assertTrue(
                printed.err().contains("the rest takes about ")
                        || printed.err().contains("how long it takes is not known now: others use this machine"),
                printed.err());
        List<String> words = new ArrayList<>(List.of(lines.get(1).split(" +")));
        assertEquals("waiting", words.get(1));
        assertTrue(words.contains("model.attention=relu"), lines.get(1));
        List<String> train = new ArrayList<>(List.of("train", "--out", store.toString()));
        train.addAll(words.subList(2, words.size()));
        Bb.run(train.toArray(String[]::new)).assertDone();
        assertEquals(words.get(0), runs().get(0).identity());
    }

    @Test
    void aRunThatAnotherWritesIsLeftToItAndLookedAtAgain() throws Exception {
        Bb.sweep(store, "--name", "busy", "train.seed=1..3", "train.steps=5").assertDone();
        String first = runs().get(0).identity();
        Path lock = store.resolve(first).resolve(".lock");
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            other.lock();
            Thread release = new Thread(() -> closeOnce(other));
            release.start();
            Bb longer = Bb.sweep(store, "--name", "busy", "train.seed=1..3", "train.steps=9")
                    .assertDone();
            release.join();
            List<String> took = lines(longer.err(), " took ");
            assertEquals(3, took.size(), longer.err());
            assertTrue(took.get(2).contains(first), longer.err());
        }
    }

    /** As soon as all runs but one are done. */
    private void closeOnce(FileChannel other) {
        try {
            while (runs().stream().filter(run -> run.state().steps() < 9).count() > 1) Thread.sleep(20);
            other.close();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void statusForPeopleAndForPrograms() throws IOException {
        Bb.sweep(store, ONE_FAILS);
        Bb status =
                Bb.run("sweep", "status", "rates", "--out", store.toString()).assertDone();
        List<String> lines = status.out().lines().toList();
        assertEquals("sweep rates: 3 cells, 2 finished, 1 failed", lines.get(0));
        assertEquals(2, lines.size());
        JsonNode json = new ObjectMapper()
                .readTree(Bb.run("sweep", "status", "rates", "--json", "--out", store.toString())
                        .assertDone()
                        .out());
        assertEquals(2, json.get("finished").intValue());
        assertEquals(3, json.get("cells").size());
        Set<String> states = new TreeSet<>();
        for (JsonNode cell : json.get("cells")) states.add(cell.get("state").textValue());
        assertEquals(Set.of("failed", "finished"), states);
        assertEquals(
                "1000000",
                json.get("cells")
                        .get(1)
                        .get("keys")
                        .get("optimizer.learningRate")
                        .textValue());
    }

    @Test
    void whatIsWrongIsRefusedAndNothingIsWritten() {
        assertRefused("--jobs = 0 is below 1", "--jobs", "0");
        assertRefused("--jobs = 3 is above the number of threads, 2", "--jobs", "3", "--threads", "2");
        assertRefused(
                "--jobs = 2 with train.threads = 2 needs more than 3 threads",
                "--jobs",
                "2",
                "--threads",
                "3",
                "train.threads=2");
        assertRefused("--shard = 2/2: the first number is not below the second", "--shard", "2/2");
        assertRefused("--shard = x is not of the form 0/4", "--shard", "x");
        assertRefused("--retry = all is not failed", "--retry", "all");
        assertRefused("--engine = cloud is not one of local, slurm", "--engine", "cloud");
        assertRefused(
                "--partition, --time, --memory, --gpus, --cpus, --cells-per-task and --sbatch need --engine slurm",
                "--partition",
                "debug");
        assertRefused(
                "zip = model.width,train.seed: model.width has 1 values, train.seed has 2",
                "--zip",
                "model.width,train.seed");
        assertEquals(
                "a sweep needs keys, a name or --config",
                Bb.run("sweep", "--out", store.toString()).refusal());
        assertEquals(
                "sweep none is not in store " + store + ", which has none",
                Bb.run("sweep", "none", "--out", store.toString()).refusal());
    }

    private void assertRefused(String message, String... more) {
        List<String> all = new ArrayList<>(List.of("train.seed=1,2"));
        all.addAll(List.of(more));
        assertEquals(message, Bb.sweep(store, all.toArray(String[]::new)).refusal());
        assertFalse(Files.exists(store));
    }

    private List<RunDirectory> runs() {
        return new RunStore(store).all();
    }

    private static List<String> lines(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).toList();
    }

    /** Each key's values are its own: these two had one name, and the second took the first one's place. */
    @Test
    void sweepsOfOtherValuesHaveOtherNames() throws IOException {
        Bb.sweep(store, "train.seed=1,21").assertDone();
        Bb.sweep(store, "train.seed=2,11").assertDone();
        assertEquals(2, Sweep.names(new RunStore(store)).size());
        Bb.sweep(store, "train.seed=2,11").assertDone();
        assertEquals(2, Sweep.names(new RunStore(store)).size());
    }

    @Test
    void theRunThatCellsGoOnFromIsKeptByItsWholeIdentity() throws IOException {
        Bb.train(store, "train.seed=7").assertDone();
        String parent = new RunStore(store).all().get(0).identity();
        String from = "train.from=" + parent.substring(0, 3) + "@6";
        Bb.sweep(store, "--name", "on", from, "train.steps=8", "optimizer.weightDecay=0,0.1")
                .assertDone();
        String file = Files.readString(store.resolve("sweeps/on/sweep.yaml"));
        assertTrue(file.contains(parent + "@6"), file);
        assertFalse(file.contains("\"" + parent.substring(0, 3) + "@6\""), file);
        Bb.train(store, from, "train.steps=9").assertDone();
        for (RunDirectory run : new RunStore(store).all())
            if (!run.identity().equals(parent))
                assertEquals(parent + "@6", run.spec().train().from());
    }

    @Test
    void aDamagedSweepDoesNotHideTheOthers() throws IOException {
        Bb.sweep(store, "--name", "good", "train.seed=1,2").assertDone();
        Files.createDirectories(store.resolve("sweeps/bad"));
        Path bad = Files.writeString(store.resolve("sweeps/bad/sweep.yaml"), "keys: [");
        Bb all = Bb.run("sweep", "status", "--out", store.toString()).assertDone();
        assertTrue(all.out().contains("sweep bad: " + bad + " line "), all.out());
        assertTrue(all.out().lines().anyMatch(line -> line.contains("good")), all.out());
        String json = Bb.run("sweep", "status", "--json", "--out", store.toString())
                .assertDone()
                .out();
        assertTrue(json.contains("\"damage\"") && json.contains("good"), json);
    }

    @Test
    void aSweepIsNotCalledLikeAnExperimentAndOneThatIsCanBeReported() throws IOException {
        assertEquals(
                "--name = sink-emergence is the name of an experiment",
                Bb.sweep(store, "--name", "sink-emergence", "train.seed=1,2").refusal());
        Bb.sweep(store, "--name", "mine", "train.seed=1,2").assertDone();
        Path old = store.resolve("sweeps/mine/sweep.yaml");
        Files.createDirectories(store.resolve("sweeps/sink-emergence"));
        Files.writeString(
                store.resolve("sweeps/sink-emergence/sweep.yaml"),
                Files.readString(old).replace("\"mine\"", "\"sink-emergence\""));
        Bb compared = Bb.run("compare", "sweeps/sink-emergence", "--out", store.toString())
                .assertDone();
        for (RunDirectory run : new RunStore(store).all())
            assertTrue(compared.out().contains(run.identity()), compared.out());
    }

    @Test
    void aFileWithACommaInItsNameIsOneValue() throws IOException {
        Path corpus = Files.writeString(store.resolveSibling("a,b.txt"), "to be or not to be");
        Bb.sweep(store, "--name", "commas", "task.corpus=" + corpus, "task.triggers=1", "train.seed=1,2")
                .assertDone();
        assertEquals(2, new RunStore(store).all().size());
        Bb.run("sweep", "commas", "--out", store.toString()).assertDone();
        assertEquals(2, new RunStore(store).all().size());
    }
}
