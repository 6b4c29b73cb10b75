package backcopy.file;

import java.io.IOException;

/** What is wrong with the contents of a file that is being read. */
public final class Damage extends IOException {
    private static final long serialVersionUID = 1;

    public Damage(String reason) {
        super(reason);
    }

    /** In one line, whatever the file's names hold. */
    public IllegalArgumentException refusal(String file) {
        String reason = getMessage().replaceAll("\\p{Cntrl}", "?");
        return new IllegalArgumentException(file + " is not a sound safetensors file: " + reason);
    }
}
