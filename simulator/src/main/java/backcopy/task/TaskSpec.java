package backcopy.task;

/**
 * What is learned: the keys {@code task.*}.
 *
 * @param name of the process: {@code bigram-backcopy}
 * @param corpus where the bigram table comes from: {@code tiny-shakespeare}, or the path of a UTF-8 text
 * @param triggers how many of the corpus's most frequent characters copy
 * @param sequenceLength predictions in a sequence, T; a sequence has T + 1 tokens
 * @param bosCount {@code <s>} tokens that open a sequence: 1
 */
public record TaskSpec(String name, String corpus, int triggers, int sequenceLength, int bosCount) {
    /** The paper's task. */
    public static final TaskSpec DEFAULT = new TaskSpec(BigramBackcopy.NAME, BigramTable.TINY_SHAKESPEARE, 3, 256, 1);

    public TaskSpec {
        if (!name.equals(BigramBackcopy.NAME))
            throw new IllegalArgumentException("task.name = " + name + " is not one of " + BigramBackcopy.NAME);
        if (corpus.isBlank())
            throw new IllegalArgumentException("task.corpus = " + corpus + " is neither " + BigramTable.TINY_SHAKESPEARE
                    + " nor an existing file");
        if (triggers < 1) throw new IllegalArgumentException("task.triggers = " + triggers + " is below 1");
        if (sequenceLength < 2)
            throw new IllegalArgumentException("task.sequenceLength = " + sequenceLength + " is below 2");
        if (bosCount != 1) throw new IllegalArgumentException("task.bosCount = " + bosCount + " is not 1");
    }
}
