package backcopy.task;

import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sequences of equal length: T inputs, and the T targets one token later. */
public final class Batch {
    private final int sequences;
    private final int length;
    private final int[] tokens;

    /**
     * @param length predictions in a sequence, T
     * @param tokens [sequences, T + 1]; kept, not copied
     */
    public Batch(int sequences, int length, int[] tokens) {
        if (sequences < 1 || length < 1 || tokens.length != (long) sequences * (length + 1))
            throw new IllegalArgumentException(
                    tokens.length + " tokens are not " + sequences + " sequences of " + length + " + 1");
        this.sequences = sequences;
        this.length = length;
        this.tokens = tokens;
    }

    /**
     * Reads a CSV file: one sequence a line, token ids, comma separated; a line's last id is a target only.
     *
     * @param vocabularySize ids run from 0 to this number, excluded
     */
    public static Batch read(Path file, int vocabularySize) {
        String[] lines = TextFile.read(file.toString(), file).split("\\R");
        if (lines.length == 0) throw new IllegalArgumentException(file + " has no sequence");
        int[][] rows = new int[lines.length][];
        for (int i = 0; i < rows.length; i++) {
            String line = file + ", line " + (i + 1);
            rows[i] = row(line, lines[i], vocabularySize);
            if (rows[i].length != rows[0].length)
                throw new IllegalArgumentException(
                        line + " has " + rows[i].length + " token ids, but line 1 has " + rows[0].length);
        }
        return new Batch(
                rows.length,
                rows[0].length - 1,
                Stream.of(rows).flatMapToInt(IntStream::of).toArray());
    }

    private static int[] row(String line, String text, int vocabularySize) {
        if (text.isBlank()) throw new IllegalArgumentException(line + " is empty");
        String[] ids = text.split(",", -1);
        if (ids.length < 2)
            throw new IllegalArgumentException(line + " is too short: a sequence has at least 2 token ids");
        int[] tokens = new int[ids.length];
        for (int t = 0; t < tokens.length; t++) tokens[t] = token(line, ids[t].strip(), vocabularySize);
        return tokens;
    }

    private static int token(String line, String text, int vocabularySize) {
        int token;
        try {
            token = Integer.parseInt(text);
        } catch (NumberFormatException noInteger) {
            throw new IllegalArgumentException(line + ": '" + text + "' is not an integer", noInteger);
        }
        if (token < 0 || token >= vocabularySize)
            throw new IllegalArgumentException(
                    line + ": token " + token + " is not between 0 and " + (vocabularySize - 1));
        return token;
    }

    public int sequences() {
        return sequences;
    }

    /** Predictions in a sequence, T. */
    public int length() {
        return length;
    }

    /** [sequences, T + 1]; the batch's own array. */
    public int[] tokens() {
        return tokens;
    }

    /** The token at {@code position}, 0 to T. */
    public int token(int sequence, int position) {
        return tokens[sequence * (length + 1) + position];
    }
}
