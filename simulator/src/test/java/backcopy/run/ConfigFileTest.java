package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    private static final RunSpec LAPTOP = Scale.LAPTOP.spec();

    @TempDir
    Path directory;

    @Test
    void everyChangedKeyReadsBackFromTheWrittenFile() {
        ChangedKeys.each((key, changed, value) -> assertEquals(changed, writtenAndRead(changed), key));
    }

    @Test
    void theWrittenFileIsNestedAndPlain() throws IOException {
        ConfigFile.write(directory.resolve("config.yaml"), Scale.PAPER.spec());
        String text = Files.readString(directory.resolve("config.yaml"));
        assertTrue(
                text.startsWith("task:\n  name: bigram-backcopy\n  corpus: tiny-shakespeare\n  triggers: 3\n"), text);
        assertTrue(text.contains("\noptimizer:\n  name: adamw\n  learningRate: 3.0e-4\n"), text);
        assertTrue(text.contains("\nrecord:\n  every: \"\"\n"), text);
    }

    /** The pattern by which PyYAML, and YAML 1.1, tell a number with a fraction or an exponent. */
    @Test
    void numbersAreNumbersToEveryReader() throws IOException {
        RunSpec spec = Keys.parse(
                Scale.PAPER.spec(),
                Map.of(
                        "optimizer.epsilon",
                        "1e-8",
                        "optimizer.weightDecay",
                        "2.5e-9",
                        "optimizer.clip",
                        "1e12",
                        "task.corpus",
                        "1e5"));
        Path file = directory.resolve("config.yaml");
        ConfigFile.write(file, spec);
        List<String> exponents = Files.readString(file)
                .lines()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(value -> value.matches("[0-9.]+e.*"))
                .toList();
        assertTrue(exponents.containsAll(List.of("1.0e-8", "2.5e-9", "1.0e+12")), exponents.toString());
        for (String value : exponents)
            if (!value.equals("1e5")) assertTrue(value.matches("[-+]?[0-9]+\\.[0-9]*e[-+][0-9]+"), value);
        assertEquals(spec, ConfigFile.read(file).parse(Scale.SMOKE.spec(), Map.of()));
    }

    @Test
    void anyFileNameReadsBack() {
        String letters = "aé0 :#-'\"\\{}[],&*!|>%@`~?=.\u2028\ud83d\ude00";
        Random random = new Random(3);
        for (String name :
                new String[] {"null", "~", "true", "0x10", "1_000", "1e3", "- a", " a ", "a: b", "a #b", "@", "? b"})
            assertFileNameReadsBack(name);
        for (int i = 0; i < 100; i++) {
            int[] points = random.ints(1 + random.nextInt(6), 0, letters.codePointCount(0, letters.length()))
                    .map(at -> letters.codePointAt(letters.offsetByCodePoints(0, at)))
                    .toArray();
            assertFileNameReadsBack(new String(points, 0, points.length));
        }
    }

    @Test
    void keysMayBeNestedOrDottedAndListsWrittenEitherWay() throws IOException {
        RunSpec spec = read("model:\n  layers: 3\n  attentionOff: [0, 2]\nmodel.mlpOff: 0,2\ntrain.from:\n# end\n");
        assertEquals(
                Keys.parse(LAPTOP, Map.of("model.layers", "3", "model.attentionOff", "0,2", "model.mlpOff", "0,2")),
                spec);
    }

    @Test
    void anEmptyFileChangesNothing() throws IOException {
        assertEquals(LAPTOP, read(""));
        assertEquals(LAPTOP, read("# only a remark\n"));
    }

    @Test
    void overridesGoOverTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("f.yaml"), "model.heads: 3\ntrain.steps: 5\n");
        RunSpec spec = ConfigFile.read(file).parse(LAPTOP, Map.of("model.width", "96", "train.steps", "7"));
        assertEquals(3, spec.model().heads());
        assertEquals(7, spec.train().steps());
    }

    @Test
    void refusalsNameFileAndLine() throws IOException {
        assertRefused("a: b: c\n", " line 1: is not YAML: mapping values are not allowed here");
        assertRefused("model:\n  layers: 3\n  layers: 4\n", " line 3: model.layers is given twice, first on line 2");
        assertRefused(
                "model:\n  layers: 3\nmodel.layers: 4\n", " line 3: model.layers is given twice, first on line 2");
        assertRefused("model:\n  layres: 3\n", " line 2: model.layres is not a key; did you mean model.layers?");
        assertRefused("train:\n\n  steps: -3\n", " line 3: train.steps = -3 is below 0");
        assertRefused("- a\n- b\n", " line 1: does not hold keys and values");
        assertRefused("42\n", " line 1: does not hold keys and values");
        assertRefused("train.steps: 3\n---\ntrain.steps: 4\n", " line 3: a second document begins");
        assertRefused("model.mlpOff: [[1]]\n", " line 1: model.mlpOff is a list of lists or mappings");
        assertRefused("train.steps: &x 3\ntrain.seed: *x\n", " line 2: train.seed is an alias; write its value");
        assertRefused("\"a\\nb\": 3\n", " line 1: a key has a control character");
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        byte[] noise = new byte[4000];
        for (int seed = 0; seed < 50; seed++) {
            new Random(seed).nextBytes(noise);
            Path file = Files.write(directory.resolve("noise.yaml"), noise);
            assertTrue(Refusal.of(() -> ConfigFile.read(file)).startsWith(file.toString()));
        }
    }

    @Test
    void refusesAMissingFileAndADirectory() {
        Path missing = directory.resolve("missing.yaml");
        assertEquals(missing + " does not exist", Refusal.of(() -> ConfigFile.read(missing)));
        assertEquals(directory + " is not a file", Refusal.of(() -> ConfigFile.read(directory)));
    }

    private void assertFileNameReadsBack(String name) {
        RunSpec spec = Keys.parse(LAPTOP, Map.of("evaluation.tokens", name));
        assertEquals(spec, writtenAndRead(spec), name);
    }

    private RunSpec writtenAndRead(RunSpec spec) {
        Path file = directory.resolve("config.yaml");
        try {
            ConfigFile.write(file, spec);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return ConfigFile.read(file).parse(Scale.PAPER.spec(), Map.of());
    }

    private RunSpec read(String text) throws IOException {
        return ConfigFile.read(Files.writeString(directory.resolve("f.yaml"), text))
                .parse(LAPTOP, Map.of());
    }

    private void assertRefused(String text, String reason) {
        assertEquals(directory.resolve("f.yaml") + reason, Refusal.of(() -> read(text)));
    }
}
