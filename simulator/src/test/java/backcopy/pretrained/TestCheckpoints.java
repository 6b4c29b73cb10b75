package backcopy.pretrained;

import backcopy.backend.StoredMatrix.Precision;
import backcopy.file.SafetensorsHeader;
import backcopy.file.SafetensorsHeader.Place;
import backcopy.run.Safetensors;
import backcopy.run.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checkpoints that tests write. */
final class TestCheckpoints {
    private TestCheckpoints() {}

    /** The tensors of a file in single precision. */
    static Map<String, Tensor> tensors(Path folder) {
        return Safetensors.read(folder.resolve("model.safetensors")).tensors();
    }

    /** One file of such numbers. */
    static byte[] file(Map<String, Tensor> tensors, Precision precision) throws IOException {
        List<Place> arrays = new ArrayList<>();
        tensors.forEach((name, tensor) -> arrays.add(Place.of(
                name, precision.name(), Arrays.stream(tensor.shape()).boxed().toList())));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(SafetensorsHeader.of(arrays, Map.of("format", "pt")).bytes());
        for (Tensor tensor : tensors.values()) {
            ByteBuffer data = ByteBuffer.allocate(tensor.values().length * precision.bytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (double value : tensor.values())
                if (precision == Precision.F32) data.putFloat((float) value);
                else data.putShort(bits(value, precision));
            bytes.write(data.array());
        }
        return bytes.toByteArray();
    }

    /** The bits of the number of 16 bits nearest to zero's side of {@code value}: cut off, not rounded. */
    static short bits(double value, Precision precision) {
        int single = Float.floatToIntBits((float) value);
        if (precision == Precision.BF16) return (short) (single >> 16);
        int sign = single >> 16 & 0x8000, size = single & 0x7fffffff;
        int half = (size >> 13) - (112 << 10);
        return (short) (sign | Math.max(0, half));
    }

    /** The numbers that a file of that precision holds. */
    static Map<String, Tensor> cut(Map<String, Tensor> tensors, Precision precision) {
        Map<String, Tensor> cut = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> cut.put(
                name,
                new Tensor(
                        Tensor.Precision.F32,
                        tensor.shape(),
                        Arrays.stream(tensor.values())
                                .map(value -> precision.of(bits(value, precision)))
                                .toArray())));
        return cut;
    }

    /** A folder of one file. */
    static Path write(Path folder, Path config, Map<String, Tensor> tensors, Precision precision) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("config.json"), Files.readAllBytes(config));
        Files.write(folder.resolve("model.safetensors"), file(tensors, precision));
        return folder;
    }

    /** A folder of several shards with their index. */
    static Path shards(Path folder, Path config, Map<String, Tensor> tensors, int shards) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("config.json"), Files.readAllBytes(config));
        List<Map<String, Tensor>> parts = new ArrayList<>();
        for (int i = 0; i < shards; i++) parts.add(new LinkedHashMap<>());
        StringBuilder index = new StringBuilder();
        int n = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            int shard = n++ % shards;
            parts.get(shard).put(entry.getKey(), entry.getValue());
            index.append(index.isEmpty() ? "" : ",\n")
                    .append('"')
                    .append(entry.getKey())
                    .append("\": \"");
            index.append(shardName(shard, shards)).append('"');
        }
        for (int i = 0; i < shards; i++)
            Files.write(folder.resolve(shardName(i, shards)), file(parts.get(i), Precision.F32));
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {\n" + index + "}}");
        return folder;
    }

    static String shardName(int shard, int shards) {
        return String.format("model-%05d-of-%05d.safetensors", shard + 1, shards);
    }
}
