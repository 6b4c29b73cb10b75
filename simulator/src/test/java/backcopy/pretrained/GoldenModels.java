package backcopy.pretrained;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpzFile;

/** The tiny checkpoints among the test resources, and what other programs say of them. */
public final class GoldenModels {
    public static final List<String> NAMES =
            List.of("llama2", "llama3", "mistral", "olmo", "olmo2", "gpt_neox", "gpt2", "qwen2", "qwen3");

    private GoldenModels() {}

    public static Path folder(String name) {
        try {
            return Path.of(GoldenModels.class
                            .getResource("/pretrained/" + name + "/config.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Checkpoint open(String name) {
        try {
            return Checkpoint.open(folder(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its arrays by name, as doubles. */
    static Map<String, double[]> reference(Path folder) {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        try (NpzFile.Reader reader = NpzFile.read(folder.resolve("reference.npz"))) {
            reader.introspect().forEach(entry -> {
                NpyArray array = reader.get(entry.getName(), 1 << 20);
                Object data = array.getData();
                arrays.put(
                        entry.getName(),
                        data instanceof float[] floats
                                ? doubles(floats)
                                : data instanceof long[] longs
                                        ? Arrays.stream(longs).asDoubleStream().toArray()
                                        : data instanceof int[] ints
                                                ? Arrays.stream(ints)
                                                        .asDoubleStream()
                                                        .toArray()
                                                : (double[]) data);
            });
        }
        return arrays;
    }

    /** The array {@code tokens}, [texts, length]. */
    static int[][] tokens(Map<String, double[]> reference, int texts) {
        double[] all = reference.get("tokens");
        int length = all.length / texts;
        int[][] tokens = new int[texts][length];
        for (int i = 0; i < all.length; i++) tokens[i / length][i % length] = (int) all[i];
        return tokens;
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) doubles[i] = floats[i];
        return doubles;
    }
}
