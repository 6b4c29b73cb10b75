package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BigramTableTest {
    private static final BigramTable SHAKESPEARE = BigramTable.tinyShakespeare();

    @TempDir
    Path folder;

    @Test
    void tinyShakespeareHas65CharactersAndTwoSpecials() {
        assertEquals(65, SHAKESPEARE.characters());
        assertEquals(67, SHAKESPEARE.vocabularySize());
        assertEquals(65, SHAKESPEARE.bos());
        assertEquals(66, SHAKESPEARE.delimiter());
        assertEquals("tiny-shakespeare", SHAKESPEARE.contentHash());
        String all = String.join(
                "", IntStream.range(0, 67).mapToObj(SHAKESPEARE::symbol).toList());
        assertEquals("\\n␣!$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz<s><d>", all);
    }

    @Test
    void lawsAreTheCountsDividedByTheirSum() {
        int total = 0;
        int pairs = 0;
        double[] unigram = SHAKESPEARE.unigram();
        int[] counts = SHAKESPEARE.weights(SHAKESPEARE.bos());
        for (int given = 0; given < 65; given++) {
            total += counts[given];
            assertEquals(counts[given] / 1115394.0, unigram[given]);
            int[] row = SHAKESPEARE.weights(given);
            assertEquals(given == 0 ? 39999 : counts[given], IntStream.of(row).sum(), "the text ends with a line feed");
            for (int next = 0; next < 65; next++) {
                if (row[next] > 0) pairs++;
                assertEquals(
                        row[next] / (double) IntStream.of(row).sum(),
                        SHAKESPEARE.conditional(given)[next]);
            }
        }
        assertEquals(1115394, total);
        assertEquals(1403, pairs);
        for (int next = 0; next < 65; next++) {
            int id = next;
            int column = IntStream.range(0, 65)
                    .map(given -> SHAKESPEARE.weights(given)[id])
                    .sum();
            assertEquals(SHAKESPEARE.symbol(next).equals("F") ? counts[next] - 1 : counts[next], column);
        }
    }

    @Test
    void knownEntriesAreExact() {
        assertEquals(7223 / 39999.0, SHAKESPEARE.conditional(0)[0]);
        assertEquals(0.15231568396459008, SHAKESPEARE.unigram()[1]);
        assertEquals(1, SHAKESPEARE.conditional(9)[1], "a space after every 3");
        assertArrayEquals(new int[] {1, 43, 58, 53, 39}, SHAKESPEARE.mostFrequent(5));
    }

    @Test
    void rowsOfTheSpecialsAreTheUnigramLawAndTheirColumnsEmpty() {
        double[][] conditional = SHAKESPEARE.conditional();
        assertArrayEquals(SHAKESPEARE.unigram(), conditional[65], 0);
        assertArrayEquals(SHAKESPEARE.unigram(), conditional[66], 0);
        for (double[] row : conditional) {
            assertEquals(0, row[65] + row[66]);
            assertEquals(1, Arrays.stream(row).sum(), 1e-14);
        }
    }

    @Test
    void entropiesOfTheCorpus() {
        assertEquals(2.452566, SHAKESPEARE.bigramEntropy(), 1e-6);
        assertEquals(3.312795, SHAKESPEARE.unigramEntropy(), 1e-6);
    }

    @Test
    void countingATextWithTheSamePairsGivesTheSameTable() {
        BigramTable counted = BigramTable.fit(textWithThePairsOf(SHAKESPEARE));
        assertArrayEquals(SHAKESPEARE.unigram(), counted.unigram(), 0);
        for (int given = 0; given < 67; given++)
            assertArrayEquals(SHAKESPEARE.conditional(given), counted.conditional(given), 0);
    }

    @Test
    void aSmallTextIsCountedByHand() {
        BigramTable table = BigramTable.fit("abracadabra");
        assertEquals(5, table.characters());
        assertArrayEquals(new double[] {5 / 11.0, 2 / 11.0, 1 / 11.0, 1 / 11.0, 2 / 11.0, 0, 0}, table.unigram(), 0);
        assertArrayEquals(new double[] {0, 2 / 4.0, 1 / 4.0, 1 / 4.0, 0, 0, 0}, table.conditional(0), 0);
        assertArrayEquals(new double[] {0, 0, 0, 0, 1, 0, 0}, table.conditional(1), 0);
        assertArrayEquals(new int[] {0, 1, 4}, table.mostFrequent(3), "equals in the order of code points");
    }

    @Test
    void aCharacterThatNothingFollowsIsFollowedByTheUnigramLaw() {
        BigramTable table = BigramTable.fit("aabc");
        assertArrayEquals(table.unigram(), table.conditional(2), 0);
        assertArrayEquals(new double[] {.5, .25, .25, 0, 0}, table.conditional(2), 0);
    }

    @Test
    void charactersAreCodePointsInTheirOrder() {
        BigramTable table = BigramTable.fit("𝛼é𝛼a\uFFFD\t\u00A0");
        assertEquals(6, table.characters());
        assertEquals(
                List.of("\\t", "a", "U+00A0", "é", "\uFFFD", "𝛼", "<s>", "<d>"),
                IntStream.range(0, 8).mapToObj(table::symbol).toList());
        assertEquals(.5, table.conditional(5)[3]);
    }

    @Test
    void aFileIsCountedLikeItsTextAndKnownByItsBytes() throws IOException {
        Path file = Files.writeString(folder.resolve("abc.txt"), "abc");
        BigramTable table = BigramTable.of(file.toString());
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", table.contentHash());
        assertArrayEquals(BigramTable.fit("abc").conditional(), table.conditional());
        assertEquals(file.toString(), table.corpus());
    }

    @Test
    void everyUnusableCorpusIsRefusedByItsName() throws IOException {
        Path missing = folder.resolve("missing.txt");
        refused(missing, missing + " is neither tiny-shakespeare nor gaussian-chain nor an existing file");
        refused(folder, folder + " is a directory, not a text file");
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        refused(empty, empty + " is empty");
        Path latin = Files.write(folder.resolve("latin.txt"), "café".getBytes(StandardCharsets.ISO_8859_1));
        refused(latin, latin + " is not UTF-8 text");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {65, 0, 66});
        refused(binary, binary + " is not text: it contains a NUL character");
        StringBuilder many = new StringBuilder();
        IntStream.range(0x4E00, 0x4E00 + 4097).forEach(many::appendCodePoint);
        Path characters = Files.writeString(folder.resolve("many.txt"), many);
        refused(characters, characters + " has 4097 distinct characters, more than 4096");
        Path large = folder.resolve("large.txt");
        try (var file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((256 << 20) + 1);
        }
        refused(large, large + " has 268435457 bytes, more than 268435456");
        var error = assertThrows(IllegalArgumentException.class, () -> BigramTable.of("a\0b"));
        assertTrue(error.getMessage().endsWith(" is neither tiny-shakespeare nor gaussian-chain nor an existing file"));
    }

    /** Line ends and a byte order mark are the system's that the file was made on, not the text's. */
    @Test
    void theSameTextIsTheSameLawOnWhateverSystemItWasMade() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "one\ntwo\n\nthree\n");
        BigramTable expected = BigramTable.of(plain.toString());
        for (String text :
                List.of("one\r\ntwo\r\n\r\nthree\r\n", "\ufeffone\ntwo\n\nthree\n", "\ufeffone\r\ntwo\n\rthree\r")) {
            Path file = Files.writeString(folder.resolve("other"), text);
            BigramTable table = BigramTable.of(file.toString());
            assertEquals(expected.contentHash(), table.contentHash());
            assertEquals(expected.characters(), table.characters());
        }
        Path marked = Files.writeString(folder.resolve("marked"), "\ufeff");
        refused(marked, marked + " is empty");
    }

    private static void refused(Path corpus, String message) {
        var error = assertThrows(IllegalArgumentException.class, () -> BigramTable.of(corpus.toString()));
        assertEquals("task.corpus = " + message, error.getMessage());
    }

    /**
     * A text from 'F' to a line feed with these pairs: an Eulerian path of the graph whose edges are the pairs (Hierholzer's
     * algorithm, which finds it backwards).
     */
    private static String textWithThePairsOf(BigramTable table) {
        int[][] left =
                IntStream.range(0, 65).mapToObj(i -> table.weights(i).clone()).toArray(int[][]::new);
        int[] open = new int[1115394];
        int height = 0;
        open[height++] = IntStream.range(0, 65)
                .filter(i -> table.symbol(i).equals("F"))
                .findFirst()
                .orElseThrow();
        StringBuilder backwards = new StringBuilder();
        while (height > 0) {
            int[] edges = left[open[height - 1]];
            int next = 0;
            while (next < edges.length && edges[next] == 0) next++;
            if (next < edges.length) {
                edges[next]--;
                open[height++] = next;
            } else {
                String symbol = table.symbol(open[--height]);
                backwards.append(symbol.equals("\\n") ? '\n' : symbol.equals("␣") ? ' ' : symbol.charAt(0));
            }
        }
        return backwards.reverse().toString();
    }
}
