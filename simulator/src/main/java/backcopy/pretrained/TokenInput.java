package backcopy.pretrained;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts as token ids, all of one length.
 *
 * @param name a file, or {@code random}, {@code repeat}
 * @param texts [text, position]; kept, not copied
 * @param put the id that was put in front of each text, -1 where none was
 */
public record TokenInput(String name, int[][] texts, int put) {
    public TokenInput {
        if (texts.length == 0) throw new IllegalArgumentException(name + " has no sequence");
        if (texts[0].length < 2)
            throw new IllegalArgumentException(
                    name + " has sequences of " + texts[0].length + " tokens; a sequence needs 2");
    }

    /** Positions of a text, T. */
    public int length() {
        return texts[0].length;
    }

    /** How many texts begin with a token. */
    public int beginningWith(int token) {
        int count = 0;
        for (int[] text : texts) if (text[0] == token) count++;
        return count;
    }

    /**
     * Reads a CSV file, one text a line, token ids, comma separated; every id of a line is an input.
     *
     * @param length ids that are taken of each line, the one put in front included; 0 takes all
     * @param count lines that are taken, from the first on; 0 takes all
     * @param put an id for the front of each text, or -1
     * @param vocabulary ids run from 0 to this number, excluded
     */
    public static TokenInput read(Path file, int length, int count, int put, int vocabulary) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file))
            throw new IllegalArgumentException("--tokens " + file + " is not a readable file");
        List<int[]> texts = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (count > 0 && texts.size() == count) break;
                String place = file + ", line " + (texts.size() + 1);
                int[] text = text(place, line, length, put, vocabulary);
                if (!texts.isEmpty() && texts.get(0).length != text.length)
                    throw new IllegalArgumentException(place + " has " + text.length + " tokens, but line 1 has "
                            + texts.get(0).length + "; --length N takes the first N of each");
                texts.add(text);
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8 text");
        }
        return new TokenInput(file.toString(), texts.toArray(int[][]::new), put);
    }

    private static int[] text(String place, String line, int length, int put, int vocabulary) {
        if (line.isBlank()) throw new IllegalArgumentException(place + " is empty");
        String[] ids = line.split(",", -1);
        int front = put < 0 ? 0 : 1, size = length > 0 ? length : ids.length + front;
        if (size - front > ids.length)
            throw new IllegalArgumentException(
                    place + " has " + ids.length + " token ids, too few for --length " + length);
        int[] text = new int[size];
        if (put >= 0) text[0] = put;
        for (int i = front; i < size; i++) text[i] = token(place, ids[i - front].strip(), vocabulary);
        return text;
    }

    private static int token(String place, String text, int vocabulary) {
        int token;
        try {
            token = Integer.parseInt(text);
        } catch (NumberFormatException noInteger) {
            throw new IllegalArgumentException(place + ": '" + text + "' is not an integer");
        }
        if (token < 0 || token >= vocabulary)
            throw new IllegalArgumentException(
                    place + ": token " + token + " is not between 0 and " + (vocabulary - 1));
        return token;
    }

    /** Tokens drawn evenly from the whole vocabulary. */
    public static TokenInput random(int length, int count, long seed, int put, int vocabulary) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] texts = new int[count][length];
        for (int[] text : texts) for (int t = 0; t < length; t++) text[t] = draw(random, vocabulary);
        return new TokenInput("random", front(texts, put), put);
    }

    /** In each text one token over and over. */
    public static TokenInput repeat(int length, int count, long seed, int put, int vocabulary) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] texts = new int[count][length];
        for (int[] text : texts) Arrays.fill(text, draw(random, vocabulary));
        return new TokenInput("repeat", front(texts, put), put);
    }

    /** Every text's tokens in another order; one that was put in front stays there. */
    public TokenInput shuffled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] shuffled = new int[texts.length][];
        int first = put < 0 ? 0 : 1;
        for (int s = 0; s < texts.length; s++) {
            int[] text = texts[s].clone();
            for (int i = text.length - 1; i > first; i--) {
                int j = first + draw(random, i - first + 1);
                int moved = text[i];
                text[i] = text[j];
                text[j] = moved;
            }
            shuffled[s] = text;
        }
        return new TokenInput(name, shuffled, put);
    }

    private static int[][] front(int[][] texts, int put) {
        for (int[] text : texts) if (put >= 0) text[0] = put;
        return texts;
    }

    /** Below a bound; the library's own way has changed between versions of Java. */
    private static int draw(SplittableRandom random, int bound) {
        return (int) ((random.nextLong() >>> 11) * 0x1p-53 * bound);
    }
}
