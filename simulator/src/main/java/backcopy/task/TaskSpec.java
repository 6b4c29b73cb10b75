package backcopy.task;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is learned: the keys {@code task.*}. A process that has no use for one of them does not have the key (see
 * {@link TaskKind#has}); it is then at the value given here as neutral.
 *
 * @param name of the process, one of {@link TaskKind}
 * @param corpus where the bigram table comes from: {@code tiny-shakespeare}, {@code gaussian-chain}, or the path of a UTF-8
 *     text; neutral {@code tiny-shakespeare}
 * @param triggers how many of the corpus's most frequent characters act; neutral 0
 * @param sequenceLength predictions in a sequence, T; a sequence has T + 1 tokens
 * @param bosCount {@code <s>} tokens that open a sequence: 0, 1 or 2; neutral 1
 * @param backcopyProbability that a trigger copies, the bigram law following it otherwise; neutral 1
 * @param delimiterProbability that {@code <d>} comes where the bigram law would be drawn from; neutral 0
 * @param loss which predictions it counts: {@code all}, or {@code roles}, which leaves out those made at {@code <s>};
 *     neutral {@code all}
 * @param prefixLength tokens after {@code <s>} that are only there to be read: no prediction made at one of them counts, and
 *     the process begins anew behind them; neutral 0
 * @param prefix what they are, see {@link Prefix}; neutral {@code drawn}
 * @param randomTokens first tokens after {@code <s>} that are any character but a trigger, all equally likely; neutral 0
 * @param fixedPosition where {@code <s>} stands whatever the process would write there; neutral empty
 */
public record TaskSpec(
        String name,
        String corpus,
        int triggers,
        int sequenceLength,
        int bosCount,
        double backcopyProbability,
        double delimiterProbability,
        String loss,
        int prefixLength,
        String prefix,
        int randomTokens,
        OptionalLong fixedPosition) {
    private static final List<String> LOSSES = List.of("all", "roles");

    /** The paper's task. */
    public static final TaskSpec DEFAULT = new TaskSpec(BigramBackcopy.NAME, BigramTable.TINY_SHAKESPEARE, 3, 256, 1);

    public TaskSpec {
        TaskKind kind = TaskKind.of(name);
        if (corpus.isBlank()) throw BigramTable.unknown(corpus);
        if (triggers < 1 && kind.has("triggers"))
            throw new IllegalArgumentException("task.triggers = " + triggers + " is below 1");
        if (sequenceLength < 2)
            throw new IllegalArgumentException("task.sequenceLength = " + sequenceLength + " is below 2");
        if (bosCount < 0 || bosCount > 2)
            throw new IllegalArgumentException("task.bosCount = " + bosCount + " is not 0, 1 or 2");
        if (bosCount >= sequenceLength)
            throw new IllegalArgumentException(
                    "task.sequenceLength = " + sequenceLength + " leaves no room after task.bosCount = " + bosCount);
        if (!(backcopyProbability >= 0 && backcopyProbability <= 1))
            throw new IllegalArgumentException(
                    "task.backcopyProbability = " + backcopyProbability + " is not between 0 and 1");
        if (!(delimiterProbability >= 0 && delimiterProbability < 1))
            throw new IllegalArgumentException(
                    "task.delimiterProbability = " + delimiterProbability + " is not from 0 on and below 1");
        if (!LOSSES.contains(loss))
            throw new IllegalArgumentException("task.loss = " + loss + " is not one of " + String.join(", ", LOSSES));
        if (loss.equals("roles") && bosCount == 0)
            throw new IllegalArgumentException(
                    "task.loss = roles leaves out the predictions at <s>, but task.bosCount = 0");
        if (prefixLength < 0) throw new IllegalArgumentException("task.prefixLength = " + prefixLength + " is below 0");
        if (prefixLength >= sequenceLength - bosCount)
            throw new IllegalArgumentException("task.sequenceLength = " + sequenceLength
                    + " leaves no room after task.prefixLength = " + prefixLength);
        Prefix.Order.of(prefix);
        if (prefixLength == 0 && !prefix.equals(Prefix.Order.DRAWN.toString()))
            throw new IllegalArgumentException("task.prefix = " + prefix + " is no key of task.prefixLength = 0");
        if (randomTokens < 0 || randomTokens > sequenceLength - bosCount)
            throw new IllegalArgumentException("task.randomTokens = " + randomTokens + " is not between 0 and "
                    + (sequenceLength - bosCount) + ", what task.bosCount leaves of task.sequenceLength");
        long fixed = fixedPosition.orElse(bosCount);
        if (fixed < bosCount || fixed >= sequenceLength)
            throw new IllegalArgumentException("task.fixedPosition = " + fixed + " is not between task.bosCount = "
                    + bosCount + " and " + (sequenceLength - 1));
        if (prefixLength > 0 && (randomTokens > 0 || fixedPosition.isPresent()))
            throw new IllegalArgumentException("task.prefixLength = " + prefixLength
                    + " and tokens of their own (task.randomTokens, task.fixedPosition) do not go together");
    }

    /** A process that writes every token itself. */
    public TaskSpec(
            String name,
            String corpus,
            int triggers,
            int sequenceLength,
            int bosCount,
            double backcopyProbability,
            double delimiterProbability,
            String loss,
            int prefixLength,
            String prefix) {
        this(
                name,
                corpus,
                triggers,
                sequenceLength,
                bosCount,
                backcopyProbability,
                delimiterProbability,
                loss,
                prefixLength,
                prefix,
                0,
                OptionalLong.empty());
    }

    /** A process without delimiters whose triggers always act, and whose loss counts all predictions. */
    public TaskSpec(String name, String corpus, int triggers, int sequenceLength, int bosCount) {
        this(name, corpus, triggers, sequenceLength, bosCount, 1, 0, "all");
    }

    /** A process without a prefix. */
    public TaskSpec(
            String name,
            String corpus,
            int triggers,
            int sequenceLength,
            int bosCount,
            double backcopyProbability,
            double delimiterProbability,
            String loss) {
        this(
                name,
                corpus,
                triggers,
                sequenceLength,
                bosCount,
                backcopyProbability,
                delimiterProbability,
                loss,
                0,
                Prefix.Order.DRAWN.toString());
    }

    /** The process, of {@link TaskKind}. */
    public TaskKind kind() {
        return TaskKind.of(name);
    }

    /** The same with another process; keys that it does not have become neutral, keys that only it has the paper's. */
    public TaskSpec as(String other) {
        TaskKind kind = TaskKind.of(other);
        int acting = !kind.has("triggers") ? 0 : kind().has("triggers") ? triggers : DEFAULT.triggers;
        double probability = kind.has("backcopyProbability") ? backcopyProbability : 1;
        boolean mayRead = kind.has("prefix"), mayPlace = kind.has("randomTokens");
        return new TaskSpec(
                other,
                kind.has("corpus") ? corpus : DEFAULT.corpus,
                acting,
                sequenceLength,
                kind.has("bosCount") ? bosCount : 1,
                probability,
                kind.has("delimiterProbability") ? delimiterProbability : 0,
                kind.has("loss") ? loss : LOSSES.get(0),
                mayRead ? prefixLength : 0,
                mayRead ? prefix : Prefix.Order.DRAWN.toString(),
                mayPlace ? randomTokens : 0,
                mayPlace ? fixedPosition : OptionalLong.empty());
    }

    /** The first positions of a sequence whose predictions the loss does not count. */
    int leftOut() {
        return Math.max(loss.equals("all") ? 0 : bosCount, firstQuery());
    }

    /** The first position whose prediction says anything of the task: 0, or the one behind the prefix. */
    int firstQuery() {
        return prefixLength == 0 ? 0 : bosCount + prefixLength;
    }
}
