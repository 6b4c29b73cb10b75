package backcopy.file;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * An output that remembers why its first write failed: what stands before it, such as an archive's writer or a printer, may swallow
 * that reason or tell another one when it is closed.
 */
public final class FirstFailure extends FilterOutputStream {
    private IOException failure;

    public FirstFailure(OutputStream out) {
        super(out);
    }

    /** Why the first write failed that did; null where none has. */
    public IOException failure() {
        return failure;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        try {
            out.write(bytes, from, count);
        } catch (IOException e) {
            if (failure == null) failure = e;
            throw e;
        }
    }
}
