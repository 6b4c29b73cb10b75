package backcopy.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How often each character of a corpus occurs, and after which: the unigram law {@code count[i] / total} and the bigram law
 * {@code pairs[i][j] / sum_j pairs[i][j]}.
 *
 * <p>With C distinct characters, token ids 0..C-1 are the characters in the order of their code points, C is {@code <s>}, and
 * C + 1 is a delimiter {@code <d>} that never occurs. The rows of both, and the row of a character that nothing follows (one
 * that occurs only at the text's end), are the unigram law; the columns of both are 0.
 */
public final class BigramTable {
    /** The corpus that comes with Backcopy, as counts. */
    public static final String TINY_SHAKESPEARE = "tiny-shakespeare";

    /** The random chain of the other public definition of the task, see {@link #gaussianChain}. */
    public static final String GAUSSIAN_CHAIN = "gaussian-chain";

    /** The table is dense: 4096 characters are 128 MiB of probabilities. */
    private static final int MOST_CHARACTERS = 4096;

    /** How much more a trigger of the gaussian chain weighs. */
    private static final int BOOST = 4;

    private final String corpus;
    private final String contentHash;
    private final int[] characters; // [C] code points, ascending
    private final int[] counts; // [C]
    private final int[][] pairs; // [C (first), C (second)]
    private final double[] unigram; // [C + 2]
    private final double[][] conditional; // [C + 2 (given), C + 2 (next)]

    private BigramTable(String corpus, String contentHash, int[] characters, int[] counts, int[][] pairs) {
        this.corpus = corpus;
        this.contentHash = contentHash;
        this.characters = characters;
        this.counts = counts;
        this.pairs = pairs;
        unigram = law(counts);
        conditional = new double[vocabularySize()][];
        for (int given = 0; given < conditional.length; given++) conditional[given] = law(weights(given));
    }

    /** Whether {@code corpus} names a table that comes with Backcopy, and no file. */
    public static boolean isBuiltIn(String corpus) {
        return corpus.equals(TINY_SHAKESPEARE) || corpus.equals(GAUSSIAN_CHAIN);
    }

    /** The table that {@code task.corpus} names: a built-in one, or a text file to count. */
    public static BigramTable of(String corpus) {
        if (corpus.equals(TINY_SHAKESPEARE)) return tinyShakespeare();
        if (corpus.equals(GAUSSIAN_CHAIN)) return gaussianChain();
        try {
            Path file = Path.of(corpus);
            if (Files.exists(file)) return fit(file);
        } catch (InvalidPathException noPath) {
            // falls through: what is no path is no file either
        }
        throw unknown(corpus);
    }

    static IllegalArgumentException unknown(String corpus) {
        return new IllegalArgumentException("task.corpus = " + corpus + " is neither " + TINY_SHAKESPEARE + " nor "
                + GAUSSIAN_CHAIN + " nor an existing file");
    }

    /**
     * The chain that the other public definition of the task uses (a study of Muon and norms; 60 characters and 3 triggers):
     * the row of every character is a softmax of N(0, 1) logits in which the triggers, the last three, weigh four times as
     * much, and no trigger follows a trigger. Its unigram counts are not the chain's own law but that definition's law of the
     * first character, all alike, with the triggers four times as frequent so that they are {@link #mostFrequent}. One
     * fixed draw of ours, not theirs: 2^24 times a row's probabilities, rounded.
     */
    static BigramTable gaussianChain() {
        int characters = 63, firstTrigger = 60;
        CounterRandom random = new CounterRandom(1234);
        int[] counts = new int[characters];
        int[][] pairs = new int[characters][characters];
        for (int i = 0; i < characters; i++) {
            counts[i] = i < firstTrigger ? 1 : BOOST;
            double[] row = new double[characters];
            double sum = 0;
            for (int j = 0; j < characters; j++) {
                row[j] = StrictMath.exp(CounterRandom.gaussian(random))
                        * (j < firstTrigger ? 1 : i < firstTrigger ? BOOST : 0);
                sum += row[j];
            }
            for (int j = 0; j < characters; j++) pairs[i][j] = (int) Math.rint(0x1p24 * row[j] / sum);
        }
        int[] visible = IntStream.rangeClosed('@', '~').toArray();
        return new BigramTable(GAUSSIAN_CHAIN, GAUSSIAN_CHAIN, visible, counts, pairs);
    }

    /** The built-in table. */
    public static BigramTable tinyShakespeare() {
        List<String[]> rows = resource("tiny-shakespeare.csv")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(","))
                .toList();
        int[] characters = new int[rows.size()];
        int[] counts = new int[rows.size()];
        int[][] pairs = new int[rows.size()][rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            String[] row = rows.get(i);
            characters[i] = Integer.parseInt(row[0]);
            counts[i] = Integer.parseInt(row[1]);
            for (String successor : row[2].split(" ")) {
                int colon = successor.indexOf(':');
                int id = Integer.parseInt(successor.substring(0, colon));
                pairs[i][id] = Integer.parseInt(successor.substring(colon + 1));
            }
        }
        return new BigramTable(TINY_SHAKESPEARE, TINY_SHAKESPEARE, characters, counts, pairs);
    }

    /** Counts a UTF-8 text file. */
    public static BigramTable fit(Path file) {
        return fit(file.toString(), TextFile.read("task.corpus = " + file, file));
    }

    /** Counts a text; its characters are its code points. */
    public static BigramTable fit(String text) {
        if (text.isEmpty()) throw new IllegalArgumentException("task.corpus = text is empty");
        return fit("text", text);
    }

    private static BigramTable fit(String corpus, String text) {
        int[] occurrences = new int[Character.MAX_CODE_POINT + 1];
        text.codePoints().forEach(character -> occurrences[character]++);
        int[] characters = IntStream.range(0, occurrences.length)
                .filter(character -> occurrences[character] > 0)
                .toArray();
        if (characters.length > MOST_CHARACTERS)
            throw new IllegalArgumentException("task.corpus = " + corpus + " has " + characters.length
                    + " distinct characters, more than " + MOST_CHARACTERS);
        int[] counts = new int[characters.length];
        int[] ids = new int[occurrences.length];
        for (int id = 0; id < characters.length; id++) {
            counts[id] = occurrences[characters[id]];
            ids[characters[id]] = id;
        }
        int[][] pairs = new int[characters.length][characters.length];
        int before = text.codePointAt(0);
        for (int i = Character.charCount(before); i < text.length(); ) {
            int character = text.codePointAt(i);
            pairs[ids[before]][ids[character]]++;
            before = character;
            i += Character.charCount(character);
        }
        return new BigramTable(corpus, sha256(text), characters, counts, pairs);
    }

    /** Where the counts come from, as the user wrote it. */
    public String corpus() {
        return corpus;
    }

    /** The identity of the content: SHA-256 of the text's UTF-8 bytes in hex, or a built-in table's name. */
    public String contentHash() {
        return contentHash;
    }

    /** C: distinct characters, without {@code <s>} and {@code <d>}. */
    public int characters() {
        return characters.length;
    }

    /** C + 2. */
    public int vocabularySize() {
        return characters.length + 2;
    }

    /** The id of {@code <s>}: C. */
    public int bos() {
        return characters.length;
    }

    /** The id of {@code <d>}: C + 1. */
    public int delimiter() {
        return characters.length + 1;
    }

    /** The unigram law, [vocabulary]; a copy. */
    public double[] unigram() {
        return unigram.clone();
    }

    /** The law of the next token after {@code given}, [vocabulary]; a copy. */
    public double[] conditional(int given) {
        return conditional[given].clone();
    }

    /** The bigram law, [vocabulary (given), vocabulary (next)]; a copy. */
    public double[][] conditional() {
        return IntStream.range(0, conditional.length)
                .mapToObj(this::conditional)
                .toArray(double[][]::new);
    }

    /** Entropy of the unigram law, nats. */
    public double unigramEntropy() {
        return Oracle.entropy(unigram);
    }

    /** Entropy of the bigram law, averaged over the unigram law, nats: the corpus's own, with nothing copied. */
    public double bigramEntropy() {
        double mean = 0;
        for (int given = 0; given < characters.length; given++)
            mean += unigram[given] * Oracle.entropy(conditional[given]);
        return mean;
    }

    /** The {@code number} most frequent characters, most frequent first; of equals, the earlier code point first. */
    public int[] mostFrequent(int number) {
        return IntStream.range(0, characters.length)
                .boxed()
                .sorted((a, b) -> counts[a] != counts[b] ? counts[b] - counts[a] : a - b)
                .limit(number)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * The triggers of a process, most frequent first. Where there are any, two more characters must be left.
     *
     * @throws IllegalArgumentException when there are too few characters
     */
    int[] triggers(int number) {
        if (number > 0 && characters() < number + 2)
            throw new IllegalArgumentException("task.corpus = " + corpus + " has " + characters()
                    + " distinct characters, but task.triggers = " + number + " needs at least " + (number + 2));
        return mostFrequent(number);
    }

    /** What the token stands for. */
    public String text(int token) {
        if (token == bos()) return "<s>";
        return token == delimiter() ? "<d>" : Character.toString(characters[token]);
    }

    /** The token as a figure prints it. */
    public String symbol(int token) {
        return symbol(text(token));
    }

    /** A token's {@link #text} as a figure prints it. */
    public static String symbol(String text) {
        int character = text.codePointAt(0);
        if (Character.charCount(character) < text.length()) return text;
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case ' ' -> "␣";
            default -> isVisible(character) ? Character.toString(character) : "U+%04X".formatted(character);
        };
    }

    /** The counts that the row of {@code given} is in proportion to, [C]; not to be modified. */
    int[] weights(int given) {
        return given < characters.length && IntStream.of(pairs[given]).anyMatch(count -> count > 0)
                ? pairs[given]
                : counts;
    }

    private double[] law(int[] weights) {
        double sum = IntStream.of(weights).asLongStream().sum();
        double[] law = new double[vocabularySize()];
        for (int i = 0; i < weights.length; i++) law[i] = weights[i] / sum;
        return law;
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static String resource(String name) {
        try (InputStream stream = BigramTable.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read the resource " + name, failed);
        }
    }
}
