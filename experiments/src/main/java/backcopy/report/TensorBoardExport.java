package backcopy.report;

import backcopy.run.Measurement;
import backcopy.run.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One directory a run with an event file of scalars, as TensorBoard reads it: records of TFRecord's framing (length, its
 * masked CRC-32C, bytes, theirs), each a protocol buffer {@code Event}. A record's time is the run's start and its share of
 * the run's seconds, since records are not dated.
 */
final class TensorBoardExport implements Export {
    private static final String FILE_VERSION = "brain.Event:2";
    private static final int MASK = 0xa282ead8;

    @Override
    public List<Path> write(Selection selection, Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (ReportedRun run : selection.runs()) {
            Path own = directory.resolve(run.label());
            Files.createDirectories(own);
            Path file = own.resolve("events.out.tfevents.0.backcopy");
            WholeFile.write(file, out -> write(run, out));
            files.add(file);
        }
        return files;
    }

    private static void write(ReportedRun run, OutputStream out) throws IOException {
        double start = Instant.parse(run.state().start()).toEpochMilli() / 1000.0;
        Message version = new Message().number(1, start).text(3, FILE_VERSION);
        frame(version.bytes(), out);
        for (Measurement record : run.records()) {
            Message summary = new Message();
            for (Map.Entry<String, Double> number : record.numbers().entrySet())
                if (!number.getValue().isNaN())
                    summary.message(
                            1,
                            new Message()
                                    .text(1, number.getKey().replace('.', '/'))
                                    .number(2, number.getValue().floatValue()));
            double share = run.lastStep() == 0 ? 0 : record.step() / (double) run.lastStep();
            Message event = new Message()
                    .number(1, start + share * run.state().seconds())
                    .whole(2, record.step())
                    .message(5, summary);
            frame(event.bytes(), out);
        }
    }

    private static void frame(byte[] event, OutputStream out) throws IOException {
        byte[] length = little(8).putLong(event.length).array();
        out.write(length);
        out.write(little(4).putInt(masked(length)).array());
        out.write(event);
        out.write(little(4).putInt(masked(event)).array());
    }

    static int masked(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        int crc = (int) sum.getValue();
        return (crc >>> 15 | crc << 17) + MASK;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A protocol buffer: fields one after the other, each with its number and how it is coded. */
    private static final class Message {
        private static final int VARINT = 0, EIGHT_BYTES = 1, LENGTH = 2, FOUR_BYTES = 5;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message whole(int field, long value) {
            varint(field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message number(int field, double value) {
            varint(field << 3 | EIGHT_BYTES);
            bytes.writeBytes(little(8).putDouble(value).array());
            return this;
        }

        Message number(int field, float value) {
            varint(field << 3 | FOUR_BYTES);
            bytes.writeBytes(little(4).putFloat(value).array());
            return this;
        }

        Message text(int field, String text) {
            return bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message message) {
            return bytes(field, message.bytes());
        }

        private Message bytes(int field, byte[] content) {
            varint(field << 3 | LENGTH);
            varint(content.length);
            bytes.writeBytes(content);
            return this;
        }

        private void varint(long value) {
            while ((value & ~0x7fL) != 0) {
                bytes.write((int) (value & 0x7f | 0x80));
                value >>>= 7;
            }
            bytes.write((int) value);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
