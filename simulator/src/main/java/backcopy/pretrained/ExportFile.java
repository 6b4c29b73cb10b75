package backcopy.pretrained;

import backcopy.file.SafetensorsHeader;
import backcopy.file.SafetensorsHeader.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Activations on their way into a safetensors file, under the names of {@code bb trace}: written where they belong as the pass
 * comes to them, so that they are never all in memory.
 */
public final class ExportFile implements Observer, AutoCloseable {
    /** What can be exported. */
    public static final List<String> KINDS = List.of("logits", "residual", "pattern", "value");

    private final Architecture model;
    private final int length;
    private final int vocabulary;
    private final boolean inDouble;
    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final Map<String, Place> places = new LinkedHashMap<>();

    /**
     * @param file made anew; half-written until it is closed
     * @param kinds of {@link #KINDS}
     * @param arithmetic {@code float64} makes numbers of 8 bytes, anything else of 4
     */
    public ExportFile(Path file, Checkpoint checkpoint, TokenInput input, List<String> kinds, String arithmetic)
            throws IOException {
        this.file = file;
        model = checkpoint.architecture();
        vocabulary = checkpoint.vocabulary();
        length = input.length();
        inDouble = arithmetic.equals("float64");
        String dtype = inDouble ? "F64" : "F32";
        int texts = input.texts().length;
        List<Place> arrays = new ArrayList<>();
        for (String kind : kinds)
            if (!KINDS.contains(kind))
                throw new IllegalArgumentException("--export " + kind + " is not one of " + String.join(", ", KINDS));
        if (kinds.contains("logits")) arrays.add(Place.of("logits", dtype, List.of(texts, length, vocabulary)));
        for (int n = 0; n < model.layers(); n++) {
            if (kinds.contains("residual"))
                arrays.add(Place.of(residual(n), dtype, List.of(texts, length, model.width())));
            if (kinds.contains("pattern"))
                arrays.add(Place.of(pattern(n), dtype, List.of(texts, model.heads(), length, length)));
            if (kinds.contains("value"))
                arrays.add(Place.of(value(n), dtype, List.of(texts, model.heads(), length, model.headWidth())));
        }
        header = SafetensorsHeader.of(arrays, Map.of());
        for (Place place : header.places()) places.put(place.name(), place);
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.wrap(header.bytes()), 0);
    }

    private static String residual(int layer) {
        return "layers." + layer + ".residual.out";
    }

    private static String pattern(int layer) {
        return "layers." + layer + ".attention.pattern";
    }

    private static String value(int layer) {
        return "layers." + layer + ".attention.value";
    }

    @Override
    public void head(
            int layer, int head, int text, double[] scores, double[] pattern, double[] outputs, int at, int stride) {
        int square = length * length;
        write(pattern(layer), ((long) text * model.heads() + head) * square, pattern, 0, square);
    }

    /** Each query head's values, those of shared key heads again and again. */
    @Override
    public void values(int layer, int text, double[] values, int at) {
        if (!places.containsKey(value(layer))) return;
        int width = model.headWidth();
        double[] one = new double[length * width];
        for (int head = 0; head < model.heads(); head++) {
            for (int t = 0; t < length; t++)
                System.arraycopy(
                        values, at + (t * model.keyHeads() + model.keyHead(head)) * width, one, t * width, width);
            write(value(layer), ((long) text * model.heads() + head) * one.length, one, 0, one.length);
        }
    }

    @Override
    public void residual(int layer, int ablation, int text, double[] states, int at) {
        if (layer < 0 || ablation > 0) return;
        int size = length * model.width();
        write(residual(layer), (long) text * size, states, at, size);
    }

    @Override
    public void logits(int text, int first, int count, double[] logits, int at) {
        for (int t = 0; t < length; t++)
            write("logits", ((long) text * length + t) * vocabulary + first, logits, at + t * count, count);
    }

    /** Numbers of an array from {@code index} on; nothing where it is not exported. */
    private void write(String name, long index, double[] values, int at, int count) {
        Place place = places.get(name);
        if (place == null) return;
        int size = inDouble ? Double.BYTES : Float.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(count * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++)
            if (inDouble) bytes.putDouble(values[at + i]);
            else bytes.putFloat((float) values[at + i]);
        bytes.flip();
        long to = header.dataBegin() + place.begin() + index * size;
        try {
            while (bytes.hasRemaining()) to += channel.write(bytes, to);
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException(file + " cannot be written: " + e.getMessage(), e));
        }
    }

    /** Makes what was written safe on the disk. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) channel.force(true);
        channel.close();
    }

    /** Removes the file, if it is still there. */
    public void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
