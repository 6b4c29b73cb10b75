package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.probe.Observable;
import backcopy.run.Tensor.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
    private static final RunSpec SPEC = Scale.SMOKE.spec().resolved("cpu");
    private static final String IDENTITY = RunIdentity.of(SPEC, "cpu", Map.of());
    private static final Provenance HERE = new Provenance("abc", "17", "Linux", "two cores", "cpu, float", 256);
    private static final Instant START = Instant.parse("2025-01-02T03:04:05Z");

    @TempDir
    Path directory;

    private RunStore store;
    private Path run;

    @BeforeEach
    void emptyStore() {
        store = new RunStore(directory.resolve("runs"));
        run = directory.resolve("runs").resolve(IDENTITY);
    }

    @Test
    void aFinishedRunReadsBack() throws IOException {
        try (RunWriter writer = begun()) {
            writer.record(new Measurement(0, Map.of("loss.train", 4.25)), List.of());
            writer.save(checkpoint(20), false);
            writer.save(checkpoint(40), false);
            writer.update(writer.state().at(40, 12.5, 1000).finished(Map.of("loss.train", Double.NaN)));
        }
        RunDirectory found = store.find(IDENTITY.substring(0, 4));
        assertEquals(IDENTITY, found.identity());
        assertEquals(SPEC, found.spec());
        RunState state = found.state();
        assertEquals(RunState.Status.FINISHED, state.status());
        assertEquals(40, state.steps());
        assertEquals(42, state.seed());
        assertEquals("2025-01-02T03:04:05Z", state.start());
        assertEquals(HERE, state.provenance());
        assertTrue(Double.isNaN(state.finalValues().get("loss.train")));
        assertEquals(4.25, found.measurements().get(0).numbers().get("loss.train"));
        assertEquals(List.of(40L), found.checkpoints().steps());
        assertArrayEquals(
                checkpoint(40).tensors().get("w").values(),
                found.checkpoints().read(40).tensors().get("w").values());
        assertTrue(Files.isDirectory(found.figures()));
    }

    @Test
    void aStoreThatIsNotThereHasNoRunsAndIsNotMade() {
        assertEquals(List.of(), store.all());
        assertEquals(Optional.empty(), store.lookup(IDENTITY));
        store.requireWritable();
        assertFalse(Files.exists(store.root()));
        assertEquals(
                "run abc is not in store " + store.root() + ", which has 0 runs", Refusal.of(() -> store.find("abc")));
    }

    @Test
    void aBeginningOfSeveralIdentitiesIsRefused() throws IOException {
        begun().close();
        String other = IDENTITY.substring(0, 11) + (IDENTITY.endsWith("0") ? "1" : "0");
        Files.createDirectory(store.root().resolve(other));
        assertEquals(IDENTITY, store.find(IDENTITY.substring(0, 3)).identity()); // the other was never begun
        for (String file : List.of("run.json", "config.yaml"))
            Files.copy(run.resolve(file), store.root().resolve(other).resolve(file));
        assertTrue(Refusal.of(() -> store.find(IDENTITY.substring(0, 3)))
                .endsWith(" is one of several: "
                        + String.join(", ", Stream.of(IDENTITY, other).sorted().toList())));
        assertTrue(Refusal.of(() -> store.find("")).contains("is not in store"));
        assertTrue(Refusal.of(() -> store.find(other).state())
                .endsWith("run.json is of run " + IDENTITY + ", not of " + other));
    }

    @Test
    void resumingGoesBackToTheCheckpoint() throws IOException {
        try (RunWriter writer = begun()) {
            for (long step = 0; step < 30; step += 10) record(writer, step);
            writer.save(checkpoint(20), true);
            record(writer, 30);
            writer.update(writer.state().at(30, 5, 100).interrupted());
        }
        try (RunWriter writer = open(SPEC)) {
            assertEquals(20, writer.begin().orElseThrow().step());
            assertEquals(RunState.Status.RUNNING, writer.state().status());
            assertEquals(20, writer.state().steps());
            assertEquals(5, writer.state().seconds());
            record(writer, 20);
        }
        RunDirectory found = store.find(IDENTITY);
        assertEquals(
                List.of(0L, 10L, 20L),
                found.measurements().stream().map(Measurement::step).toList());
        assertEquals(List.of(0L, 10L, 20L), found.observableSteps());
    }

    @Test
    void withoutACheckpointTheRunBeginsAnew() throws IOException {
        try (RunWriter writer = begun()) {
            record(writer, 0);
        }
        try (RunWriter writer = open(SPEC)) {
            assertTrue(writer.begin().isEmpty());
        }
        assertEquals(List.of(), store.find(IDENTITY).measurements());
        assertEquals(List.of(), store.find(IDENTITY).observableSteps());
    }

    @Test
    void whatAKillLeavesBehindIsPassedOver() throws IOException {
        Files.createDirectories(run); // killed before the first file
        assertEquals(List.of(), store.all());
        try (RunWriter writer = begun()) {
            writer.save(checkpoint(20), true);
        }
        for (String name : List.of(
                "config.yaml", "run.json", "checkpoints/step-000040.safetensors", "observables/step-000040.npz"))
            Files.writeString(WholeFile.temporary(run.resolve(name)), "half");
        Files.writeString(run.resolve("metrics.jsonl"), "{\"st");
        assertEquals(List.of(20L), store.find(IDENTITY).checkpoints().steps());
        assertEquals(SPEC, store.find(IDENTITY).spec());
        try (RunWriter writer = open(SPEC)) {
            assertEquals(20, writer.begin().orElseThrow().step());
            writer.save(checkpoint(40), true);
        }
        assertFalse(Files.exists(WholeFile.temporary(run.resolve("config.yaml"))));
        assertFalse(Files.exists(WholeFile.temporary(run.resolve("checkpoints/step-000040.safetensors"))));
    }

    @Test
    void aKillAtTheBeginningIsNoDamage() throws IOException {
        for (String missing : List.of("config.yaml", "run.json")) {
            begun().close();
            Files.delete(run.resolve(missing));
            begun().close();
            assertEquals(SPEC, store.find(IDENTITY).spec());
        }
    }

    @Test
    void aDamagedNewestCheckpointFallsBackWithANote() throws IOException {
        try (RunWriter writer = begun()) {
            writer.save(checkpoint(20), true);
            writer.save(checkpoint(40), true);
        }
        Path newest = run.resolve("checkpoints/step-000040.safetensors");
        cut(newest);
        try (RunWriter writer = open(SPEC)) {
            assertEquals(20, writer.begin().orElseThrow().step());
            String note = writer.state().notes().get(0);
            assertTrue(note.startsWith("went back to the checkpoint of step 20: " + newest), note);
        }
        assertFalse(Files.exists(newest));
    }

    /** To go back behind it, as behind a damaged one, would delete what the other version did. */
    @Test
    void aCheckpointOfAnotherSchemaIsRefusedAndKept() throws IOException {
        try (RunWriter writer = begun()) {
            writer.save(checkpoint(20), true);
        }
        Path later = run.resolve("checkpoints/step-000040.safetensors");
        String header = "{'__metadata__':{'identity':'" + IDENTITY + "','schema':'2','step':'40'},'w':{'dtype':'Q4'}} ";
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(later, bytes.putLong(text.length).put(text).array());
        String reason = later + " was written by another version: it has schema 2, and this version reads schema 1";
        assertEquals(reason, Refusal.of(() -> store.find(IDENTITY).checkpoints().read(40)));
        try (RunWriter writer = open(SPEC)) {
            assertEquals(reason, Refusal.of(writer::begin));
        }
        assertEquals(List.of(20L, 40L), store.find(IDENTITY).checkpoints().steps());
    }

    @Test
    void aFileInARunsPlaceIsRefusedByName() throws IOException {
        Files.createDirectories(store.root());
        Files.writeString(run, "foreign");
        assertEquals("run " + run + " is damaged: it is not a directory", Refusal.of(() -> open(SPEC)));
        assertEquals("foreign", Files.readString(run));
        assertEquals(List.of(), store.all());
        assertTrue(store.lookup(IDENTITY).isEmpty());
    }

    @Test
    void aRunWithoutASoundCheckpointIsRefusedAndLeftAlone() throws IOException {
        try (RunWriter writer = begun()) {
            record(writer, 0);
            writer.save(checkpoint(20), true);
            writer.update(writer.state().failed("no space"));
        }
        Path newest = run.resolve("checkpoints/step-000020.safetensors");
        cut(newest);
        String state = Files.readString(run.resolve("run.json"));
        try (RunWriter writer = open(SPEC)) {
            assertTrue(Refusal.of(writer::begin).startsWith(newest + " is not a sound safetensors file: "));
        }
        assertEquals(state, Files.readString(run.resolve("run.json")));
        assertEquals(1, store.find(IDENTITY).measurements().size());
    }

    @Test
    void anotherRunsCheckpointIsRefused() throws IOException {
        try (RunWriter writer = begun()) {
            writer.save(checkpoint(20), true);
        }
        Checkpoints checkpoints = store.find(IDENTITY).checkpoints();
        Files.copy(checkpoints.path(20), checkpoints.path(30));
        assertEquals(
                checkpoints.path(30) + " is not of run " + IDENTITY + " at step 30: its header says {identity="
                        + IDENTITY + ", step=20}",
                Refusal.of(() -> checkpoints.read(30)));
        assertTrue(Refusal.of(() -> checkpoints.read(25)).endsWith("has no checkpoint of step 25; it has 20, 30"));
    }

    @Test
    void damagedAndForeignDirectoriesAreRefusedByName() throws IOException {
        try (RunWriter writer = begun()) {
            writer.save(checkpoint(20), true);
        }
        RunDirectory found = store.find(IDENTITY);
        Path config = run.resolve("config.yaml");
        Path state = run.resolve("run.json");
        String text = Files.readString(config);

        Files.writeString(config, text.replace("width: 32", "width: 48"));
        assertEquals(
                config + " does not give the identity " + IDENTITY + " that its directory has: it was changed by hand",
                Refusal.of(found::spec));
        assertTrue(Refusal.of(() -> open(SPEC)).startsWith(config.toString()));
        Files.writeString(config, text.substring(0, text.indexOf("intervention:")));
        assertEquals(config + " lacks intervention.kind", Refusal.of(found::spec));
        Files.writeString(config, text.replace("width: 32", "width: -1"));
        assertTrue(Refusal.of(found::spec).matches(".*config.yaml line \\d+: model.width = -1 is below 1"));
        Files.writeString(config, text.replaceAll("  prefix[a-zA-Z]*: .*\n", ""));
        assertFalse(Files.readString(config).contains("prefix"));
        assertEquals(SPEC, found.spec(), "a key that came later has its default where a stored run does not know it");
        Files.writeString(config, text);
        assertEquals(SPEC, found.spec());

        String json = Files.readString(state);
        for (String damage : List.of("", "[]", "{}", "null", json.substring(0, json.length() / 2), json + "x"))
            assertTrue(Refusal.of(() -> {
                        Files.writeString(state, damage);
                        found.state();
                    })
                    .startsWith(state + " is damaged"));
        Files.delete(state);
        assertEquals(run + " is not a run: run.json is missing", Refusal.of(found::state));
        assertEquals("run " + run + " is damaged: run.json is missing", Refusal.of(() -> open(SPEC)));
    }

    @Test
    void oneWriterAtATimeWithinAProcess() throws IOException {
        RunWriter writer = begun();
        assertTrue(store.find(IDENTITY).isBeingWritten());
        for (int i = 0; i < 2; i++)
            assertEquals("run " + run + " is being written by another process", Refusal.of(() -> open(SPEC)));
        writer.close();
        assertFalse(store.find(IDENTITY).isBeingWritten());
        open(SPEC).close();
    }

    @Test
    void oneWriterAtATimeAmongProcesses() throws Exception {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        store.root().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertEquals('h', other.getInputStream().read());
            assertTrue(store.find(IDENTITY).isBeingWritten());
            assertEquals("run " + run + " is being written by another process", Refusal.of(() -> open(SPEC)));
        } finally {
            other.destroyForcibly();
            assertTrue(other.waitFor(20, TimeUnit.SECONDS));
        }
        RunDirectory found = store.find(IDENTITY);
        assertFalse(found.isBeingWritten());
        assertEquals(RunState.Status.RUNNING, found.state().status());
        open(SPEC).close();
    }

    /** Holds a run until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            RunWriter writer = new RunStore(Path.of(arguments[0])).open(SPEC, Map.of(), "", HERE, START);
            writer.begin();
            System.out.print("h");
            System.out.flush();
            Thread.sleep(60_000);
            writer.close();
        }
    }

    @Test
    void goingOnElsewhereIsNoted() throws IOException {
        begun().close();
        Provenance there = new Provenance("abc", "25", "Linux", "two cores", "cpu, float", 512);
        try (RunWriter writer = store.open(SPEC, Map.of(), "", there, Instant.EPOCH)) {
            writer.begin();
        }
        RunState state = store.find(IDENTITY).state();
        assertEquals(there, state.provenance());
        assertEquals(START.toString(), state.start());
        assertEquals(List.of("from step 0 on: java 25 instead of 17, vectorBits 512 instead of 256"), state.notes());
    }

    @Test
    void moreStepsContinueTheSameRun() throws IOException {
        begun().close();
        RunSpec longer = Keys.parse(SPEC, Map.of("train.steps", "80", "train.threads", "1"));
        try (RunWriter writer = open(longer)) {
            writer.begin();
        }
        assertEquals(longer, store.find(IDENTITY).spec());
        assertEquals(1, store.all().size());
    }

    @Test
    void aStoreThatCannotBeWrittenIsRefusedByName() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        for (Path root : List.of(file, file.resolve("runs"), file.resolve("a/b")))
            assertEquals(
                    "store " + root + " cannot be written: " + file + " is not a directory",
                    Refusal.of(() -> new RunStore(root).requireWritable()));
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(file), left.toList());
        }
    }

    @Test
    void aWriteThatFailsIsAnIOExceptionAndLeavesTheLastState() throws IOException {
        try (RunWriter writer = begun()) {
            writer.save(checkpoint(20), true);
            Path blocked = WholeFile.temporary(run.resolve("checkpoints/step-000040.safetensors"));
            Files.createDirectory(blocked);
            assertThrows(IOException.class, () -> writer.save(checkpoint(40), false));
        }
        assertEquals(List.of(20L), store.find(IDENTITY).checkpoints().steps());
    }

    /** The record is written while the run goes on: what went wrong is thrown by whatever comes next. */
    @Test
    void aRecordThatFailsIsAnIOExceptionAndComesBeforeTheCheckpoint() throws IOException {
        try (RunWriter writer = begun()) {
            record(writer, 0);
            Files.createDirectory(WholeFile.temporary(run.resolve("observables/step-000010.npz")));
            record(writer, 10);
            assertThrows(IOException.class, () -> writer.save(checkpoint(20), true));
        }
        assertEquals(List.of(), store.find(IDENTITY).checkpoints().steps());
        assertEquals(1, store.find(IDENTITY).measurements().size());
    }

    private RunWriter open(RunSpec spec) throws IOException {
        return store.open(spec, Map.of(), "", HERE, START);
    }

    private RunWriter begun() throws IOException {
        RunWriter writer = open(SPEC);
        writer.begin();
        return writer;
    }

    private static void record(RunWriter writer, long step) throws IOException {
        Observable array = Observable.of("a", List.of("x"), new int[] {1}, step);
        writer.record(new Measurement(step, Map.of("loss.train", 1.0 / (1 + step))), List.of(array));
    }

    private static Checkpoint checkpoint(long step) {
        Tensor weight = new Tensor(Precision.F32, new int[] {2}, new double[] {step, -step});
        return new Checkpoint(step, new LinkedHashMap<>(Map.of("w", weight)));
    }

    private static void cut(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
    }
}
