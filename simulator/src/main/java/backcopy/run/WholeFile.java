package backcopy.run;

import backcopy.file.FirstFailure;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file so that a kill at any moment leaves the old one or the new one: to a temporary name in the same directory,
 * to the disk, then moved into place. The temporary name is always the same, so what a kill leaves behind does not pile up.
 * A symlink stays one, and the file it leads to is replaced. What is no regular file (a device, a pipe, the standard output)
 * cannot be replaced and is written as it stands.
 */
public final class WholeFile {
    private static final int BUFFER = 1 << 16; // bytes
    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private WholeFile() {}

    /** Writes a file's bytes. */
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Replaces {@code target}, or leaves it as it was and throws an exception that names it. */
    public static void write(Path target, Body body) throws IOException {
        try {
            if (isStream(target)) append(target, body);
            else replace(destination(target), body);
        } catch (IOException e) {
            throw new IOException(target + " cannot be written: " + Reason.of(e), e);
        }
    }

    /** {@link #write(Path, Body)} of text in UTF-8. */
    public static void write(Path target, String text) throws IOException {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether {@code target} is there and can be written but not replaced: a device, a pipe, an open file's descriptor. */
    public static boolean isStream(Path target) {
        return descriptor(target) != null
                || Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
    }

    /** Whether {@code target} is the standard output by one of its names. */
    public static boolean isStandardOutput(Path target) {
        return descriptor(target) == FileDescriptor.out;
    }

    /** Where {@code target} leads through symlinks, the last of which may lead to nothing yet. */
    public static Path destination(Path target) throws IOException {
        Path place = target;
        for (int links = 0; Files.isSymbolicLink(place); links++) {
            if (links == MOST_LINKS) throw new FileSystemLoopException(target.toString());
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        return place;
    }

    /** The name that {@code target} has while it is written. */
    static Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".tmp");
    }

    private static void replace(Path target, Body body) throws IOException {
        Path temporary = temporary(target);
        try {
            // Not a channel: an interrupt would close it in the middle of a write.
            try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
                write(file, body);
                file.getFD().sync();
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void append(Path target, Body body) throws IOException {
        FileDescriptor open = descriptor(target);
        if (open != null) write(new FileOutputStream(open), body); // not closed: it is not ours
        else
            try (FileOutputStream stream = new FileOutputStream(target.toFile(), true)) {
                write(stream, body);
            }
    }

    /** Opened anew by its name, a file that the shell gave us would be written from its beginning. */
    private static FileDescriptor descriptor(Path target) {
        return switch (target.toString()) {
            case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1" -> FileDescriptor.out;
            case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2" -> FileDescriptor.err;
            default -> null;
        };
    }

    /** What the disk refused is the reason, whatever the body makes of it: archives complain of their entries instead. */
    private static void write(OutputStream file, Body body) throws IOException {
        FirstFailure out = new FirstFailure(file);
        try {
            OutputStream buffered = new BufferedOutputStream(out, BUFFER);
            body.writeTo(buffered);
            buffered.flush();
        } catch (IOException e) {
            throw out.failure() == null ? e : out.failure();
        }
    }
}
