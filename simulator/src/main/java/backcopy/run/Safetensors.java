package backcopy.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of named arrays in the safetensors format: the header's length in 8 bytes, a JSON header padded with spaces to a
 * multiple of 8, then the arrays one after another, all little-endian.
 *
 * @param tensors in the file's order
 * @param metadata words about the file
 */
public record Safetensors(LinkedHashMap<String, Tensor> tensors, Map<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    /** The format's own limit on a header, in bytes. */
    private static final long LONGEST_HEADER = 100_000_000;

    /** Writes whole or not at all. Numbers of precision F32 are rounded to float. */
    public void write(Path path) throws IOException {
        byte[] header = header();
        WholeFile.write(path, out -> {
            out.write(littleEndian(8).putLong(header.length).array());
            out.write(header);
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
            return metadata(header(in, Files.size(path)).json);
        } catch (Damage damage) {
            throw damage.refusal(path.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + Reason.of(e));
        }
    }

    private byte[] header() {
        ObjectNode header = Json.MAPPER.createObjectNode();
        if (!metadata.isEmpty()) metadata.forEach(header.putObject(METADATA)::put);
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode about = header.putObject(entry.getKey());
            about.put("dtype", tensor.precision().name());
            ArrayNode shape = about.putArray("shape");
            for (int axis : tensor.shape()) shape.add(axis);
            about.putArray("data_offsets").add(offset).add(offset += tensor.bytes());
        }
        String text = header.toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return (text + " ".repeat((8 - length % 8) % 8)).getBytes(StandardCharsets.UTF_8);
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

    /** Where a tensor lies in the bytes after the header. */
    private record Place(String name, Tensor.Precision precision, int[] shape, long begin, long end) {}

    /** A header, and how many bytes come after it. */
    private record Header(JsonNode json, long dataBytes) {}

    private static Header header(InputStream in, long fileSize) throws IOException {
        if (fileSize < 8) throw new Damage("it has " + fileSize + " bytes, and the first 8 are the header's length");
        byte[] first = in.readNBytes(8);
        if (first.length < 8) throw new Damage("it ends in the header's length");
        long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > Math.min(fileSize - 8, LONGEST_HEADER))
            throw new Damage(
                    "its header would have " + Long.toUnsignedString(length) + " bytes in a file of " + fileSize);
        return new Header(parse(in.readNBytes((int) length)), fileSize - 8 - length);
    }

    private static Map<String, String> metadata(JsonNode header) throws Damage {
        Map<String, String> metadata = new LinkedHashMap<>();
        JsonNode words = header.path(METADATA);
        if (!words.isMissingNode() && !words.isObject()) throw new Damage(METADATA + " is not a JSON object");
        for (Map.Entry<String, JsonNode> word : words.properties()) {
            if (!word.getValue().isTextual())
                throw new Damage(METADATA + " has a " + word.getKey() + " that is no text");
            metadata.put(word.getKey(), word.getValue().asText());
        }
        return metadata;
    }

    private static Safetensors read(InputStream in, long fileSize) throws IOException {
        Header header = header(in, fileSize);
        Map<String, String> metadata = metadata(header.json);
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.json.properties())
            if (!entry.getKey().equals(METADATA)) places.add(place(entry.getKey(), entry.getValue()));
        places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        long offset = 0;
        for (Place place : places) {
            if (place.begin != offset)
                throw new Damage(place.name + " begins at byte " + place.begin + " where " + offset + " was due");
            offset = place.end;
            if (offset > header.dataBytes)
                throw new Damage(place.name + " ends at byte " + offset + " of " + header.dataBytes);
            tensors.put(place.name, decode(place, in));
        }
        if (offset != header.dataBytes)
            throw new Damage("its arrays end at byte " + offset + " of " + header.dataBytes);
        return new Safetensors(tensors, metadata);
    }

    private static JsonNode parse(byte[] header) throws Damage {
        try {
            JsonNode node = Json.MAPPER.readTree(header);
            if (node.isObject()) return node;
        } catch (IOException e) {
            throw new Damage("its header is not JSON" + Json.where(e));
        }
        throw new Damage("its header is not a JSON object");
    }

    private static Place place(String name, JsonNode about) throws Damage {
        Tensor.Precision precision = switch (about.path("dtype").asText()) {
            case "F32" -> Tensor.Precision.F32;
            case "F64" -> Tensor.Precision.F64;
            default -> throw new Damage(name + " has the dtype " + about.path("dtype") + ", not F32 or F64");
        };
        JsonNode axes = about.path("shape");
        JsonNode offsets = about.path("data_offsets");
        if (!axes.isArray() || offsets.size() != 2) throw new Damage(name + " has no shape and two data_offsets");
        int[] shape = new int[axes.size()];
        long bytes = precision.bytes;
        for (int i = 0; i < shape.length; i++) {
            if (!axes.get(i).isInt() || axes.get(i).intValue() < 0) throw new Damage(name + " has the shape " + axes);
            shape[i] = axes.get(i).intValue();
            bytes = bytes * shape[i];
            if (bytes > Integer.MAX_VALUE) throw new Damage(name + " of shape " + axes + " is above 2 GiB");
        }
        if (!isOffset(offsets.get(0)) || !isOffset(offsets.get(1)))
            throw new Damage(name + " has the data_offsets " + offsets);
        long begin = offsets.get(0).longValue();
        long end = offsets.get(1).longValue();
        if (begin < 0 || end - begin != bytes)
            throw new Damage(name + " of shape " + axes + " has the data_offsets " + offsets);
        return new Place(name, precision, shape, begin, end);
    }

    private static boolean isOffset(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong();
    }

    private static Tensor decode(Place place, InputStream in) throws IOException {
        byte[] read = in.readNBytes((int) (place.end - place.begin));
        if (read.length != place.end - place.begin) throw new Damage(place.name + " is cut off");
        ByteBuffer bytes = ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[read.length / place.precision.bytes];
        switch (place.precision) {
            case F32 -> {
                for (int i = 0; i < values.length; i++) values[i] = bytes.getFloat();
            }
            case F64 -> bytes.asDoubleBuffer().get(values);
        }
        return new Tensor(place.precision, place.shape, values);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What is wrong with the file that is being read. */
    private static final class Damage extends IOException {
        private static final long serialVersionUID = 1;

        Damage(String reason) {
            super(reason);
        }

        /** In one line, whatever the file's names hold. */
        IllegalArgumentException refusal(String name) {
            String reason = getMessage().replaceAll("\\p{Cntrl}", "?");
            return new IllegalArgumentException(name + " is not a sound safetensors file: " + reason);
        }
    }
}
