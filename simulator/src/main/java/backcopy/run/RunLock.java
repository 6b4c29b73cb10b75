package backcopy.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * The right to write one run directory, held against other processes by a lock on its file {@code .lock} and against other
 * threads by the store's set. The set is asked first: to close any channel on the file would drop this process's lock
 * (POSIX).
 */
final class RunLock implements Closeable {
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MILLISECONDS = 20;

    private final Path directory;
    private final Set<Path> heldHere;
    private final FileChannel channel;

    private RunLock(Path directory, Set<Path> heldHere, FileChannel channel) {
        this.directory = directory;
        this.heldHere = heldHere;
        this.channel = channel;
    }

    /** The lock, or nothing when another holds it. */
    static Optional<RunLock> tryLock(Path directory, Set<Path> heldHere) throws IOException {
        if (!heldHere.add(directory)) return Optional.empty();
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(file(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            // A reader that asks isHeld holds the file for a moment.
            for (int i = 0; i < ATTEMPTS && !locked; i++) {
                if (i > 0) Thread.sleep(PAUSE_MILLISECONDS);
                locked = channel.tryLock() != null;
            }
            return locked ? Optional.of(new RunLock(directory, heldHere, channel)) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (!locked) {
                heldHere.remove(directory);
                if (channel != null) channel.close();
            }
        }
    }

    /** Whether anybody writes the directory now. */
    static boolean isHeld(Path directory, Set<Path> heldHere) {
        if (heldHere.contains(directory)) return true;
        if (!Files.exists(file(directory))) return false;
        try (FileChannel channel = FileChannel.open(file(directory), StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            throw new IllegalArgumentException(file(directory) + " cannot be read: " + Reason.of(e));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            heldHere.remove(directory);
        }
    }

    private static Path file(Path directory) {
        return directory.resolve(".lock");
    }
}
