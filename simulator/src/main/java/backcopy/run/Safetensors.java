package backcopy.run;

import backcopy.file.Damage;
import backcopy.file.SafetensorsHeader;
import backcopy.file.SafetensorsHeader.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of named arrays in the safetensors format, see {@link SafetensorsHeader}.
 *
 * @param tensors in the file's order
 * @param metadata words about the file
 */
public record Safetensors(LinkedHashMap<String, Tensor> tensors, Map<String, String> metadata) {
    private static final List<String> DTYPES = List.of("F32", "F64");
    /** Of one array, which is held in memory. */
    private static final int LARGEST_GIBIBYTES = 2;

    /** Writes whole or not at all. Numbers of precision F32 are rounded to float. */
    public void write(Path path) throws IOException {
        List<Place> arrays = new ArrayList<>();
        tensors.forEach((name, tensor) -> arrays.add(Place.of(
                name,
                tensor.precision().name(),
                Arrays.stream(tensor.shape()).boxed().toList())));
        SafetensorsHeader header = SafetensorsHeader.of(arrays, metadata);
        WholeFile.write(path, out -> {
            out.write(header.bytes());
            for (Tensor tensor : tensors.values()) out.write(encode(tensor));
        });
    }

    /**
     * Reads and checks a file.
     *
     * @throws IllegalArgumentException when it is missing, damaged or of another kind, in one line that names it
     */
    public static Safetensors read(Path path) {
        if (!Files.isRegularFile(path))
            throw new IllegalArgumentException(path + (Files.exists(path) ? " is not a file" : " does not exist"));
        try (InputStream in = Files.newInputStream(path)) {
            return read(in, Files.size(path), path.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + Reason.of(e));
        }
    }

    /** Reads and checks a file of {@code size} bytes, which errors call {@code name}. Memory follows those, whatever its header claims. */
    static Safetensors read(InputStream in, long size, String name) throws IOException {
        try {
            return read(in, size);
        } catch (Damage damage) {
            throw damage.refusal(name);
        }
    }

    /** The words about a file; its arrays are not looked at, and may be of a form that {@link #read} refuses. */
    static Map<String, String> metadata(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return SafetensorsHeader.metadata(in, Files.size(path));
        } catch (Damage damage) {
            throw damage.refusal(path.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + Reason.of(e));
        }
    }

    private static byte[] encode(Tensor tensor) {
        ByteBuffer bytes = littleEndian(Math.toIntExact(tensor.bytes()));
        switch (tensor.precision()) {
            case F32 -> {
                for (double value : tensor.values()) bytes.putFloat((float) value);
            }
            case F64 -> bytes.asDoubleBuffer().put(tensor.values());
        }
        return bytes.array();
    }

    private static Safetensors read(InputStream in, long fileSize) throws IOException {
        SafetensorsHeader header = SafetensorsHeader.read(in, fileSize, DTYPES, LARGEST_GIBIBYTES);
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (Place place : header.places()) tensors.put(place.name(), decode(place, in));
        return new Safetensors(tensors, header.metadata());
    }

    private static Tensor decode(Place place, InputStream in) throws IOException {
        Tensor.Precision precision = Tensor.Precision.valueOf(place.dtype());
        byte[] read = in.readNBytes((int) (place.end() - place.begin()));
        if (read.length != place.end() - place.begin()) throw new Damage(place.name() + " is cut off");
        ByteBuffer bytes = ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[read.length / precision.bytes];
        switch (precision) {
            case F32 -> {
                for (int i = 0; i < values.length; i++) values[i] = bytes.getFloat();
            }
            case F64 -> bytes.asDoubleBuffer().get(values);
        }
        int[] shape = place.shape().stream().mapToInt(Integer::intValue).toArray();
        return new Tensor(precision, shape, values);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
