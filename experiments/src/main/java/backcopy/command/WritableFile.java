package backcopy.command;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file or a directory that a verb is asked to write. */
final class WritableFile {
    private WritableFile() {}

    /** Refuses a file that cannot be written, before any work is done for it. */
    static void require(String option, Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || directory == null)
            throw new IllegalArgumentException(option + " = " + file + " is a directory");
        if (!Files.isDirectory(directory))
            throw new IllegalArgumentException(option + " = " + file + ": there is no directory " + directory);
        if (!Files.isWritable(directory) || Files.exists(file) && !Files.isWritable(file))
            throw new IllegalArgumentException(option + " = " + file + " cannot be written");
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
