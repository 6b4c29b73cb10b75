package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.Experiments;
import backcopy.experiment.TheoryFigures;
import backcopy.figure.Figures;
import backcopy.report.SweepFigures;
import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import backcopy.run.Safetensors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every verb once, as a user calls it. */
class VerbsTest {
    @TempDir
    private Path directory;

    private Path store;

    @BeforeEach
    void emptyStore() {
        store = directory.resolve("runs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reproduce",
                "train",
                "sweep",
                "trace",
                "probe",
                "show",
                "compare",
                "report",
                "export",
                "query",
                "list",
                "figure",
                "theory",
                "rerun",
                "bench",
                "doctor",
                "completion"
            })
    void helpHasAnExample(String verb) {
        Bb help = Bb.run(verb, "--help").assertDone();
        assertTrue(help.out().contains("Example: bb " + verb), help.out());
        assertEquals("", help.err());
        assertTrue(Bb.run("--help").out().contains(verb));
    }

    @Test
    void everyVerbIsAmongThoseTested() {
        assertEquals(17, Main.commandLine(new Interrupt()).getSubcommands().size());
    }

    @Test
    void trainTellsPlaceAndTimeFirstAndTheNumbersLast() throws IOException {
        Bb trained = Bb.train(store).assertDone();
        Path run = onlyRun().path();
        List<String> progress = trained.err().lines().toList();
        assertEquals("6 steps, in " + run, progress.get(0));
        assertTrue(progress.get(1).startsWith("this takes "), progress.get(1));
        assertTrue(progress.get(2).startsWith("step 6 of 6, "), progress.get(2));
        assertTrue(trained.out().startsWith("run " + onlyRun().identity() + ": finished at step 6, "), trained.out());
        assertTrue(trained.out().contains("excess.backcopy"), trained.out());
    }

    @Test
    void trainFindsAFinishedRunByKeysAndByConfig() throws IOException {
        Bb.train(store).assertDone();
        Path run = onlyRun().path();
        String found = "found finished in " + run;
        assertEquals(found, Bb.train(store).assertDone().err().strip());
        Path config = run.resolve("config.yaml");
        Bb byConfig = Bb.run("train", "--config", config.toString(), "--out", store.toString())
                .assertDone();
        assertEquals(found, byConfig.err().strip());
        onlyRun();
    }

    @Test
    void aLossThatIsNotFiniteIsOneLineAndCode1() throws IOException {
        Bb failed = Bb.train(store, "optimizer.name=sgd", "optimizer.learningRate=1e6", "model.norm=none");
        assertEquals(1, failed.code());
        List<String> lines =
                failed.err().lines().filter(line -> line.startsWith("bb: ")).toList();
        assertEquals(1, lines.size(), failed.err());
        assertTrue(lines.get(0).contains("is not finite"), lines.get(0));
        Bb shown =
                Bb.run("show", onlyRun().identity(), "--out", store.toString()).assertDone();
        assertTrue(shown.out().contains("failed at step "), shown.out());
        assertTrue(shown.out().contains("failed: " + lines.get(0).substring(4)), shown.out());
    }

    @Test
    void showNamesEveryRunAndKeepsGoingPastADamagedOne() throws IOException {
        Bb.train(store).assertDone();
        RunDirectory first = onlyRun();
        Bb.train(store, "train.seed=1").assertDone();
        Bb all = Bb.run("show", "--out", store.toString()).assertDone();
        assertEquals(2, all.out().lines().count());
        Files.writeString(first.path().resolve("run.json"), "{");
        Bb damaged = Bb.run("show", "--out", store.toString()).assertDone();
        assertEquals(2, damaged.out().lines().count(), damaged.out());
        assertTrue(
                damaged.out()
                        .contains(
                                "run " + first.identity() + ": " + first.path().resolve("run.json") + " is damaged"),
                damaged.out());
    }

    /** Of a branch that has another attention kind, say. */
    @Test
    void aRunThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        Bb.train(store).assertDone();
        String good = onlyRun().identity();
        Bb.train(store, "train.seed=1").assertDone();
        RunDirectory foreign = new RunStore(store)
                .all().stream()
                        .filter(run -> !run.identity().equals(good))
                        .findFirst()
                        .orElseThrow();
        Path config = foreign.path().resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("attention: softmax", "attention: cosine"));
        Bb.run("show", good, "--out", store.toString()).assertDone();
        Bb compared = Bb.run("compare", good, foreign.identity(), "--out", store.toString())
                .assertDone();
        assertTrue(compared.out().contains(good), compared.out());
        String told = compared.out() + compared.err();
        assertTrue(
                told.contains("left out: " + config) && told.contains("model.attention = cosine is not one of"), told);
        Bb.run("report", good, foreign.identity(), "--store", store.toString()).assertDone();
        Bb.run("export", good, foreign.identity(), "--to", "csv", "--store", store.toString())
                .assertDone();
        assertTrue(Bb.run("compare", foreign.identity(), "--out", store.toString())
                .refusal()
                .startsWith(config.toString()));
    }

    @Test
    void aRunOfOtherNumericsIsReadAndLabelled() throws IOException {
        Bb.train(store).assertDone();
        RunDirectory run = onlyRun();
        Path state = run.path().resolve("run.json");
        Files.writeString(state, Files.readString(state).replaceFirst("\"numerics\" : [0-9]+", "\"numerics\" : 1"));
        for (String verb : List.of("show", "compare")) {
            Bb shown = Bb.run(verb, run.identity(), "--out", store.toString()).assertDone();
            assertTrue((shown.out() + shown.err()).contains("numerics 1, where this program's are "), shown.out());
        }
        Path page = directory.resolve("report.html");
        Bb.run("report", run.identity(), "--store", store.toString(), "--out", page.toString())
                .assertDone();
        assertTrue(Files.readString(page).contains("of other numerics"));
    }

    @Test
    void aRunThatAnotherProcessWritesIsNoWrongRequest() throws IOException {
        Bb.train(store).assertDone();
        try (FileChannel other = FileChannel.open(
                onlyRun().path().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            other.lock();
            Bb busy = Bb.train(store, "train.steps=8");
            assertEquals(1, busy.code(), busy.err());
            assertTrue(busy.err().contains("is being written by another process"), busy.err());
        }
    }

    @Test
    void aRerunRemovesWhatAKilledOneLeft() throws IOException {
        Bb.train(store).assertDone();
        Path left =
                Files.createDirectories(store.resolve(".rerun-123/" + onlyRun().identity()));
        Files.writeString(left.resolve("run.json"), "{");
        Bb.run("rerun", onlyRun().identity(), "--out", store.toString()).assertDone();
        try (Stream<Path> entries = Files.list(store)) {
            assertEquals(
                    List.of(onlyRun().path()),
                    entries.filter(entry -> !entry.endsWith("sweeps")).toList());
        }
    }

    @Test
    void showTellsKeysAndValues() throws IOException {
        Bb.train(store).assertDone();
        Bb shown = Bb.run("show", onlyRun().identity().substring(0, 5), "--out", store.toString())
                .assertDone();
        for (String part : List.of("finished at step 6", "loss.evaluation", "model.width=8", "checkpoints at [6]"))
            assertTrue(shown.out().contains(part), shown.out());
        assertEquals(
                shown.out(),
                Bb.run("show", onlyRun().path().toString()).assertDone().out());
        assertEquals(
                "run none is not in store " + store + ", which has 1 run",
                Bb.run("show", "none", "--out", store.toString()).refusal());
    }

    @Test
    void rerunSaysTheSameBitsOrWhere() throws IOException {
        Bb.train(store).assertDone();
        RunDirectory run = onlyRun();
        Bb same = Bb.run("rerun", run.identity(), "--out", store.toString()).assertDone();
        assertTrue(same.out().startsWith("the same bits: "), same.out());
        Path metrics = run.path().resolve("metrics.jsonl");
        String text = Files.readString(metrics);
        Files.writeString(metrics, text.replaceFirst("\"loss.train\":[0-9.]+", "\"loss.train\":9"));
        Bb different = Bb.run("rerun", run.identity(), "--out", store.toString());
        assertEquals(1, different.code());
        assertTrue(different.out().startsWith("record of step 0, loss.train: 9.0 before, "), different.out());
    }

    @Test
    void listNamesExperimentsFiguresAndKeys() {
        String list = Bb.run("list").assertDone().out();
        for (String name : List.of("sink-emergence", "softmax", "adamw", "pattern-snapshot", "evaluation.tokens"))
            assertTrue(list.contains("  " + name + " "), name);
        assertFalse(list.contains("|  |"), list);
    }

    @Test
    void programsReadOneObject() throws IOException {
        Bb.train(store).assertDone();
        String identity = onlyRun().identity();
        JsonNode run = json("show", identity, "--out", store.toString());
        assertEquals("finished", run.get("status").textValue());
        assertEquals("8", run.get("spec").get("model.width").textValue());
        assertTrue(run.get("final").get("loss.evaluation").isNumber());
        assertEquals(6, run.get("checkpoints").get(0).intValue());
        Files.writeString(onlyRun().path().resolve("run.json"), "{");
        JsonNode all = json("show", "--out", store.toString()).get("runs");
        assertEquals(identity, all.get(0).get("run").textValue());
        assertTrue(all.get(0).get("damage").textValue().contains("run.json is damaged"));
        JsonNode list = json("list");
        assertTrue(list.get("attention kinds").has("relu"), list.toString());
        assertTrue(list.get("backends").has("cpu"), list.toString());
        assertEquals("42", list.get("keys").get("train.seed").textValue());
        JsonNode doctor = json("doctor");
        assertTrue(doctor.get("java").textValue().contains(Runtime.version().toString()));
        assertTrue(doctor.get("notes").isArray());
    }

    private static JsonNode json(String... words) throws IOException {
        String[] arguments = Arrays.copyOf(words, words.length + 1);
        arguments[words.length] = "--json";
        String out = Bb.run(arguments).assertDone().out();
        assertEquals(1, out.lines().count(), out);
        return new ObjectMapper().readTree(out);
    }

    @Test
    void doctorSaysWhyABackendIsNotUsed() {
        String found = Bb.run("doctor").assertDone().out();
        assertTrue(found.contains(Runtime.version().toString()), found);
        assertTrue(found.contains("backend cuda       not used: "), found);
    }

    @Test
    void figuresNeedTheirRuns() throws IOException {
        for (var figure : Figures.ALL) {
            if (TheoryFigures.names().contains(figure.name())) continue;
            if (SweepFigures.names().contains(figure.name())) continue;
            String drawnBy = Experiments.ALL.stream()
                    .filter(experiment -> experiment.figures().contains(figure.name()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no experiment draws " + figure.name()))
                    .name();
            assertEquals(
                    "figure " + figure.name() + " at scale smoke needs a run that is not in store " + store
                            + "; bb reproduce --scale smoke " + drawnBy + " makes it",
                    Bb.run("figure", figure.name(), "--scale", "smoke", "--out", store.toString())
                            .refusal());
        }
        assertTrue(
                Bb.run("figure", "fig-99", "--out", store.toString()).refusal().contains("fig-99"));
        assertFalse(Files.exists(store));
    }

    @Test
    void reproduceRefusesAnUnknownName() {
        assertTrue(Bb.run("reproduce", "fig-99", "--out", store.toString())
                .refusal()
                .startsWith("experiment fig-99 is not one of "));
    }

    @Test
    void traceObservesUpdatesAndExports() throws IOException {
        Bb.train(store).assertDone();
        String weights = onlyRun().checkpoints().path(6).toString();
        String tokens = Files.writeString(directory.resolve("tokens.csv"), "65,1,2,3\n65,4,5,6\n")
                .toString();
        Path arrays = directory.resolve("arrays.safetensors");
        Bb observed = Bb.run(
                        "trace",
                        "--weights",
                        weights,
                        "--tokens",
                        tokens,
                        "--export",
                        "loss,grad,logits,layers.0.attention.pattern",
                        "--out",
                        arrays.toString())
                .assertDone();
        JsonNode numbers = new ObjectMapper().readTree(observed.out());
        assertEquals(1, observed.out().lines().count());
        Safetensors exported = Safetensors.read(arrays);
        assertEquals(
                numbers.get("loss.evaluation").doubleValue(),
                exported.tensors().get("loss").values()[0],
                1e-5);
        assertArrayEquals(
                new int[] {2, 1, 3, 3},
                exported.tensors().get("layers.0.attention.pattern").shape());
        assertArrayEquals(new int[] {2, 3, 67}, exported.tensors().get("logits").shape());
        assertTrue(exported.tensors().containsKey("grad.unembedding.weight"));
        List<String> updates = Bb.run("trace", "--weights", weights, "--tokens", tokens, "--steps", "3")
                .assertDone()
                .out()
                .lines()
                .toList();
        assertEquals(3, updates.size());
        double loss = Double.POSITIVE_INFINITY;
        for (String line : updates) {
            JsonNode update = new ObjectMapper().readTree(line);
            assertTrue(update.get("loss").doubleValue() < loss, "the loss falls");
            loss = update.get("loss").doubleValue();
            assertTrue(update.get("gradient.norm").get("unembedding.weight").doubleValue() > 0);
            assertTrue(update.get("weight.norm").get("embedding.token").doubleValue() > 0);
        }
    }

    /** Two heads of ReLU attention have the shapes of one head of softmax. */
    @Test
    void traceHasTheKeysOfTheRunThatWeightsAreOf() throws IOException {
        Bb.train(store, "model.attention=relu", "model.heads=2", "train.steps=4", "checkpoint.every=2")
                .assertDone();
        RunDirectory run = onlyRun();
        String id = run.identity(), weights = run.checkpoints().path(4).toString();
        String[] place = {"--store", store.toString()};
        double recorded = run.state().finalValues().get("loss.evaluation");
        Bb named = trace(place, "--run", id.substring(0, 5)).assertDone();
        assertEquals("", named.err());
        assertEquals(recorded, loss(named));
        assertEquals(recorded, loss(trace(place, "--run", run.path() + "@4").assertDone()));
        assertNotEquals(recorded, loss(trace(place, "--run", id + "@2").assertDone()));
        Bb file = trace(new String[0], "--weights", weights, "--scale", "smoke").assertDone();
        assertEquals(recorded, loss(file));
        assertTrue(file.err().startsWith("weights of run " + id + " at step 4, with the keys of "), file.err());
        String copy = Files.copy(Path.of(weights), directory.resolve("copy")).toString();
        assertEquals(recorded, loss(trace(place, "--weights", copy).assertDone()));
        assertTrue(trace(place, "--weights", weights, "model.heads=1")
                .refusal()
                .startsWith("model.heads = 1 contradicts run " + id));
        assertTrue(trace(place, "--run", id + "@3").refusal().endsWith("has no checkpoint of step 3; it has 2, 4"));
        assertTrue(trace(place, "--run", id, "--weights", weights).refusal().startsWith("one of --run and --weights"));
        String tokens =
                Files.writeString(directory.resolve("tokens.csv"), "65,1,2,3\n").toString();
        assertEquals(
                "--weights " + copy + ": the run of these weights is not known, and shapes do not tell model.attention,"
                        + " model.heads, model.mlp, task.corpus, task.triggers: give these keys, or --config with the run's"
                        + " config.yaml",
                trace(new String[0], "--weights", copy, "--tokens", tokens, "--store", directory + "/none")
                        .refusal());
        Bb told = trace(
                        new String[] {"--store", directory + "/none"},
                        "--weights",
                        copy,
                        "--tokens",
                        tokens,
                        "--config",
                        run.path().resolve("config.yaml").toString())
                .assertDone();
        assertEquals(loss(trace(place, "--run", id, "--tokens", tokens).assertDone()), loss(told));
    }

    private static Bb trace(String[] more, String... arguments) {
        List<String> all = new ArrayList<>(List.of("trace"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(more));
        return Bb.run(all.toArray(String[]::new));
    }

    private static double loss(Bb trace) throws IOException {
        return new ObjectMapper().readTree(trace.out()).get("loss.evaluation").doubleValue();
    }

    @Test
    void traceRefusesBeforeAnyWork() throws IOException {
        Bb.train(store).assertDone();
        String weights = onlyRun().checkpoints().path(6).toString();
        String tokens =
                Files.writeString(directory.resolve("tokens.csv"), "65,1,2,3\n").toString();
        Path out = directory.resolve("arrays.safetensors");
        assertRefused(tokens + "x does not exist", "--weights", weights, "--tokens", tokens + "x");
        assertRefused(weights + "x does not exist", "--weights", weights + "x", "--tokens", tokens);
        assertRefused(
                "--export",
                "--export nothing is not loss",
                "--weights",
                weights,
                "--tokens",
                tokens,
                "--export",
                "nothing",
                "--out",
                out.toString());
        assertRefused(
                "--out",
                "--export and --out go together",
                "--weights",
                weights,
                "--tokens",
                tokens,
                "--export",
                "loss");
        assertRefused(
                "--out",
                "--out = " + tokens + "/x",
                "--weights",
                weights,
                "--tokens",
                tokens,
                "--export",
                "loss",
                "--out",
                tokens + "/x");
        assertRefused("--steps = -1 is below 0", "--weights", weights, "--tokens", tokens, "--steps", "-1");
        assertFalse(Files.exists(out));
    }

    private static void assertRefused(String words, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "trace";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        String message = Bb.run(all).refusal();
        assertTrue(message.contains(words), message);
    }

    private RunDirectory onlyRun() {
        List<RunDirectory> runs = new RunStore(store).all();
        assertEquals(1, runs.size());
        return runs.get(0);
    }
}
