package backcopy.run;

import backcopy.probe.Observable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.jetbrains.bio.npy.NpzEntry;
import org.jetbrains.bio.npy.NpzFile;

/**
 * Observables on disk: one NPZ file that {@code numpy.load} reads. The array {@code NAME} is float64, and the array
 * {@code NAME.axes} holds the names of its axes as ASCII strings, outermost first.
 */
public final class ObservablesFile {
    private static final String AXES = ".axes";
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0); // the format's first
    private static final int BUFFER = 1 << 20; // bytes

    private ObservablesFile() {}

    /** Writes {@code file} as {@link WholeFile} does: whole, or what was there stays. The bytes depend on the arrays alone. */
    public static void write(Path file, List<Observable> observables) throws IOException {
        Path array = file.resolveSibling("." + file.getFileName() + ".array");
        try {
            WholeFile.write(file, out -> {
                ZipOutputStream zip = new ZipOutputStream(out);
                zip.setLevel(Deflater.BEST_SPEED); // a third of the default's time for 4 % more bytes
                for (Observable observable : observables) {
                    // Not the array's own memory: a view's memory is in another order than its shape says.
                    NpyFile.write(array, observable.toArray(), observable.shape());
                    add(array, observable.name(), zip);
                    NpyFile.write(array, observable.axes().toArray(String[]::new));
                    add(array, observable.name() + AXES, zip);
                }
                zip.finish();
            });
        } finally {
            Files.deleteIfExists(array);
        }
    }

    /** The library's own writer of archives stamps every entry with the time, and hides why the disk refused one. */
    private static void add(Path array, String name, ZipOutputStream zip) throws IOException {
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        Files.copy(array, zip);
        zip.closeEntry();
    }

    /**
     * The observables in {@code file}, in their order.
     *
     * @throws IllegalArgumentException if the file is damaged, or is something else
     */
    public static List<Observable> read(Path file) throws IOException {
        if (!Files.isReadable(file)) throw new IllegalArgumentException(file + " is not a readable file");
        checkSums(file);
        try (NpzFile.Reader reader = NpzFile.read(file)) {
            List<Observable> observables = new ArrayList<>();
            List<String> names =
                    reader.introspect().stream().map(NpzEntry::getName).toList();
            for (String name : names) {
                if (name.endsWith(AXES)) continue;
                if (!names.contains(name + AXES))
                    throw new IllegalArgumentException("the axes of " + name + " have no names");
                NpyArray values = reader.get(name, BUFFER);
                List<String> axes = List.of(reader.get(name + AXES, BUFFER).asStringArray());
                observables.add(Observable.of(name, axes, values.getShape(), values.asDoubleArray()));
            }
            return observables;
        } catch (RuntimeException foreign) { // the library's many ways to say that it cannot make sense of an entry
            throw refused(file, foreign);
        }
    }

    /** Refuses a file of which a bit has changed: the library itself does not compare check sums. */
    private static void checkSums(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
                in.transferTo(OutputStream.nullOutputStream());
                if (in.getChecksum().getValue() != entry.getCrc())
                    throw new IOException("the check sum of " + entry.getName() + " is wrong");
            }
        } catch (IOException | IllegalArgumentException damaged) {
            throw refused(file, damaged);
        }
    }

    private static IllegalArgumentException refused(Path file, Exception reason) {
        return new IllegalArgumentException(
                file + " is damaged, or no file of observables: " + reason.getMessage(), reason);
    }
}
