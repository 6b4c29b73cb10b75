package backcopy.command;

import backcopy.pretrained.Architecture;
import backcopy.pretrained.Checkpoint;
import backcopy.pretrained.TokenInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code bb probe} runs a model on. */
final class ProbeInputs {
    private static final int LENGTH = 64, COUNT = 16;
    private static final List<String> KINDS = List.of("random", "repeat", "shuffle");

    @Option(
            names = "--tokens",
            paramLabel = "T",
            description = "a CSV file of token ids, one text a line; every id is an input. Given several times, heads"
                    + " are compared between the files")
    private List<Path> tokens = List.of();

    @Option(
            names = "--input",
            paramLabel = "KIND",
            completionCandidates = Kinds.class,
            description = "random: tokens drawn evenly; repeat: one token over and over; shuffle: the tokens of each"
                    + " line of --tokens in another order")
    private String input;

    @Option(
            names = "--length",
            paramLabel = "N",
            description =
                    "tokens of a text, one that --bos puts in front included (default: all of a file's line, else "
                            + LENGTH + ")")
    private int length;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "texts: of a file its first (default: all of a file, else " + COUNT + ")")
    private int count;

    @Option(names = "--seed", paramLabel = "N", description = "of what is drawn (default: 42)")
    private long seed = 42;

    @Option(
            names = "--bos",
            paramLabel = "ID",
            description =
                    "put this token in front of every text; model: the one that config.json names (default: none)")
    private String bos = "none";

    /** For the shell. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KINDS.iterator();
        }
    }

    /** The texts, checked against a model's vocabulary. */
    List<TokenInput> of(Checkpoint checkpoint) throws IOException {
        if (length < 0 || length == 1) throw new IllegalArgumentException("--length = " + length + " is below 2");
        if (count < 0) throw new IllegalArgumentException("--count = " + count + " is below 0");
        if (input != null && !KINDS.contains(input))
            throw new IllegalArgumentException("--input " + input + " is not one of " + String.join(", ", KINDS));
        boolean shuffled = "shuffle".equals(input);
        if (shuffled && tokens.isEmpty())
            throw new IllegalArgumentException("--input shuffle needs --tokens T: what to shuffle");
        if (input == null && tokens.isEmpty())
            throw new IllegalArgumentException("nothing to run on: --tokens T, --input random or --input repeat");
        if (!shuffled && input != null && !tokens.isEmpty())
            throw new IllegalArgumentException("--input " + input + " does not go with --tokens");
        int put = front(checkpoint.architecture(), checkpoint.vocabulary());
        List<TokenInput> inputs = new ArrayList<>();
        for (Path file : tokens) {
            TokenInput read = TokenInput.read(file, length, count, put, checkpoint.vocabulary());
            inputs.add(shuffled ? read.shuffled(seed) : read);
        }
        if (!inputs.isEmpty()) return inputs;
        int drawn = length == 0 ? LENGTH : length, texts = count == 0 ? COUNT : count;
        return List.of(
                input.equals("random")
                        ? TokenInput.random(drawn, texts, seed, put, checkpoint.vocabulary())
                        : TokenInput.repeat(drawn, texts, seed, put, checkpoint.vocabulary()));
    }

    private int front(Architecture model, int vocabulary) {
        if (bos.equals("none")) return -1;
        if (bos.equals("model")) {
            if (model.bos() < 0) throw new IllegalArgumentException("--bos model: config.json names no bos_token_id");
            return require(model.bos(), vocabulary);
        }
        try {
            return require(Integer.parseInt(bos), vocabulary);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--bos " + bos + " is not none, model or a token id");
        }
    }

    private static int require(int token, int vocabulary) {
        if (token < 0 || token >= vocabulary)
            throw new IllegalArgumentException("--bos " + token + " is not between 0 and " + (vocabulary - 1));
        return token;
    }
}
