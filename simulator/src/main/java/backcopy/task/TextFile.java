package backcopy.task;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what a user handed in as text, or says in one line why it is not. */
final class TextFile {
    /** 256 MiB: with its decoded copy, what fits a 2 GB heap. */
    private static final long LARGEST = 256L << 20;

    private TextFile() {}

    /**
     * The file's characters, decoded as strict UTF-8. A byte order mark is none of them, and each line ends in one line feed, on
     * whatever system the file was made.
     *
     * @param subject what the error line starts with: the key and the file
     */
    static String read(String subject, Path file) {
        if (!Files.exists(file)) throw new IllegalArgumentException(subject + " does not exist");
        if (Files.isDirectory(file)) throw new IllegalArgumentException(subject + " is a directory, not a text file");
        if (!Files.isRegularFile(file)) throw new IllegalArgumentException(subject + " is not a regular file");
        if (!Files.isReadable(file)) throw new IllegalArgumentException(subject + " is not readable");
        String text;
        try {
            long size = Files.size(file);
            if (size > LARGEST)
                throw new IllegalArgumentException(subject + " has " + size + " bytes, more than " + LARGEST);
            text = plain(Files.readString(file));
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException(subject + " is not UTF-8 text", malformed);
        } catch (IOException failed) {
            throw new IllegalArgumentException(subject + " cannot be read: " + failed.getMessage(), failed);
        }
        if (text.isEmpty()) throw new IllegalArgumentException(subject + " is empty");
        if (text.indexOf('\0') >= 0)
            throw new IllegalArgumentException(subject + " is not text: it contains a NUL character");
        return text;
    }

    private static String plain(String text) {
        String unmarked = text.startsWith("\ufeff") ? text.substring(1) : text;
        return unmarked.indexOf('\r') < 0
                ? unmarked
                : unmarked.replace("\r\n", "\n").replace('\r', '\n');
    }
}
