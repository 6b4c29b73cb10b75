package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTest {
    @TempDir
    Path folder;

    @Test
    void aTokenIsFoundByItsSequenceAndPosition() {
        var batch = new Batch(3, 2, new int[] {0, 1, 2, 10, 11, 12, 20, 21, 22});
        assertEquals(10, batch.token(1, 0));
        assertEquals(12, batch.token(1, 2));
    }

    @Test
    void theShapeMustFitTheTokens() {
        var error = assertThrows(IllegalArgumentException.class, () -> new Batch(2, 2, new int[7]));
        assertEquals("7 tokens are not 2 sequences of 2 + 1", error.getMessage());
    }

    @Test
    void aFileHoldsOneSequenceALine() throws IOException {
        Batch batch = Batch.read(file("65, 6,1,6\r\n65,0,0,66\n\n"), 67);
        assertEquals(2, batch.sequences());
        assertEquals(3, batch.length());
        assertArrayEquals(new int[] {65, 6, 1, 6, 65, 0, 0, 66}, batch.tokens());
    }

    @Test
    void everyDamagedFileIsRefusedByNameLineAndReason() throws IOException {
        refused("1,2\n1,x\n", ", line 2: 'x' is not an integer");
        refused("1,2\n1,\n", ", line 2: '' is not an integer");
        refused("1,2.0\n", ", line 1: '2.0' is not an integer");
        refused("1,2\n3,4\n1,67\n", ", line 3: token 67 is not between 0 and 66");
        refused("1,-1\n", ", line 1: token -1 is not between 0 and 66");
        refused("1,2,3\n1,2\n", ", line 2 has 2 token ids, but line 1 has 3");
        refused("1,2\n\n1,2\n", ", line 2 is empty");
        refused("1\n", ", line 1 is too short: a sequence has at least 2 token ids");
        refused("\n\n", " has no sequence");
        refused("", " is empty");
        refused("1,\0\n", " is not text: it contains a NUL character");
        Path missing = folder.resolve("missing.csv");
        var error = assertThrows(IllegalArgumentException.class, () -> Batch.read(missing, 67));
        assertEquals(missing + " does not exist", error.getMessage());
    }

    private void refused(String content, String message) throws IOException {
        Path file = file(content);
        var error = assertThrows(IllegalArgumentException.class, () -> Batch.read(file, 67));
        assertEquals(file + message, error.getMessage());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("tokens.csv"), content);
    }
}
