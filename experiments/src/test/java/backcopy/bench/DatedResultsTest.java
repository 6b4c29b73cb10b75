package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatedResultsTest {
    private static final LocalDateTime NOON = LocalDateTime.of(2031, 2, 3, 12, 0);
    private static final Provenance MACHINE =
            new Provenance("abc123", "25 Vendor", "Linux 6", "Intel(R) Xeon(R) CPU E5, 2 cores", "", 0);

    @TempDir
    Path directory;

    @Test
    void callsOfOneDayShareAFile() throws IOException {
        Path results = directory.resolve("bench/results");
        DatedResults first = new DatedResults(results, NOON, MACHINE);
        assertEquals(results.resolve("2031-02-03-intel-xeon-e5-2-cores.md"), first.file());
        first.add("bb bench desk --save", List.of("desk: 1", "small: 2"));
        new DatedResults(results, NOON.plusHours(1), MACHINE).add("bb bench tiny --save", List.of("tiny: 3"));
        List<String> lines = Files.readAllLines(first.file());
        assertEquals("# Speed, 2031-02-03: Intel(R) Xeon(R) CPU E5, 2 cores", lines.get(0));
        assertEquals(1, lines.stream().filter(line -> line.startsWith("# ")).count());
        assertEquals(
                List.of("## `bb bench desk --save`", "## `bb bench tiny --save`"),
                lines.stream().filter(line -> line.startsWith("## ")).toList());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("12:00 UTC, commit abc123, Java 25 Vendor with `")));
        assertTrue(lines.indexOf("tiny: 3") > lines.indexOf("small: 2"));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefusedBeforeAnyWork() throws IOException {
        Path file = Files.createFile(directory.resolve("bench"));
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new DatedResults(file, NOON, MACHINE));
        assertEquals("--save: " + file + " cannot be made", refusal.getMessage());
    }
}
