package backcopy.command;

import backcopy.run.Reason;
import backcopy.run.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file or a directory that a verb is asked to write. */
final class WritableFile {
    private WritableFile() {}

    /** Refuses a file that cannot be written, before any work is done for it. A device or a pipe may be written, too. */
    static void require(String option, Path file) {
        if (WholeFile.isStream(file)) return; // a pipe's reader may come later
        Path place = destination(option, file).toAbsolutePath();
        Path directory = place.getParent();
        if (Files.isDirectory(place) || directory == null)
            throw new IllegalArgumentException(option + " = " + file + " is a directory");
        if (!Files.isDirectory(directory))
            throw new IllegalArgumentException(option + " = " + file + ": there is no directory " + directory);
        if (!Files.isWritable(directory) || Files.exists(place) && !Files.isWritable(place))
            throw new IllegalArgumentException(option + " = " + file + " cannot be written");
    }

    private static Path destination(String option, Path file) {
        try {
            return WholeFile.destination(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(option + " = " + file + " cannot be written: " + Reason.of(e));
        }
    }

    /** Refuses a directory that is none, or cannot be made or written, before any work is done for it. */
    static void requireDirectory(String option, Path directory) {
        Path there = directory.toAbsolutePath().normalize();
        while (!Files.exists(there)) there = there.getParent();
        if (!Files.isDirectory(there))
            throw new IllegalArgumentException(option + " = " + directory + ": " + there + " is not a directory");
        if (!Files.isWritable(there))
            throw new IllegalArgumentException(option + " = " + directory + ": " + there + " cannot be written");
    }
}
