package backcopy.run;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file so that a kill at any moment leaves the old one or the new one: to a temporary name in the same directory,
 * to the disk, then moved into place. The temporary name is always the same, so what a kill leaves behind does not pile up.
 */
public final class WholeFile {
    private WholeFile() {}

    /** Writes a file's bytes. */
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Replaces {@code target}, or leaves it as it was and throws an exception that names it. */
    public static void write(Path target, Body body) throws IOException {
        Path temporary = temporary(target);
        try {
            // Not a channel: an interrupt would close it in the middle of a write.
            try (FileOutputStream file = new FileOutputStream(temporary.toFile());
                    OutputStream out = new BufferedOutputStream(file, 1 << 16)) {
                body.writeTo(out);
                out.flush();
                file.getFD().sync();
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(target + " cannot be written: " + Reason.of(e), e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** {@link #write(Path, Body)} of text in UTF-8. */
    public static void write(Path target, String text) throws IOException {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The name that {@code target} has while it is written. */
    static Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".tmp");
    }
}
