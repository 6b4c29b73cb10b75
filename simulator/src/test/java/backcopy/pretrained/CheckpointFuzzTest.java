package backcopy.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders with something wrong in a header, an index or a config: each is opened as it stands or refused in one line.
 * {@code -Dbackcopy.fuzz=100000} tries so many of them.
 */
class CheckpointFuzzTest {
    private static final int FOLDERS = Integer.getInteger("backcopy.fuzz", 3000);
    /** What opening may take of memory, whatever the files claim; a sound folder takes a tenth of it. */
    private static final long MOST_BYTES = 4 << 20;

    private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.e+-]*");
    private static final Pattern WORD = Pattern.compile("(?<=\")[A-Za-z_0-9.]+(?=\")");
    private static final List<String> NUMBERS = List.of(
            "-1",
            "0",
            "1",
            "2",
            "3",
            "8",
            "31",
            "33",
            "64",
            "96",
            "1000",
            "2147483647",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "1e3",
            "1e400",
            "0.5",
            "-0.0",
            "\"8\"",
            "null",
            "true",
            "[]",
            "{}",
            "[1]");
    private static final List<String> WORDS = List.of(
            "F32",
            "F16",
            "BF16",
            "I8",
            "F8_E4M3",
            "U8",
            "",
            "model.norm.weight",
            "lm_head.weight",
            "llama",
            "gpt2",
            "gpt_neox",
            "olmo",
            "olmo2",
            "qwen2",
            "qwen3",
            "mistral",
            "mixtral",
            "silu",
            "gelu",
            "llama3",
            "yarn",
            "dynamic",
            "dtype",
            "shape",
            "data_offsets",
            "__metadata__",
            "weight_map",
            "hidden_size",
            "../x.safetensors",
            "model-00001-of-00002.safetensors",
            "x.safetensors",
            "\\u0000",
            "\\n");

    @TempDir
    Path directory;

    @BeforeEach
    void soundFolder() throws IOException {
        Path llama = GoldenModels.folder("llama3");
        TestCheckpoints.shards(directory, llama.resolve("config.json"), TestCheckpoints.tensors(llama), 2);
    }

    @Test
    void aMutatedFolderIsOpenedOrRefusedInOneLine() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Path> files = List.of(
                directory.resolve("config.json"),
                directory.resolve("model.safetensors.index.json"),
                directory.resolve(TestCheckpoints.shardName(0, 2)));
        List<byte[]> sound = files.stream().map(CheckpointFuzzTest::bytes).toList();
        Checkpoint.open(directory);
        int refused = 0;
        for (int n = 0; n < FOLDERS; n++) {
            SplittableRandom random = new SplittableRandom(n);
            int which = random.nextInt(3);
            Files.write(files.get(which), mutated(sound.get(which), which == 2, random));
            String what = "folder " + n;
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                Checkpoint checkpoint = Checkpoint.open(directory);
                assertTrue(checkpoint.weights() > 0, what);
            } catch (IllegalArgumentException e) {
                refused++;
                assertEquals(1, e.getMessage().lines().count(), what + ": " + e.getMessage());
                assertTrue(e.getMessage().startsWith(directory.toString()), what + ": " + e.getMessage());
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MOST_BYTES, () -> what + " took " + allocated + " bytes of memory");
            Files.write(files.get(which), sound.get(which));
        }
        assertTrue(refused > FOLDERS / 2, refused + " refused: the mutations hardly touch a folder");
        assertTrue(refused < FOLDERS, "all refused: the mutations leave no folder sound");
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One to three changes of a text, which is a header where the file has numbers behind it. */
    private static byte[] mutated(byte[] sound, boolean header, SplittableRandom random) throws IOException {
        int begin = header ? 8 : 0;
        int end = header
                ? 8
                        + (int) ByteBuffer.wrap(sound)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()
                : sound.length;
        String text = new String(sound, begin, end - begin, StandardCharsets.UTF_8);
        for (int i = random.nextInt(3); i >= 0; i--)
            text = switch (random.nextInt(5)) {
                case 0, 1 -> replaced(text, NUMBER, NUMBERS, random);
                case 2, 3 -> replaced(text, WORD, WORDS, random);
                default -> cut(text, random);
            };
        byte[] changed = text.getBytes(StandardCharsets.UTF_8);
        if (!header) return changed;
        long length = random.nextInt(8) == 0 ? random.nextLong() >>> random.nextInt(64) : changed.length;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array());
        file.write(changed);
        file.write(sound, end, sound.length - end);
        byte[] all = file.toByteArray();
        return random.nextInt(8) == 0 ? Arrays.copyOf(all, random.nextInt(all.length + 9)) : all;
    }

    private static String replaced(String text, Pattern what, List<String> by, SplittableRandom random) {
        List<MatchResult> places = what.matcher(text).results().toList();
        if (places.isEmpty()) return text;
        MatchResult place = places.get(random.nextInt(places.size()));
        return text.substring(0, place.start()) + by.get(random.nextInt(by.size())) + text.substring(place.end());
    }

    private static String cut(String text, SplittableRandom random) {
        if (text.isEmpty()) return text;
        int from = random.nextInt(text.length()), to = Math.min(text.length(), from + 1 + random.nextInt(40));
        return text.substring(0, from) + text.substring(to);
    }
}
