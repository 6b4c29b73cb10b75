package backcopy.pretrained;

import backcopy.file.SafetensorsHeader;
import backcopy.file.SafetensorsHeader.Place;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a checkpoint of Llama-2-7B's shape with random BF16 weights, 13.5 GB, to measure time and memory by; no test. Arguments: a
 * folder, and layers where 32 are too many.
 */
final class SyntheticCheckpoint {
    private static final int WIDTH = 4096, HEADS = 32, MLP = 11008, VOCABULARY = 32000;

    private SyntheticCheckpoint() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int layers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 32;
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "vocab_size": %d, "max_position_embeddings": 4096,
                 "rms_norm_eps": 1e-05, "hidden_act": "silu", "tie_word_embeddings": false, "bos_token_id": 1}
                """.formatted(WIDTH, MLP, layers, HEADS, HEADS, VOCABULARY));
        List<Place> arrays = new ArrayList<>();
        add(arrays, "model.embed_tokens", VOCABULARY, WIDTH);
        for (int n = 0; n < layers; n++) {
            String layer = "model.layers." + n + ".";
            for (String map : List.of("q", "k", "v", "o"))
                add(arrays, layer + "self_attn." + map + "_proj", WIDTH, WIDTH);
            add(arrays, layer + "mlp.gate_proj", MLP, WIDTH);
            add(arrays, layer + "mlp.up_proj", MLP, WIDTH);
            add(arrays, layer + "mlp.down_proj", WIDTH, MLP);
            add(arrays, layer + "input_layernorm", WIDTH);
            add(arrays, layer + "post_attention_layernorm", WIDTH);
        }
        add(arrays, "model.norm", WIDTH);
        add(arrays, "lm_head", VOCABULARY, WIDTH);
        SafetensorsHeader header = SafetensorsHeader.of(arrays, Map.of());
        byte[] pool = pool(1 << 24), ones = new byte[2 * WIDTH];
        for (int i = 0; i < ones.length; i += 2) ones[i] = (byte) 0x80;
        for (int i = 1; i < ones.length; i += 2) ones[i] = 0x3f;
        SplittableRandom random = new SplittableRandom(7);
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 20)) {
            out.write(header.bytes());
            for (Place place : header.places()) {
                if (place.shape().size() == 1) {
                    out.write(ones);
                    continue;
                }
                for (long left = place.end() - place.begin(); left > 0; ) {
                    int from = 2 * random.nextInt(pool.length / 4);
                    int count = (int) Math.min(left, pool.length - from);
                    out.write(pool, from, count);
                    left -= count;
                }
            }
        }
    }

    private static void add(List<Place> arrays, String name, Integer... shape) {
        arrays.add(Place.of(name + ".weight", "BF16", List.of(shape)));
    }

    /** Gaussian numbers of deviation .02, as bits. */
    private static byte[] pool(int bytes) {
        SplittableRandom random = new SplittableRandom(5);
        ByteBuffer pool = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (pool.hasRemaining())
            pool.putShort((short) (Float.floatToIntBits((float) (0.02 * random.nextGaussian())) >> 16));
        return pool.array();
    }
}
