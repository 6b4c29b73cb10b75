package backcopy.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file could not be read or written, in words: the message of some exceptions is the file's name alone. */
public final class Reason {
    private Reason() {}

    /** In one line, with the file where the exception knows it. */
    public static String of(IOException e) {
        if (!(e instanceof FileSystemException file)) return e.getMessage() == null ? e.toString() : e.getMessage();
        if (e instanceof AccessDeniedException) return "no permission for " + file.getFile();
        if (e instanceof NotDirectoryException) return file.getFile() + " is not a directory";
        if (e instanceof NoSuchFileException) return file.getFile() + " does not exist";
        return file.getReason() == null ? e.toString() : file.getMessage();
    }
}
