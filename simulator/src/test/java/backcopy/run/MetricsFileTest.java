package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void threeRecords() throws IOException {
        path = directory.resolve("metrics.jsonl");
        append(0, 0, 10, 20);
    }

    @Test
    void aLineIsOneObjectWithTheNumbersInTheirOrder() throws IOException {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("z", 0.1);
        numbers.put("a", 2e-23);
        numbers.put("n", Double.NaN);
        numbers.put("i", Double.NEGATIVE_INFINITY);
        try (MetricsFile file = new MetricsFile(path, 0)) {
            file.append(new Measurement(7, numbers));
        }
        assertEquals("{\"step\":7,\"z\":0.1,\"a\":2.0E-23,\"n\":null,\"i\":null}\n", Files.readString(path));
        Measurement read = MetricsFile.read(path).get(0);
        assertEquals(List.of("z", "a", "n", "i"), List.copyOf(read.numbers().keySet()));
        assertEquals(2e-23, read.numbers().get("a"));
        assertTrue(Double.isNaN(read.numbers().get("n")));
    }

    @Test
    void recordsFromTheStepOnAreCut() throws IOException {
        new MetricsFile(path, 20).close();
        assertEquals(List.of(0L, 10L), steps());
        new MetricsFile(path, 11).close();
        assertEquals(List.of(0L, 10L), steps());
        append(10, 10, 15);
        assertEquals(List.of(0L, 10L, 15L), steps());
        new MetricsFile(path, 0).close();
        assertEquals(0, Files.size(path));
    }

    @Test
    void aTornLastLineCountsAsNotWritten() throws IOException {
        String whole = Files.readString(path);
        String line = "{\"step\":30,\"loss\":1.25}";
        for (int length = 1; length <= line.length(); length++) {
            Files.writeString(path, whole + line.substring(0, length));
            assertEquals(List.of(0L, 10L, 20L), steps());
            append(100, 30);
            assertEquals(List.of(0L, 10L, 20L, 30L), steps());
        }
        byte[] halfLetter = {'{', '"', (byte) 0xc3};
        Files.writeString(path, whole);
        Files.write(path, halfLetter, StandardOpenOption.APPEND);
        assertEquals(List.of(0L, 10L, 20L), steps());
    }

    @Test
    void noFileIsNoRecords() {
        assertEquals(List.of(), MetricsFile.read(directory.resolve("none")));
    }

    @Test
    void aDamagedLineIsRefusedWithItsNumberAndNothingIsCut() throws IOException {
        assertRefused("nonsense\n", " line 4 is not JSON");
        assertRefused("{\"loss\":1}\n", " line 4 has no step");
        assertRefused("3\n", " line 4 has no step");
        assertRefused("{\"step\":20}\n", " line 4 has step 20 after a later one");
        assertRefused("\n", " line 4 has no step");
        assertRefused("{\"step\":30,\"loss\":\"low\"}\n", " line 4 has a loss that is not a number");
    }

    private void assertRefused(String line, String reason) throws IOException {
        String whole = Files.readString(path);
        Files.writeString(path, whole + line);
        assertTrue(Refusal.of(this::steps).startsWith(path + reason), () -> Refusal.of(this::steps));
        Refusal.of(() -> new MetricsFile(path, 100).close());
        assertEquals(whole + line, Files.readString(path));
        Files.writeString(path, whole);
    }

    private void append(long from, long... steps) throws IOException {
        try (MetricsFile file = new MetricsFile(path, from)) {
            for (long step : steps) file.append(new Measurement(step, Map.of("loss", 1.0 / (step + 1))));
        }
    }

    private List<Long> steps() {
        return MetricsFile.read(path).stream().map(Measurement::step).toList();
    }
}
