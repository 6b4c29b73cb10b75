package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.figure.Table;
import backcopy.probe.Observable;
import backcopy.run.Measurement;
import backcopy.run.ObservablesFile;
import backcopy.run.RunDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    @TempDir
    private Path directory;

    private List<RunDirectory> runs;

    @BeforeEach
    void train() throws Exception {
        runs = StoredTinyRuns.softmaxAndRelu(directory.resolve("runs"));
    }

    private List<Path> export(String form) throws Exception {
        return Export.ALL.get(form).write(StoredTinyRuns.selection(runs), directory);
    }

    @Test
    void csvHasARowForEachRunAndRecord() throws Exception {
        export("csv");
        Table all = Table.read(directory.resolve("runs.csv")), metrics = Table.read(directory.resolve("metrics.csv"));
        assertEquals(List.of("softmax", "relu"), all.texts("model.attention"));
        assertEquals(
                runs.get(1).measurements().stream()
                        .map(record -> record.numbers().get("loss.train"))
                        .toList(),
                metrics.where("run", runs.get(1).identity()).texts("loss.train").stream()
                        .map(Double::valueOf)
                        .toList());
    }

    @Test
    void npzStacksTheStepsOfEveryArray() throws Exception {
        Path file = export("npz").get(0);
        Map<String, Observable> arrays =
                ObservablesFile.read(file).stream().collect(Collectors.toMap(Observable::name, Function.identity()));
        List<Long> steps = runs.get(0).observableSteps();
        assertArrayEquals(
                steps.stream().mapToDouble(step -> step).toArray(),
                arrays.get("step").toArray());
        Observable pattern = arrays.get("attention.pattern");
        assertEquals(List.of("step", "sequence", "layer", "head", "query", "key"), pattern.axes());
        for (int s = 0; s < steps.size(); s++) {
            Observable own = ObservablesFile.read(runs.get(0).observables(steps.get(s))).stream()
                    .filter(array -> array.name().equals("attention.pattern"))
                    .findFirst()
                    .orElseThrow();
            assertArrayEquals(own.toArray(), pattern.at("step", s).toArray());
        }
        assertEquals(
                runs.get(0).state().finalValues().get("loss.evaluation"),
                arrays.get("metrics.loss.evaluation")
                        .get(arrays.get("metrics.step").size("step") - 1));
    }

    /** The check value of CRC-32C that its specification gives for these digits is e3069283. */
    @Test
    void aCheckSumIsRotatedAndMoved() {
        int crc = 0xe3069283;
        assertEquals(
                ((crc >>> 15) | (crc << 17)) + 0xa282ead8,
                TensorBoardExport.masked("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void tensorBoardsEventsSayTheRecordedNumbers() throws Exception {
        Path file = export("tensorboard").get(1);
        assertEquals(runs.get(1).identity(), file.getParent().getFileName().toString());
        List<ByteBuffer> events = events(Files.readAllBytes(file));
        List<Measurement> records = runs.get(1).measurements();
        assertEquals(1 + records.size(), events.size());
        assertEquals(
                "brain.Event:2", text((ByteBuffer) fields(events.get(0)).get(3).get(0)));
        for (int r = 0; r < records.size(); r++) {
            Map<Integer, List<Object>> event = fields(events.get(r + 1));
            assertEquals(
                    records.get(r).step(), event.getOrDefault(2, List.of(0L)).get(0));
            Map<String, Float> scalars = new HashMap<>();
            for (Object value : fields((ByteBuffer) event.get(5).get(0)).get(1)) {
                Map<Integer, List<Object>> scalar = fields((ByteBuffer) value);
                scalars.put(text((ByteBuffer) scalar.get(1).get(0)), (Float)
                        scalar.get(2).get(0));
            }
            Map<String, Float> expected = new HashMap<>();
            records.get(r).numbers().forEach((name, number) -> {
                if (!number.isNaN()) expected.put(name.replace('.', '/'), number.floatValue());
            });
            assertEquals(expected, scalars);
        }
    }

    /** The events of a file; their frames' check sums are compared. */
    private static List<ByteBuffer> events(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> events = new ArrayList<>();
        while (file.hasRemaining()) {
            byte[] length = new byte[8];
            file.get(length);
            assertEquals(TensorBoardExport.masked(length), file.getInt());
            byte[] event = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            file.get(event);
            assertEquals(TensorBoardExport.masked(event), file.getInt());
            events.add(ByteBuffer.wrap(event));
        }
        return events;
    }

    /** A protocol buffer's fields by number. */
    private static Map<Integer, List<Object>> fields(ByteBuffer message) {
        ByteBuffer bytes = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new HashMap<>();
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            Object value = switch ((int) tag & 7) {
                case 0 -> varint(bytes);
                case 1 -> bytes.getDouble();
                case 5 -> bytes.getFloat();
                default -> {
                    byte[] content = new byte[(int) varint(bytes)];
                    bytes.get(content);
                    yield ByteBuffer.wrap(content);
                }
            };
            fields.computeIfAbsent((int) (tag >> 3), field -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) return value;
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
