package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.attention.AttentionKinds;
import backcopy.bench.Variant;
import backcopy.model.Surroundings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    private static final List<String> TINY = List.of(
            "--windows",
            "2",
            "--seconds",
            "0.01",
            "model.width=8",
            "model.mlpWidth=8",
            "task.sequenceLength=8",
            "train.batchSize=4");

    private static Bb bench(String... more) {
        List<String> arguments = new ArrayList<>(List.of("bench"));
        arguments.addAll(TINY);
        arguments.addAll(List.of(more));
        return Bb.run(arguments.toArray(String[]::new));
    }

    @Test
    void oneObjectHoldsEveryNumber() throws IOException {
        Bb bench = bench("paper", "--threads", "1,2", "--backend", "reference", "--json")
                .assertDone();
        assertEquals(1, bench.out().lines().count());
        JsonNode result = new ObjectMapper().readTree(bench.out()).get("results");
        assertEquals(1, result.size());
        result = result.get(0);
        assertEquals("paper", result.get("workload").textValue());
        assertEquals(8, result.get("width").intValue());
        assertTrue(result.get("peakMemoryBytes").longValue() > 1 << 20);
        double operations = result.get("flopPerToken").doubleValue();
        assertEquals(3 * (8 * 64 + 4 * 8 * 4.5 + 4 * 64 + 2 * 8 * 67), operations);
        for (int threads = 1; threads <= 2; threads++) {
            JsonNode speed = result.get("speeds").get(threads - 1);
            assertEquals(threads, speed.get("threads").intValue());
            JsonNode tokens = speed.get("tokensPerSecond");
            assertEquals(2, tokens.get("windows").intValue());
            assertTrue(tokens.get("least").doubleValue() > 0);
            assertTrue(tokens.get("median").doubleValue() <= tokens.get("most").doubleValue());
            assertEquals(
                    operations * tokens.get("median").doubleValue(),
                    speed.get("flopPerSecond").get("median").doubleValue(),
                    1e-6 * operations * tokens.get("median").doubleValue());
            double sum = 0;
            for (JsonNode part : speed.get("split")) sum += part.doubleValue();
            assertEquals(1, sum, 1e-9);
            assertTrue(speed.get("shareOfCeiling").get("least").doubleValue() > 0);
            assertTrue(speed.get("probes").get("shareOfRun").doubleValue() > 0);
        }
    }

    @Test
    void withoutAWorkloadThoseThatPeopleRun() throws IOException {
        Bb bench = bench("--json").assertDone();
        List<String> names = new ArrayList<>();
        for (JsonNode result : new ObjectMapper().readTree(bench.out()).get("results"))
            names.add(result.get("workload").textValue());
        assertEquals(List.of("desk", "small", "tiny", "laptop"), names);
    }

    @Test
    void whatIsPrintedIsSaved(@TempDir Path directory) throws IOException {
        System.setProperty("backcopy.results", directory.toString());
        try {
            Bb bench = bench("tiny", "--variants", "gate=value", "--save").assertDone();
            try (Stream<Path> files = Files.list(directory)) {
                String saved = Files.readString(files.findFirst().orElseThrow());
                assertTrue(saved.contains("```\n" + bench.out().stripTrailing() + "\n```\n"), saved);
                assertTrue(saved.contains("## `bb bench --windows 2 "), saved);
            }
            assertEquals(
                    "--windows = 0 is below 1",
                    Bb.run("bench", "--save", "--windows=0").refusal());
        } finally {
            System.clearProperty("backcopy.results");
        }
    }

    @Test
    void everyAttentionKindInTurn() {
        Bb bench = bench("laptop", "--attention", "all").assertDone();
        List<String> titles = bench.out()
                .lines()
                .filter(line -> line.contains(" attention: "))
                .map(line -> line.substring(0, line.indexOf(" attention: ")))
                .toList();
        Stream<String> expected = AttentionKinds.names().stream().map(kind -> "laptop, " + kind);
        assertEquals(expected.toList(), titles);
        assertTrue(bench.out().contains("peak memory: "), bench.out());
    }

    /** Beside the workload, window against window, and everything that a key can put there is among them. */
    @Test
    void variantsStandBesideTheWorkload() throws IOException {
        Bb bench = bench("laptop", "--variants", "gate", "--json").assertDone();
        JsonNode result =
                new ObjectMapper().readTree(bench.out()).get("results").get(0);
        assertEquals("softmax", result.get("attention").textValue());
        JsonNode variants = result.get("variants");
        List<String> names = new ArrayList<>();
        variants.forEach(variant -> names.add(variant.get("variant").textValue()));
        List<String> gates = Stream.of(Surroundings.ABOUT.get("gate").split("[,;] "))
                .filter(word -> !word.equals("none") && !word.startsWith("gateBias"))
                .map(gate -> "gate=" + gate)
                .toList();
        assertEquals(Set.copyOf(gates), Set.copyOf(names));
        JsonNode ratio = variants.get(0).get("ratio");
        assertEquals(2, ratio.get("windows").intValue());
        assertTrue(ratio.get("least").doubleValue() > 0);
        assertTrue(ratio.get("most").doubleValue() >= ratio.get("median").doubleValue());

        List<String> all = Variant.all().stream().map(Variant::name).toList();
        for (String kind : AttentionKinds.names())
            assertEquals(!kind.equals("softmax"), all.contains("attention=" + kind), kind);
        for (String key : Surroundings.ABOUT.keySet())
            assertTrue(all.stream().anyMatch(name -> name.startsWith(key + "=")), key);
        for (String position : Surroundings.ABOUT.get("position").split(", "))
            assertEquals(!position.equals("learned"), all.contains("position=" + position), position);
    }

    /** At sizes of two steps each: that all of them can be measured, and what people read. */
    @Test
    void everyVariantInTurn() {
        Bb bench = bench("laptop", "--variants", "all", "model.heads=2").assertDone();
        for (Variant variant : Variant.all())
            assertTrue(
                    bench.out().lines().anyMatch(line -> line.startsWith("  " + variant.name() + " ")), variant.name());
        assertTrue(bench.out().contains("  below half: "), bench.out());
    }

    @Test
    void runsAtOnceAreCountedTogether() throws IOException {
        Bb bench = bench("laptop", "--runs", "3", "--backend", "reference", "--json")
                .assertDone();
        JsonNode result =
                new ObjectMapper().readTree(bench.out()).get("results").get(0);
        assertEquals(3, result.get("runs").intValue());
        JsonNode tokens = result.get("tokensPerSecond");
        assertTrue(tokens.get("least").doubleValue() > 0);
        assertTrue(tokens.get("least").doubleValue() <= tokens.get("median").doubleValue());
        assertTrue(result.get("oneRunTokensPerSecond").get("least").doubleValue() > 0);
        assertEquals(2, result.get("ratio").get("windows").intValue());
    }

    @ParameterizedTest
    @CsvSource({
        "pocket, workload = pocket is not one of",
        "--threads=-1, --threads = -1 is below 0",
        "--runs=0, --runs = 0 is below 1",
        "--runs=-1, --runs = -1 is below 1",
        "--windows=0, --windows = 0 is below 1",
        "--seconds=0, --seconds = 0.0 is not above 0",
        "--seconds=NaN, --seconds = NaN is not above 0",
        "--variants=hat, --variants = hat is neither all nor part",
        "--attention=none, model.attention = none is not one of",
        "--backend=abacus, train.backend = abacus is not one of",
        "model.depth=3, model.depth is not a key",
        "model.kind=simple, model.kind = simple has no speed here",
        "=3, =3 is not of the form key=value"
    })
    void aWrongRequestIsOneLine(String argument, String words) {
        String refusal = Bb.run("bench", argument).refusal();
        assertTrue(refusal.startsWith(words), refusal);
    }

    @ParameterizedTest
    @CsvSource({
        "--against=numpy, --against = numpy is not pytorch",
        "--variants=all, --variants takes neither --against",
        "--threads=1;2, --against takes one number of --threads",
        "--attention=relu, '--against pytorch compares model.attention = softmax, not relu'",
        "model.norm=none, '--against pytorch compares model.norm = layer-norm, not none'",
        "optimizer.name=sgd, '--against pytorch compares optimizer.name = adamw, not sgd'",
        "model.mlpOff=0, --against pytorch compares whole layers",
        "model.gate=value, --against pytorch compares plain attention: no key of what stands around it may be set",
        "model.width=8, 'PyTorch''s jars are missing'"
    })
    void whatPyTorchCannotBeAskedIsOneLine(String argument, String words) {
        List<String> arguments = new ArrayList<>(List.of("bench", argument.replace(';', ',')));
        if (!argument.startsWith("--against")) arguments.addAll(List.of("--against", "pytorch"));
        String refusal = Bb.run(arguments.toArray(String[]::new)).refusal();
        assertTrue(refusal.startsWith(words), refusal);
    }
}
