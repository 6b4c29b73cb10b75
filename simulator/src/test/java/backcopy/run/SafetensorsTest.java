package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Tensor.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    private static final String F32 = "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";

    @TempDir
    Path directory;

    @Test
    void doublesKeepTheirBitsAndFloatsTheirs() throws IOException {
        Random random = new Random(1);
        double[] doubles = random.doubles(12).toArray();
        double[] floats = new double[] {1, -0.0, 0.1f, Float.MIN_VALUE, Float.POSITIVE_INFINITY, Double.NaN};
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", new Tensor(Precision.F32, new int[] {2, 3}, floats));
        tensors.put("a \"quoted\" é", new Tensor(Precision.F64, new int[] {3, 4, 1}, doubles));
        tensors.put("empty", new Tensor(Precision.F32, new int[] {0, 4}, new double[0]));
        tensors.put("single", new Tensor(Precision.F64, new int[] {}, new double[] {Math.PI}));
        Path file = directory.resolve("t.safetensors");
        new Safetensors(tensors, Map.of("step", "3")).write(file);

        Safetensors read = Safetensors.read(file);
        assertEquals(
                List.of("z", "a \"quoted\" é", "empty", "single"),
                List.copyOf(read.tensors().keySet()));
        assertEquals(Map.of("step", "3"), read.metadata());
        tensors.forEach((name, tensor) -> {
            Tensor same = read.tensors().get(name);
            assertEquals(tensor.precision(), same.precision(), name);
            assertArrayEquals(tensor.shape(), same.shape(), name);
            assertArrayEquals(bits(tensor.values()), bits(same.values()), name);
        });
        assertEquals(List.of("t.safetensors"), names());
    }

    @Test
    void theBytesAreTheFormats() throws IOException {
        Path file = directory.resolve("t.safetensors");
        new Safetensors(tensors(Precision.F32, 1, -2), Map.of("format", "x")).write(file);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.getLong();
        assertEquals(0, length % 8);
        byte[] header = new byte[(int) length];
        bytes.get(header);
        assertEquals(
                "{'__metadata__':{'format':'x'},'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}"
                        .replace('\'', '"'),
                new String(header, StandardCharsets.UTF_8).stripTrailing());
        assertEquals(1f, bytes.getFloat());
        assertEquals(-2f, bytes.getFloat());
        assertFalse(bytes.hasRemaining());
    }

    @Test
    void theSameTensorsGiveTheSameBytes() throws IOException {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        new Safetensors(tensors(Precision.F64, 1, 2), Map.of("step", "3")).write(first);
        new Safetensors(tensors(Precision.F64, 1, 2), Map.of("step", "3")).write(second);
        assertEquals(-1, Files.mismatch(first, second));
    }

    @Test
    void aFileThatIsCutAnywhereIsRefused() throws IOException {
        Path whole = directory.resolve("whole");
        LinkedHashMap<String, Tensor> tensors = tensors(Precision.F32, 1, 2);
        tensors.put("v", new Tensor(Precision.F64, new int[] {3}, new double[3]));
        new Safetensors(tensors, Map.of("step", "3")).write(whole);
        byte[] bytes = Files.readAllBytes(whole);
        assertTrue(bytes.length > 150);
        for (int length = 0; length < bytes.length; length++) {
            Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, length));
            String message = Refusal.of(() -> Safetensors.read(cut));
            assertTrue(message.startsWith(cut + " is not a sound safetensors file: "), message);
        }
    }

    @Test
    void aFileWithMoreBytesIsRefused() throws IOException {
        Path file = directory.resolve("t");
        new Safetensors(tensors(Precision.F32, 1, 2), Map.of()).write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
        assertTrue(Refusal.of(() -> Safetensors.read(file)).endsWith("its arrays end at byte 8 of 9"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'w':{'dtype':'BF16','shape':[2],'data_offsets':[0,8]}} | w has the dtype \"BF16\", not F32 or F64",
                "{'w':{'shape':[2],'data_offsets':[0,8]}} | w has the dtype , not F32 or F64",
                "{'w':{'dtype':'F32','data_offsets':[0,8]}} | w has no shape and two data_offsets",
                "{'w':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | w of shape [3] has the data_offsets [0,8]",
                "{'w':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | w has the shape [-2]",
                "{'w':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | w has the shape [2.0]",
                "{'w':{'dtype':'F32','shape':[99999,99999],'data_offsets':[0,8]}} | w of shape [99999,99999] is above 2 GiB",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | w begins at byte 4 where 0 was due",
                "{'w':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}} | w ends at byte 16 of 8",
                "{'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | its arrays end at byte 4 of 8",
                "{'w':{'dtype':'F32','shape':[2],'data_offsets':['0','8']}} | w has the data_offsets [\"0\",\"8\"]",
                "{'w':3} | w has the dtype , not F32 or F64",
                "[1,2] | its header is not a JSON object",
                "{} | its arrays end at byte 0 of 8",
            })
    void aWrongHeaderIsRefused(String header, String reason) throws IOException {
        assertTrue(Refusal.of(() -> Safetensors.read(withHeader(header))).endsWith(": " + reason), reason);
    }

    @Test
    void aHeaderThatIsNoJsonOrNamesATensorTwiceIsRefused() throws IOException {
        assertTrue(Refusal.of(() -> Safetensors.read(withHeader("{'w'"))).contains("its header is not JSON"));
        String twice = F32.substring(0, F32.length() - 1) + "," + F32.substring(1);
        assertTrue(Refusal.of(() -> Safetensors.read(withHeader(twice))).contains("its header is not JSON"));
        assertEquals(2, Safetensors.read(withHeader(F32)).tensors().get("w").values().length);
    }

    @Test
    void noiseAndOtherFilesAreRefused() throws IOException {
        byte[] noise = new byte[1000];
        for (int seed = 0; seed < 20; seed++) {
            new Random(seed).nextBytes(noise);
            Path file = Files.write(directory.resolve("noise"), noise);
            assertTrue(Refusal.of(() -> Safetensors.read(file)).startsWith(file + " is not a sound"));
        }
        assertEquals(directory + " is not a file", Refusal.of(() -> Safetensors.read(directory)));
        Path none = directory.resolve("none");
        assertEquals(none + " does not exist", Refusal.of(() -> Safetensors.read(none)));
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = directory.resolve("t");
        Files.writeString(file, "old");
        assertThrows(
                IOException.class,
                () -> WholeFile.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("t"), names());
    }

    private static LinkedHashMap<String, Tensor> tensors(Precision precision, double... values) {
        return new LinkedHashMap<>(Map.of("w", new Tensor(precision, new int[] {values.length}, values)));
    }

    /** A file with this header, written with single quotes, and 8 bytes of data. */
    private Path withHeader(String header) throws IOException {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(16 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        return Files.write(directory.resolve("h"), bytes.array());
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
    }
}
