package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Tensor.Precision;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred and twenty thousand files with something wrong in them: each is read as it stands or refused in one line. */
class SafetensorsFuzzTest {
    private static final int FILES = 120_000;
    /** What reading may take of memory, whatever a header says: the parser's own buffers are most of it. */
    private static final long MOST_BYTES = 1 << 20;

    private static final List<String> NUMBERS = List.of(
            "-1",
            "0",
            "1",
            "2",
            "3",
            "4",
            "7",
            "8",
            "9",
            "16",
            "24",
            "40",
            "48",
            "2147483647",
            "2147483648",
            "4294967295",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "1e3",
            "1e400",
            "8.0",
            "\"8\"",
            "null",
            "true",
            "[]",
            "[8]",
            "{}",
            "99999999999999999999999999");
    private static final List<String> WORDS = List.of(
            "F32",
            "F64",
            "F16",
            "BF16",
            "I64",
            "U8",
            "f32",
            "",
            "shape",
            "dtype",
            "data_offsets",
            "__metadata__",
            "v",
            "w",
            "\\n",
            "\\u0000");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern WORD = Pattern.compile("(?<=\")[A-Za-z_0-9]+(?=\")");

    @TempDir
    Path directory;

    @Test
    void aMutatedFileIsReadAsItStandsOrRefusedInOneLine() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] sound = sound();
        int refused = 0;
        for (int n = 0; n < FILES; n++) {
            byte[] file = mutated(sound, new Random(n));
            String name = "file " + n;
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                Safetensors read = Safetensors.read(new ByteArrayInputStream(file), file.length, name);
                long bytes = read.tensors().values().stream()
                        .mapToLong(Tensor::bytes)
                        .sum();
                assertTrue(bytes <= file.length, () -> name + " gives " + bytes + " bytes");
            } catch (IllegalArgumentException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(name + " is not a sound safetensors file: "), e.getMessage());
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MOST_BYTES, () -> name + " took " + allocated + " bytes of memory");
        }
        assertTrue(refused > FILES / 2, refused + " refused: the mutations hardly touch a file");
        assertTrue(refused < FILES, "all refused: the mutations leave no file sound");
    }

    private byte[] sound() throws IOException {
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("v", new Tensor(Precision.F32, new int[] {2, 3}, new double[6]));
        tensors.put("w", new Tensor(Precision.F64, new int[] {2}, new double[2]));
        tensors.put("none", new Tensor(Precision.F32, new int[] {0, 4}, new double[0]));
        tensors.put("one", new Tensor(Precision.F64, new int[] {}, new double[1]));
        Path file = directory.resolve("sound");
        new Safetensors(tensors, Map.of("step", "3")).write(file);
        return Files.readAllBytes(file);
    }

    /** One to three mutations of the header's text, of its length, or of any byte. */
    private static byte[] mutated(byte[] sound, Random random) {
        int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String header = new String(sound, 8, length, StandardCharsets.UTF_8);
        byte[] data = new byte[sound.length - 8 - length];
        System.arraycopy(sound, 8 + length, data, 0, data.length);
        for (int i = random.nextInt(3); i >= 0; i--)
            header = switch (random.nextInt(6)) {
                case 0, 1 -> replaced(header, NUMBER, NUMBERS, random);
                case 2 -> replaced(header, WORD, WORDS, random);
                case 3 -> cut(header, random);
                default -> header;
            };
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        byte[] file = file(random.nextInt(8) == 0 ? lie(text.length, random) : text.length, text, data);
        if (random.nextInt(4) == 0) file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        return random.nextInt(8) == 0 ? Arrays.copyOf(file, random.nextInt(file.length + 9)) : file;
    }

    private static long lie(long length, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> -1;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 100_000_000;
            case 3 -> 1L << 32;
            case 4 -> 0;
            default -> length + random.nextInt(33) - 16;
        };
    }

    private static String replaced(String header, Pattern what, List<String> by, Random random) {
        List<int[]> places = what.matcher(header)
                .results()
                .map(m -> new int[] {m.start(), m.end()})
                .toList();
        if (places.isEmpty()) return header;
        int[] place = places.get(random.nextInt(places.size()));
        return header.substring(0, place[0]) + by.get(random.nextInt(by.size())) + header.substring(place[1]);
    }

    /** Without some of its letters, or with them twice. */
    private static String cut(String header, Random random) {
        int from = random.nextInt(header.length());
        int to = Math.min(header.length(), from + 1 + random.nextInt(40));
        return header.substring(0, random.nextBoolean() ? from : to)
                + header.substring(random.nextBoolean() ? from : to);
    }

    private static byte[] file(long length, byte[] header, byte[] data) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array());
        file.writeBytes(header);
        file.writeBytes(data);
        return file.toByteArray();
    }
}
