package backcopy.run;

import backcopy.file.StrictJson;
import backcopy.task.BigramTable;
import backcopy.task.Task;
import backcopy.task.VectorTask;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the token ids of a run stand for: {@code vocabulary.json}, a list of tokens in the order of their ids. It stays what it
 * was whatever becomes of the corpus.
 */
public record Vocabulary(List<Token> tokens) {
    /**
     * A token.
     *
     * @param text a character, {@code <s>} or {@code <d>}
     * @param trigger whether a rule of its own says what follows it
     * @param bos whether it is {@code <s>}
     * @param delimiter whether it is {@code <d>}
     */
    public record Token(int id, String text, boolean trigger, boolean bos, boolean delimiter) {}

    public Vocabulary {
        tokens = Collections.unmodifiableList(tokens);
    }

    /** The vocabulary of a task; none where tokens stand for vectors. */
    public static Optional<Vocabulary> of(Task task) {
        if (task instanceof VectorTask) return Optional.empty();
        int delimiter = task.delimiter().orElse(-1);
        return Optional.of(new Vocabulary(IntStream.range(0, task.vocabularySize())
                .mapToObj(id -> new Token(id, task.text(id), task.isTrigger(id), id == task.bos(), id == delimiter))
                .toList()));
    }

    /** The token as a figure prints it; an id that is none of them as its number. */
    public String symbol(int id) {
        return has(id) ? BigramTable.symbol(tokens.get(id).text()) : Integer.toString(id);
    }

    public boolean isTrigger(int id) {
        return has(id) && tokens.get(id).trigger();
    }

    private boolean has(int id) {
        return id >= 0 && id < tokens.size();
    }

    static Vocabulary read(Path file) {
        try {
            Token[] tokens = Json.MAPPER.readValue(Files.readAllBytes(file), Token[].class);
            if (tokens == null) throw new IllegalArgumentException(file + " is damaged: it says null");
            for (int id = 0; id < tokens.length; id++)
                if (tokens[id] == null
                        || tokens[id].id() != id
                        || tokens[id].text().isEmpty())
                    throw new IllegalArgumentException(file + " is damaged: its entry " + id + " is not of that token");
            return new Vocabulary(List.of(tokens));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is damaged" + StrictJson.where(e));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + Reason.of(e));
        }
    }

    void write(Path file) throws IOException {
        WholeFile.write(file, Json.pretty(tokens));
    }
}
