package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import backcopy.backend.cuda.CudaSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong request: code 2, one line that names the key or file, and nothing written. */
class TrainRefusalTest {
    @TempDir
    private Path directory;

    private Path store;

    @BeforeEach
    void filesThatNobodyWants() throws IOException {
        store = directory.resolve("runs");
        byte[] noise = new byte[300];
        for (int i = 0; i < noise.length; i++) noise[i] = (byte) (i * i);
        Files.write(directory.resolve("noise"), noise);
        Files.write(directory.resolve("nul"), new byte[] {'a', 0, 'b'});
        Files.createFile(directory.resolve("empty"));
        Files.write(directory.resolve("latin"), new byte[] {'c', 'a', 'f', (byte) 0xe9, '\n'});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.layres=1          | model.layres is not a key; did you mean model.layers?",
                "train.steps=-3          | train.steps = -3 is below 0",
                "train.steps=1e3         | train.steps = 1e3 is not a whole number",
                "train.steps             | train.steps is not of the form key=value",
                "model.heads=3           | model.width = 8 is not a multiple of model.heads = 3",
                "model.heads=0           | model.heads = 0 is below 1",
                "model.width=65 model.heads=2 | model.width = 65 is not a multiple of model.heads = 2",
                "model.attention=hardmax | model.attention = hardmax is not one of",
                "optimizer.name=adagrad  | optimizer.name = adagrad is not one of adamw, sgd, adam",
                "optimizer.momentum=0.9  | optimizer.momentum is not a key of optimizer.name = adamw",
                "train.backend=gpu       | train.backend = gpu is not one of auto, cpu, cuda, reference",
                "train.from=abc@5        | train.from = abc@5: run abc is not in store",
                "train.from=abc          | train.from = abc is not of the form RUN@STEP",
                "task.triggers=66        | task.corpus = tiny-shakespeare has 65 distinct characters, but task.triggers = 66",
                "intervention.layer=-2   | intervention.layer = -2",
                "model.width=2000000000  | task.sequenceLength = 8, model.layers = 1, model.heads = 1, model.width = 2000000000",
            })
    void badKeysAndValues(String keys, String refusal) throws IOException {
        assertRefused(refusal, keys.split(" "));
    }

    @Test
    void aGpuThatIsNotThere() throws IOException {
        assumeTrue(CudaSearch.reason() != null, "there is a GPU");
        assertRefused("train.backend = cuda is not available", "train.backend=cuda");
    }

    @ParameterizedTest
    @CsvSource({
        "noise,is not UTF-8 text",
        "nul,is not text",
        "empty,is empty",
        "latin,is not UTF-8 text",
        "none,does not exist",
        ".,is not a file"
    })
    void corporaThatAreNoText(String file, String reason) throws IOException {
        Path path = directory.resolve(file);
        assertRefused("task.corpus = " + path + " " + reason, "task.corpus=" + path);
    }

    @ParameterizedTest
    @CsvSource({"noise,is not UTF-8 text", "empty,is empty", "none,does not exist"})
    void evaluationTokensThatAreNone(String file, String reason) throws IOException {
        Path path = directory.resolve(file);
        String message = assertRefused("", "evaluation.tokens=" + path);
        assertTrue(message.contains(path + " " + reason), message);
    }

    @ParameterizedTest
    @CsvSource({
        "noise,is not a sound safetensors file",
        "empty,is not a sound safetensors file",
        "none,does not exist",
        ".,is not a file"
    })
    void initialWeightsThatAreNone(String file, String reason) throws IOException {
        Path path = directory.resolve(file);
        String message = assertRefused("", "--init", path.toString());
        assertTrue(message.contains(path + " " + reason), message);
    }

    @Test
    void initialWeightsThatAreCutOff() throws IOException {
        Bb.train(directory.resolve("other"), "train.steps=1").assertDone();
        Path whole;
        try (var files = Files.walk(directory.resolve("other"))) {
            whole = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
        String message = assertRefused("", "--init", cut.toString());
        assertTrue(message.startsWith(cut + " is not a sound safetensors file"), message);
    }

    @Test
    void configurationsThatAreNone() throws IOException {
        assertRefused(
                directory.resolve("none") + " does not exist",
                "--config",
                directory.resolve("none").toString());
        String file = config("model:\n  attention: relu\n  layers: two\n");
        assertRefused(file + " line 3: model.layers = two is not a whole number", "--config", file);
        assertRefused(config("model.layres: 1"), "--config", config("model.layres: 1"));
        assertRefused(config("{{"), "--config", config("{{"));
    }

    @Test
    void scalesThatAreNone() throws IOException {
        List<String> before = Bb.listing(directory);
        assertEquals(
                "scale = huge is not one of smoke, laptop, desk, paper",
                Bb.run("train", "--scale", "huge", "--out", store.toString()).refusal());
        assertEquals(before, Bb.listing(directory));
    }

    /** Permission bits do not hold root back: a path below a regular file does. */
    @Test
    void storesThatCannotBeWritten() throws IOException {
        List<String> before = Bb.listing(directory);
        for (String place : List.of("empty", "empty/runs", "empty/a/b")) {
            Path unwritable = directory.resolve(place);
            assertEquals(
                    "store " + unwritable + " cannot be written: " + directory.resolve("empty") + " is not a directory",
                    Bb.train(unwritable).refusal());
        }
        assertEquals(before, Bb.listing(directory));
    }

    private String config(String text) throws IOException {
        return Files.writeString(directory.resolve("config.yaml"), text).toString();
    }

    private String assertRefused(String beginning, String... arguments) throws IOException {
        List<String> before = Bb.listing(directory);
        String message = Bb.train(store, arguments).refusal();
        assertTrue(message.startsWith(beginning), message);
        assertEquals(before, Bb.listing(directory));
        return message;
    }
}
