package backcopy.run;

import backcopy.file.StrictJson;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a record, {@code step} and named numbers, steps ascending. A line without its line
 * end was torn by a kill and counts as not written.
 */
final class MetricsFile implements Closeable {
    private final Path path;
    private final FileOutputStream out;
    private long length;

    /** Opens {@code path} to append, without the records from step {@code from} on and without a torn line. */
    MetricsFile(Path path, long from) throws IOException {
        this.path = path;
        length = Files.exists(path) ? lengthBefore(path, from) : 0;
        out = new FileOutputStream(path.toFile(), true);
        out.getChannel().truncate(length);
    }

    /** Refuses a file that is damaged before the records of step {@code from}, and writes nothing. */
    static void check(Path path, long from) {
        if (Files.exists(path)) lengthBefore(path, from);
    }

    /** Appends one line, or leaves the file as it was and throws. */
    void append(Measurement measurement) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", measurement.step());
        line.putAll(measurement.numbers());
        byte[] bytes = (Json.MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
        } catch (IOException e) {
            cutTo(length);
            throw new IOException(path + " cannot be written: " + Reason.of(e), e);
        }
        length += bytes.length;
    }

    /** To the disk. */
    void sync() throws IOException {
        out.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** All whole records; none when there is no file. */
    static List<Measurement> read(Path path) {
        List<Measurement> measurements = new ArrayList<>();
        if (Files.exists(path)) for (String line : wholeLines(path)) measurements.add(parse(path, measurements, line));
        return measurements;
    }

    private static long lengthBefore(Path path, long from) {
        long length = 0;
        List<Measurement> before = new ArrayList<>();
        for (String line : wholeLines(path)) {
            before.add(parse(path, before, line));
            if (before.get(before.size() - 1).step() >= from) break;
            length += line.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return length;
    }

    private static List<String> wholeLines(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            int whole = bytes.length;
            while (whole > 0 && bytes[whole - 1] != '\n') whole--;
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, whole))
                    .toString();
            List<String> lines = List.of(text.split("\n", -1));
            return lines.subList(0, lines.size() - 1);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(path + " is damaged: it is not UTF-8");
        } catch (IOException e) {
            throw new IllegalArgumentException(path + " cannot be read: " + Reason.of(e));
        }
    }

    private static Measurement parse(Path path, List<Measurement> before, String line) {
        String place = path + " line " + (before.size() + 1);
        JsonNode object;
        try {
            object = Json.MAPPER.readTree(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(place + " is not JSON" + StrictJson.where(e));
        }
        if (!object.path("step").isIntegralNumber()) throw new IllegalArgumentException(place + " has no step");
        long step = object.get("step").longValue();
        if (!before.isEmpty() && step <= before.get(before.size() - 1).step())
            throw new IllegalArgumentException(place + " has step " + step + " after a later one");
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getKey().equals("step")) continue;
            if (!entry.getValue().isNumber() && !entry.getValue().isNull())
                throw new IllegalArgumentException(place + " has a " + entry.getKey() + " that is not a number");
            numbers.put(entry.getKey(), entry.getValue().asDouble(Double.NaN));
        }
        return new Measurement(step, numbers);
    }

    private void cutTo(long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
    }
}
