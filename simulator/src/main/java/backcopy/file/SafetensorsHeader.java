package backcopy.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: which arrays there are and where. A file is the header's length in 8 bytes, the header as
 * JSON padded with spaces to a multiple of 8, then the arrays one after another, all little-endian.
 *
 * @param places in the order of the bytes
 * @param metadata words about the file
 * @param dataBegin the byte of the file at which the arrays begin
 */
public record SafetensorsHeader(List<Place> places, Map<String, String> metadata, long dataBegin) {
    /** Every dtype of the format, with the bytes of one number. */
    public static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("F64", 8),
            Map.entry("I64", 8),
            Map.entry("U64", 8),
            Map.entry("F32", 4),
            Map.entry("I32", 4),
            Map.entry("U32", 4),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("I16", 2),
            Map.entry("U16", 2),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("F8_E8M0", 1),
            Map.entry("I8", 1),
            Map.entry("U8", 1),
            Map.entry("BOOL", 1));

    private static final String METADATA = "__metadata__";
    /** The format's own limit on a header, in bytes. */
    private static final long LONGEST_HEADER = 100_000_000;

    /**
     * Where an array lies.
     *
     * @param dtype a key of {@link #BYTES}
     * @param shape outermost axis first; empty for a single number
     * @param begin its first byte, counted from the end of the header
     * @param end the byte behind its last
     */
    public record Place(String name, String dtype, List<Integer> shape, long begin, long end) {
        /** An array whose place follows from those before it, see {@link SafetensorsHeader#of}. */
        public static Place of(String name, String dtype, List<Integer> shape) {
            return new Place(name, dtype, shape, 0, 0);
        }
    }

    public SafetensorsHeader {
        places = List.copyOf(places);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata)); // in its order
    }

    /** The header of a file that is to hold these arrays one after another. */
    public static SafetensorsHeader of(List<Place> arrays, Map<String, String> metadata) {
        List<Place> places = new ArrayList<>();
        long offset = 0;
        for (Place array : arrays) {
            long bytes = BYTES.get(array.dtype);
            for (int axis : array.shape) bytes = Math.multiplyExact(bytes, axis);
            places.add(new Place(array.name, array.dtype, array.shape, offset, offset += bytes));
        }
        SafetensorsHeader header = new SafetensorsHeader(places, metadata, 0);
        return new SafetensorsHeader(places, metadata, header.bytes().length);
    }

    /** The first bytes of the file, up to its first array. */
    public byte[] bytes() {
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        if (!metadata.isEmpty()) metadata.forEach(header.putObject(METADATA)::put);
        for (Place place : places) {
            ObjectNode about = header.putObject(place.name);
            about.put("dtype", place.dtype);
            ArrayNode shape = about.putArray("shape");
            for (int axis : place.shape) shape.add(axis);
            about.putArray("data_offsets").add(place.begin).add(place.end);
        }
        String text = header.toString();
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        byte[] padded = (text + " ".repeat((8 - length % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + padded.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .put(padded)
                .array();
    }

    /**
     * Reads a header and checks it against the file's size. Memory follows the bytes that there are, whatever they claim.
     *
     * @param in at the file's first byte
     * @param dtypes those that are allowed
     * @param mostGibibytes that an array may have
     */
    public static SafetensorsHeader read(InputStream in, long fileSize, List<String> dtypes, int mostGibibytes)
            throws IOException {
        Text text = text(in, fileSize);
        Map<String, String> metadata = metadata(text.json);
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : text.json.properties())
            if (!entry.getKey().equals(METADATA))
                places.add(place(entry.getKey(), entry.getValue(), dtypes, mostGibibytes));
        places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
        long offset = 0;
        for (Place place : places) {
            if (place.begin != offset)
                throw new Damage(place.name + " begins at byte " + place.begin + " where " + offset + " was due");
            offset = place.end;
            if (offset > text.dataBytes)
                throw new Damage(place.name + " ends at byte " + offset + " of " + text.dataBytes);
        }
        if (offset != text.dataBytes) throw new Damage("its arrays end at byte " + offset + " of " + text.dataBytes);
        return new SafetensorsHeader(places, metadata, fileSize - text.dataBytes);
    }

    /** The words about a file; its arrays are not looked at, and may be of any form. */
    public static Map<String, String> metadata(InputStream in, long fileSize) throws IOException {
        return metadata(text(in, fileSize).json);
    }

    /** A header's JSON, and how many bytes come after it. */
    private record Text(JsonNode json, long dataBytes) {}

    private static Text text(InputStream in, long fileSize) throws IOException {
        if (fileSize < 8) throw new Damage("it has " + fileSize + " bytes, and the first 8 are the header's length");
        byte[] first = in.readNBytes(8);
        if (first.length < 8) throw new Damage("it ends in the header's length");
        long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > Math.min(fileSize - 8, LONGEST_HEADER))
            throw new Damage(
                    "its header would have " + Long.toUnsignedString(length) + " bytes in a file of " + fileSize);
        return new Text(StrictJson.object(in.readNBytes((int) length), "its header"), fileSize - 8 - length);
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

    private static Place place(String name, JsonNode about, List<String> dtypes, int mostGibibytes) throws Damage {
        String dtype = about.path("dtype").asText();
        if (!dtypes.contains(dtype))
            throw new Damage(name + " has the dtype " + about.path("dtype") + ", not " + String.join(" or ", dtypes));
        JsonNode axes = about.path("shape");
        JsonNode offsets = about.path("data_offsets");
        if (!axes.isArray() || offsets.size() != 2) throw new Damage(name + " has no shape and two data_offsets");
        List<Integer> shape = new ArrayList<>();
        long bytes = BYTES.get(dtype), most = ((long) mostGibibytes << 30) - 1;
        for (JsonNode axis : axes) {
            if (!axis.isInt() || axis.intValue() < 0) throw new Damage(name + " has the shape " + axes);
            shape.add(axis.intValue());
            if (axis.intValue() > 0 && bytes > most / axis.intValue())
                throw new Damage(name + " of shape " + axes + " is above " + mostGibibytes + " GiB");
            bytes *= axis.intValue();
        }
        if (!isOffset(offsets.get(0)) || !isOffset(offsets.get(1)))
            throw new Damage(name + " has the data_offsets " + offsets);
        long begin = offsets.get(0).longValue();
        long end = offsets.get(1).longValue();
        if (begin < 0 || end - begin != bytes)
            throw new Damage(name + " of shape " + axes + " has the data_offsets " + offsets);
        return new Place(name, dtype, shape, begin, end);
    }

    private static boolean isOffset(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong();
    }
}
