package backcopy.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a store takes on the disk, in bytes.
 *
 * @param runs that were begun
 * @param bytes of all that lies in the store
 * @param kept checkpoints that no saving deletes: somebody asked for them
 * @param keptBytes of these
 * @param automatic checkpoints that the next automatic saving of their run deletes
 * @param automaticBytes of these
 */
public record StoreSize(int runs, long bytes, int kept, long keptBytes, int automatic, long automaticBytes) {
    /** Of a store as it is now; a file that goes meanwhile is left out. */
    public static StoreSize of(RunStore store) {
        List<RunDirectory> runs = store.all();
        int kept = 0, automatic = 0;
        long keptBytes = 0, automaticBytes = 0;
        for (RunDirectory run : runs) {
            Checkpoints checkpoints = run.checkpoints();
            List<Long> asked = checkpoints.kept();
            for (long step : checkpoints.steps()) {
                long bytes = bytes(checkpoints.path(step));
                if (asked.contains(step)) {
                    kept++;
                    keptBytes += bytes;
                } else {
                    automatic++;
                    automaticBytes += bytes;
                }
            }
        }
        return new StoreSize(runs.size(), below(store.root()), kept, keptBytes, automatic, automaticBytes);
    }

    private static long below(Path root) {
        if (!Files.exists(root)) return 0;
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(StoreSize::bytes)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(root + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + Reason.of(e));
        }
    }
}
