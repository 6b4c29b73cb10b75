package backcopy.command;

import backcopy.file.FirstFailure;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * The standard output, which remembers why it could not be written: a writer of Java's only stops, and what was lost would
 * pass for done.
 */
final class StandardOutput {
    private static final String READER_IS_GONE = "Broken pipe";

    private final FirstFailure stream;
    private final PrintWriter writer;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream stream) {
        this.stream = new FirstFailure(stream);
        writer = new PrintWriter(new OutputStreamWriter(this.stream, charset()), true);
    }

    PrintWriter writer() {
        return writer;
    }

    /**
     * Why not all that was printed is written, in one line; null where it is, or where the reader of a pipe has had enough: it
     * says by its own exit code whether that was as it should be.
     */
    String loss() {
        writer.flush();
        IOException failure = stream.failure();
        if (failure == null || READER_IS_GONE.equals(failure.getMessage())) return null;
        return "the standard output cannot be written: " + failure.getMessage();
    }

    /** As the terminal wants it where Java knows (from 19 on), else as the locale says. */
    private static Charset charset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
        return name == null || !Charset.isSupported(name) ? Charset.defaultCharset() : Charset.forName(name);
    }
}
