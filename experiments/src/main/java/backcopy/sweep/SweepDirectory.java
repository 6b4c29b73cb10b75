package backcopy.sweep;

import backcopy.run.Reason;
import backcopy.run.RunStore;
import backcopy.run.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * {@code sweeps/NAME} in a store: {@code sweep.yaml}, why cells failed ({@code failed/RUN.txt}), what was submitted
 * ({@code slurm/}). Several processes may write it, one of a process at a time.
 */
final class SweepDirectory {
    private final Path path;

    SweepDirectory(RunStore store, String name) {
        path = store.root().resolve("sweeps").resolve(name);
    }

    Path file() {
        return path.resolve("sweep.yaml");
    }

    Path slurm() {
        return path.resolve("slurm");
    }

    /** Writes the sweep's file, unless it says the same already. */
    void write(String text) throws IOException {
        if (Files.exists(file()) && Files.readString(file()).equals(text)) return;
        replace(file(), text);
    }

    /** Why a cell failed, in one line; nothing where it did not, or is to be tried again. */
    Optional<String> failure(Cell cell) {
        if (!Files.exists(failed(cell))) return Optional.empty();
        try {
            return Optional.of(
                    Files.readString(failed(cell)).lines().findFirst().orElse("for a reason that was not kept"));
        } catch (IOException e) {
            throw new IllegalArgumentException(failed(cell) + " cannot be read: " + Reason.of(e));
        }
    }

    /** @param reason its first line tells it all */
    void fail(Cell cell, String reason) throws IOException {
        replace(failed(cell), reason + "\n");
    }

    /** The cell did not fail, or is to be tried again. */
    void forgive(Cell cell) throws IOException {
        Files.deleteIfExists(failed(cell));
    }

    private Path failed(Cell cell) {
        return path.resolve("failed").resolve(cell.run() + ".txt");
    }

    /** {@link WholeFile} has one temporary name a file, so writers take turns. */
    private synchronized void replace(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        try (FileChannel turn =
                FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            turn.lock();
            WholeFile.write(file, text);
        }
    }
}
