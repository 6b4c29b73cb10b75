package backcopy.task;

import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** A process that writes token sequences. Immutable, and safe to share between threads. */
public interface Task {
    /** The task that {@code spec} names; reads its corpus. */
    static Task of(TaskSpec spec) {
        TaskKind kind = spec.kind();
        return kind.task(spec, kind.has("corpus") ? BigramTable.of(spec.corpus()) : null);
    }

    /** The value of {@code task.name}. */
    String name();

    /** Token ids run from 0 to this number, excluded. */
    int vocabularySize();

    /** Predictions in a sequence, T; a sequence has T + 1 tokens. */
    int sequenceLength();

    /**
     * Draws one sequence, as a function of the generator alone.
     *
     * @param random source of 64-bit draws; only {@link RandomGenerator#nextLong()} is called
     * @param sequence [T + 1] token ids; overwritten
     */
    void sample(RandomGenerator random, int[] sequence);

    /** Whether a rule of its own, such as a copy of the token before it, says what follows {@code token}. */
    boolean isTrigger(int token);

    /** The id of {@code <s>}, the token that opens a sequence. */
    int bos();

    /** The first positions of a sequence whose predictions the loss does not count. */
    int leftOut();

    /** The first position whose prediction says anything of the task: 0, but where tokens come first that are only read. */
    int firstQuery();

    /** The token as a figure prints it: {@code a}, {@code \n}, {@code ␣} for the space, {@code <s>}. */
    String symbol(int token);

    /** What the token stands for: a character, {@code <s>} or {@code <d>}. */
    default String text(int token) {
        return symbol(token);
    }

    /** The id of the delimiter {@code <d>}, if the vocabulary has one. */
    default OptionalInt delimiter() {
        return OptionalInt.empty();
    }

    /**
     * The best possible predictor of this process.
     *
     * @throws UnsupportedOperationException where it is a {@link VectorTask}
     */
    Oracle oracle();
}
