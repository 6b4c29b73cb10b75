package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path directory;

    @Test
    void aSymlinkStaysAndItsFileIsReplaced() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        Path chain = Files.createSymbolicLink(directory.resolve("chain"), link);
        WholeFile.write(chain, "new");
        assertEquals("new", Files.readString(file));
        assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(chain));
        assertEquals(List.of("chain", "file", "link"), names());
    }

    @Test
    void aSymlinkToNothingYetMakesItsFile() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), elsewhere.resolve("file"));
        WholeFile.write(link, "new");
        assertEquals("new", Files.readString(elsewhere.resolve("file")));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void aCircleOfSymlinksIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("link"));
        IOException refused = assertThrows(IOException.class, () -> WholeFile.write(link, "new"));
        assertTrue(refused.getMessage().startsWith(link + " cannot be written: "), refused.getMessage());
    }

    @Test
    void aPipeStaysAndItsReaderGetsAll() throws Exception {
        Path pipe = directory.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "mkfifo makes no pipe here");
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        String text = "line\n".repeat(100_000);
        WholeFile.write(pipe, text);
        assertEquals(text, read.get());
        assertFalse(Files.isRegularFile(pipe));
        assertEquals(List.of("pipe"), names());
    }

    /** Whoever closes an archive's entry in a finally block hides the disk's reason behind a complaint of the archive. */
    @Test
    void aFullDiskIsNamedThroughAnArchive() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "there is no /dev/full");
        IOException refused = assertThrows(
                IOException.class,
                () -> WholeFile.write(full, out -> {
                    ZipOutputStream zip = new ZipOutputStream(out);
                    zip.setLevel(0);
                    ZipEntry entry = new ZipEntry("entry");
                    zip.putNextEntry(entry);
                    try {
                        for (int i = 0; i < 10; i++) zip.write(new byte[1 << 16]);
                    } finally {
                        throw new IOException("invalid entry crc-32");
                    }
                }));
        assertEquals("/dev/full cannot be written: No space left on device", refused.getMessage());
        assertFalse(Files.isRegularFile(full));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
