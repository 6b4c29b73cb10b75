package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.probe.Observable;
import backcopy.run.ObservablesFile;
import backcopy.run.Safetensors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bb probe} on the simulator's tiny checkpoints. */
class ProbeCommandTest {
    private static final Path MODELS = Path.of("../simulator/src/test/resources/pretrained");
    private static final String LLAMA = MODELS.resolve("llama2").toString();

    @TempDir
    private Path directory;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(directory.resolve("a.csv"), "1,5,6,7,8,9\n1,50,60,70,80,90\n1,3,3,9,95,0\n");
        Files.writeString(directory.resolve("b.csv"), "1,15,16,17,18,19\n2,51,61,71,81,91\n");
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private static JsonNode json(Bb done) throws IOException {
        assertEquals(1, done.assertDone().out().lines().count(), "one object on one line");
        return new ObjectMapper().readTree(done.out());
    }

    @Test
    void oneObjectSaysWhatWasRunAndWhatCameOut() throws IOException {
        Bb done = Bb.run("probe", LLAMA, "--tokens", file("a.csv"));
        JsonNode model = json(done);
        assertEquals("llama", model.get("family").asText());
        assertEquals(
                "float32 products, all else float64", model.get("arithmetic").asText());
        assertEquals("F32", model.get("stored").get(0).asText());
        JsonNode input = model.get("inputs").get(0);
        assertEquals(3, input.get("sequences").asInt());
        assertEquals(6, input.get("length").asInt());
        assertTrue(input.get("bos").get("put").isNull());
        assertEquals(1, input.get("bos").get("of.model").asInt());
        assertEquals(3, input.get("bos").get("sequences.that.begin.with.it").asInt());
        assertEquals(0.3, input.get("sink").get("epsilon").asDouble());
        assertEquals(
                (1 + 1 / 2. + 1 / 3. + 1 / 4. + 1 / 5. + 1 / 6.) / 6,
                input.get("sink").get("uniform").asDouble(),
                1e-15);
        assertTrue(done.err().strip().endsWith(input.get("sink").get("finding").asText()), done.err());
        JsonNode arrays = input.get("arrays");
        arrays.fieldNames().forEachRemaining(name -> {
            int axes = input.get("axes").get(name).size();
            assertEquals(axes == 2, arrays.get(name).get(0).isArray(), name);
        });
        assertEquals(4, arrays.get("attention.alpha.first").get(1).size());
        assertEquals(2, arrays.get("residual.norm.first").size());
        JsonNode slow = json(Bb.run("probe", LLAMA, "--tokens", file("a.csv"), "--backend", "reference"));
        assertEquals(
                "float64 products, all else float64", slow.get("arithmetic").asText());
        double exact = slow.get("inputs").get(0).get("loss").asDouble();
        assertEquals(exact, input.get("loss").asDouble(), 1e-5);
        assertTrue(exact != input.get("loss").asDouble());
    }

    @Test
    void aBosIsPutWhereItIsAskedFor() throws IOException {
        JsonNode input = json(Bb.run(
                        "probe", LLAMA, "--input", "random", "--length", "5", "--count", "2", "--bos", "model"))
                .get("inputs")
                .get(0);
        assertEquals(1, input.get("bos").get("put").asInt());
        assertEquals(2, input.get("bos").get("sequences.that.begin.with.it").asInt());
        assertEquals(5, input.get("length").asInt());
        JsonNode longer = json(Bb.run("probe", LLAMA, "--tokens", file("a.csv"), "--bos", "7"))
                .get("inputs")
                .get(0);
        assertEquals(7, longer.get("length").asInt());
    }

    @Test
    void ablationsAreRowsBesideTheModelAsItIs() throws IOException {
        JsonNode input = json(Bb.run(
                        "probe",
                        LLAMA,
                        "--tokens",
                        file("a.csv"),
                        "--ablate",
                        "layers",
                        "--ablate",
                        "layers.0.heads.2"))
                .get("inputs")
                .get(0);
        JsonNode rows = input.get("ablations").get("rows");
        assertEquals(1, input.get("ablations").get("after.layer").asInt());
        assertEquals(8, rows.size());
        assertEquals("nothing", rows.get(0).get("zeroed").asText());
        assertEquals(0, rows.get(0).get("cost").asDouble());
        assertEquals(
                "layers.0.attention,layers.0.mlp", rows.get(3).get("zeroed").asText());
        assertEquals(
                rows.get(1).get("loss").asDouble() - rows.get(0).get("loss").asDouble(),
                rows.get(1).get("cost").asDouble(),
                1e-12);
        assertEquals(2, rows.get(7).get("head").asInt());
        assertEquals(
                input.get("arrays").get("attention.alpha.first").get(0).get(2).asDouble(),
                rows.get(7).get("attention.alpha.first").asDouble(),
                1e-12);
        assertEquals(3, rows.get(7).get("cost.text").size());
    }

    @Test
    void filesAreComparedHeadByHead() throws IOException {
        JsonNode model = json(
                Bb.run("probe", LLAMA, "--tokens", file("a.csv"), "--tokens", file("b.csv"), "--ablate", "heads.1"));
        assertEquals(2, model.get("inputs").size());
        JsonNode difference = model.get("differences").get(0);
        for (int layer = 0; layer < 2; layer++)
            for (int head = 0; head < 4; head++) {
                double[] alphas = new double[2];
                for (int i = 0; i < 2; i++)
                    alphas[i] = model.at("/inputs/" + i + "/arrays/attention.alpha.first/" + layer + "/" + head)
                            .asDouble();
                double value = difference
                        .at("/attention.alpha.first/" + layer + "/" + head)
                        .asDouble();
                assertEquals(alphas[0] - alphas[1], value, 1e-12);
                assertTrue(difference.at("/low/" + layer + "/" + head).asDouble() <= value);
                assertTrue(difference.at("/high/" + layer + "/" + head).asDouble() >= value);
            }
        assertEquals(5, model.at("/inputs/1/ablations/rows").size());
    }

    @Test
    void revisionsComeInTheOrderOfTheirSteps() throws IOException {
        for (String step : List.of("step1000", "step20")) {
            Path revision = Files.createDirectories(directory.resolve(step));
            for (String name : List.of("config.json", "model.safetensors"))
                Files.copy(MODELS.resolve("llama2").resolve(name), revision.resolve(name));
        }
        String npz = file("o.npz");
        JsonNode all = json(Bb.run("probe", file("step1000"), file("step20"), "--tokens", file("a.csv"), "--npz", npz));
        assertEquals(20, all.at("/revisions/0/step").asInt());
        assertEquals(1000, all.at("/revisions/1/step").asInt());
        assertEquals(all.at("/revisions/0/inputs"), all.at("/revisions/1/inputs"));
        Map<String, Observable> arrays =
                ObservablesFile.read(Path.of(npz)).stream().collect(Collectors.toMap(Observable::name, array -> array));
        assertArrayEquals(
                new int[] {2, 4, 6}, arrays.get("revision.1.attention.alpha").shape());
        assertEquals(
                all.at("/revisions/0/inputs/0/arrays/residual.norm.first/1").asDouble(),
                arrays.get("revision.0.residual.norm.first").get(1));
    }

    @Test
    void anExportHasTheNamesOfATrace() throws IOException {
        Path out = directory.resolve("o.safetensors");
        json(Bb.run(
                "probe", LLAMA, "--tokens", file("a.csv"), "--export", "residual,pattern", "--out", out.toString()));
        assertEquals(
                List.of(
                        "layers.0.residual.out",
                        "layers.0.attention.pattern",
                        "layers.1.residual.out",
                        "layers.1.attention.pattern"),
                List.copyOf(Safetensors.read(out).tensors().keySet()));
        assertArrayEquals(
                new int[] {3, 4, 6, 6},
                Safetensors.read(out)
                        .tensors()
                        .get("layers.1.attention.pattern")
                        .shape());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(3, left.count(), "two inputs and the export");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MODEL | nothing to run on: --tokens T, --input random or --input repeat",
                "DIR/none --input random | DIR/none does not exist",
                "DIR --input random | DIR has no config.json",
                "MODEL --input shuffle | --input shuffle needs --tokens T: what to shuffle",
                "MODEL --input best | --input best is not one of random, repeat, shuffle",
                "MODEL --input random --tokens DIR/a.csv | --input random does not go with --tokens",
                "MODEL --tokens DIR/none | --tokens DIR/none is not a readable file",
                "MODEL --tokens DIR/a.csv --length 7 | DIR/a.csv, line 1 has 6 token ids, too few for --length 7",
                "MODEL --tokens DIR/bad.csv | DIR/bad.csv, line 2: token 96 is not between 0 and 95",
                "MODEL --tokens DIR/ragged.csv | DIR/ragged.csv, line 2 has 2 tokens, but line 1 has 3; --length N takes the first N of each",
                "MODEL --tokens DIR/latin.csv | DIR/latin.csv is not UTF-8 text",
                "MODEL --input random --length 129 | random has sequences of 129 tokens, more than the 128 positions of MODEL",
                "MODEL --input random --length 1 | --length = 1 is below 2",
                "MODEL --input random --bos 96 | --bos 96 is not between 0 and 95",
                "MODEL --input random --bos first | --bos first is not none, model or a token id",
                "OLMO --input random --bos model | --bos model: config.json names no bos_token_id",
                "MODEL --input random --ablate twelve | --ablate twelve: the model has the layers 0 to 1",
                "MODEL --input random --ablate layers.0.norm | --ablate layers.0.norm: 'layers.0.norm' is not twelve, layers, heads.N, layers.N.attention, layers.N.mlp or layers.N.heads.H",
                "MODEL --input random --layer 2 | --layer 2 is not between 0 and 1",
                "MODEL --input random --export logits | --export and --out go together: what to export, and the file for it",
                "MODEL --input random --export loss --out DIR/o | --export loss is not one of logits, residual, pattern, value",
                "MODEL OLMO --input random | OLMO is no revision of MODEL: their config.json or their vocabularies differ",
                "MODEL --tokens DIR/a.csv --tokens DIR/b.csv --export logits --out DIR/o | --export goes with one folder and one input",
                "MODEL --input random --backend cuda | --backend cuda is not one of cpu, reference, which have products with stored matrices",
                "MODEL --input random --npz DIR/none/o.npz | --npz = DIR/none/o.npz: there is no directory DIR/none",
                "MODEL --input random --threads -1 | threads = -1 is below 0",
            })
    void aWrongRequestIsRefusedInOneLineAndNothingIsWritten(String request, String reason) throws IOException {
        Files.writeString(directory.resolve("bad.csv"), "1,2\n3,96\n");
        Files.writeString(directory.resolve("ragged.csv"), "1,2,3\n3,9\n");
        Files.write(directory.resolve("latin.csv"), new byte[] {'1', ',', (byte) 0xe9, '\n'});
        List<String> before = Bb.listing(directory);
        Bb refused = Bb.run(named("probe " + request).split(" "));
        assertEquals(named(reason), refused.refusal());
        assertEquals(before, Bb.listing(directory));
    }

    /** The page's commands are this command line's. */
    @Test
    void theDocumentationsCommandsAreUnderstood() throws IOException {
        List<String> commands = Files.readAllLines(Path.of("../docs/pretrained.md")).stream()
                .filter(line -> line.startsWith("bb probe"))
                .toList();
        assertEquals(4, commands.size());
        for (String command : commands) {
            String[] words = command.substring("bb ".length()).split(" ");
            assertTrue(Main.commandLine(new Interrupt()).parseArgs(words).hasSubcommand(), command);
        }
        String first = commands.get(0).substring("bb ".length());
        json(Bb.run(first.replaceAll("~/models/[^ ]+", LLAMA).split(" ")));
    }

    private String named(String text) {
        return text.replace("DIR", directory.toString())
                .replace("MODEL", LLAMA)
                .replace("OLMO", MODELS.resolve("olmo").toString());
    }
}
