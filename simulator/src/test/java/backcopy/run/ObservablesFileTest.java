package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.probe.Observable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jetbrains.bio.npy.NpzFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservablesFileTest {
    private static final Observable MATRIX =
            Observable.of("score.bos", List.of("head", "token"), new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
    private static final Observable ROW = Observable.of(
            "residual.norm",
            List.of("position"),
            new int[] {4},
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            -0.0,
            Double.MIN_VALUE);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("step-000200.npz");
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        ObservablesFile.write(file, List.of(ROW, MATRIX));
        List<Observable> read = ObservablesFile.read(file);
        assertEquals(2, read.size());
        assertEqual(ROW, read.get(0));
        assertEqual(MATRIX, read.get(1));
    }

    @Test
    void manyValuesOutgrowOneBuffer() throws IOException {
        double[] values = new double[300_001];
        for (int i = 0; i < values.length; i++) values[i] = Math.sin(i);
        Observable large = Observable.of("large", List.of("i"), new int[] {values.length}, values);
        ObservablesFile.write(file, List.of(large));
        assertEqual(large, ObservablesFile.read(file).get(0));
    }

    @Test
    void viewsAreWrittenAsTheyRead() throws IOException {
        Observable transposed = new Observable(
                "transposed", List.of("token", "head"), MATRIX.values().transpose(1, 0));
        Observable column = MATRIX.at("token", 1);
        ObservablesFile.write(file, List.of(transposed, column));
        List<Observable> read = ObservablesFile.read(file);
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, read.get(0).toArray());
        assertArrayEquals(new double[] {2, 5}, read.get(1).toArray());
        assertEquals(List.of("head"), read.get(1).axes());
    }

    /** The format as NumPy documents it, taken apart without the library that wrote it. */
    @Test
    void theBytesAreNumPys() throws IOException {
        ObservablesFile.write(file, List.of(ROW, MATRIX));
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(
                    List.of("residual.norm.npy", "residual.norm.axes.npy", "score.bos.npy", "score.bos.axes.npy"),
                    zip.stream().map(entry -> entry.getName()).toList());
            ByteBuffer array = body(zip, "score.bos.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (2,3, )}");
            for (double expected = 1; expected <= 6; expected++) assertEquals(expected, array.getDouble());
            assertEquals(0, array.remaining());
            ByteBuffer axes =
                    body(zip, "score.bos.axes.npy", "{'descr': '|S5', 'fortran_order': False, 'shape': (2, )}");
            byte[] names = new byte[axes.remaining()];
            axes.get(names);
            assertEquals("head\0token", new String(names, StandardCharsets.US_ASCII));
        }
    }

    private static ByteBuffer body(ZipFile zip, String name, String header) throws IOException {
        byte[] bytes = zip.getInputStream(zip.getEntry(name)).readAllBytes();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals("\u0093NUMPY\u0001\0", new String(bytes, 0, 8, StandardCharsets.ISO_8859_1));
        int length = buffer.getShort(8);
        assertTrue(new String(bytes, 10, length, StandardCharsets.US_ASCII).startsWith(header));
        assertEquals(0, (10 + length) % 16);
        return buffer.position(10 + length);
    }

    @Test
    void anUnfinishedFileOfBeforeIsReplaced() throws IOException {
        ObservablesFile.write(file, List.of(ROW));
        Files.write(WholeFile.temporary(file), new byte[100_000]);
        ObservablesFile.write(file, List.of(MATRIX));
        assertEqual(MATRIX, ObservablesFile.read(file).get(0));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aFailedWriteLeavesWhatWasThere() throws IOException {
        ObservablesFile.write(file, List.of(ROW));
        assertThrows(IOException.class, () -> ObservablesFile.write(file, List.of(MATRIX, MATRIX)));
        assertEqual(ROW, ObservablesFile.read(file).get(0));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aChangedByteIsNeverReadAsAnotherValue() throws IOException {
        ObservablesFile.write(file, List.of(MATRIX));
        byte[] bytes = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            try {
                List<Observable> read = ObservablesFile.read(file); // a time stamp, say
                assertEquals(1, read.size(), "byte " + i);
                assertEqual(MATRIX, read.get(0));
            } catch (IllegalArgumentException refusal) {
                assertTrue(refusal.getMessage().startsWith(file + " is damaged"), refusal.getMessage());
                assertTrue(refusal.getMessage().indexOf('\n') < 0, refusal.getMessage());
                refused++;
            }
        }
        assertTrue(refused > bytes.length / 2, refused + " of " + bytes.length);
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        refused(" is not a readable file");
        Files.writeString(file, "step,loss\n0,4.2\n");
        refused(" is damaged, or no file of observables: ");
        ObservablesFile.write(file, List.of(ROW));
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 200));
        refused(" is damaged, or no file of observables: ");
        try (NpzFile.Writer writer = NpzFile.write(file, true)) {
            writer.write("weights", new double[] {1, 2});
        }
        refused(" is damaged, or no file of observables: the axes of weights have no names");
        try (NpzFile.Writer writer = NpzFile.write(file, true)) {
            writer.write("weights", new float[] {1, 2});
            writer.write("weights.axes", new String[] {"i"});
        }
        refused(" is damaged, or no file of observables: ");
    }

    private void refused(String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> ObservablesFile.read(file))
                .getMessage();
        assertTrue(message.startsWith(file + reason), message);
        assertTrue(message.indexOf('\n') < 0, message);
    }

    private static void assertEqual(Observable expected, Observable actual) {
        assertEquals(expected.name(), actual.name());
        assertEquals(expected.axes(), actual.axes());
        assertArrayEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toArray(), actual.toArray());
    }
}
