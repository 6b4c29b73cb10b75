package backcopy.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.figure.report.Illustration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
    @TempDir
    private Path directory;

    /** As Java fails where there is no font. */
    private static Picture undrawable() {
        Table table = Table.rows("n").add(1).table();
        return new Picture(
                "law",
                "a law",
                10,
                10,
                graphics -> {
                    throw new Error("Probable fatal error: No physical fonts found.");
                },
                Map.of("", table));
    }

    @Test
    void onePictureThatCannotBeDrawnSaysSoAndLeavesItsTables() throws IOException {
        String reason = assertThrows(
                        UndrawableException.class, () -> undrawable().write(directory))
                .getMessage();
        assertTrue(reason.startsWith("figure law cannot be drawn: "), reason);
        assertTrue(reason.contains("No physical fonts found"), reason);
        assertEquals(1, reason.lines().count());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(directory.resolve("law.csv")), files.toList());
        }
    }

    @Test
    void aReportStandsWithoutAPicture() {
        String html = new Illustration(undrawable()).html();
        assertTrue(html.startsWith("<p>figure law cannot be drawn: "), html);
    }

    @Test
    void fontsAreThereWherePicturesAreTested() {
        assertEquals(Optional.empty(), Fonts.missing());
    }
}
