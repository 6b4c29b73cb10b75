package backcopy.task;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The processes that {@code task.name} can name. A new one is its rule and its line here. */
public enum TaskKind {
    BIGRAM_BACKCOPY("after a trigger the token before it again, else a bigram law (arXiv 2410.13835)", Set.of()) {
        @Override
        Task task(TaskSpec spec, BigramTable table) {
            return new BigramBackcopy(spec, table);
        }
    },
    BIGRAM_SKIP(
            "after a trigger the bigram law of the token before it (the authors' dormant_markov)",
            Set.of("backcopyProbability", "prefixLength", "prefix", "randomTokens", "fixedPosition")) {
        @Override
        Task task(TaskSpec spec, BigramTable table) {
            return new BigramRelative(spec, table, TriggerRule.SKIP);
        }
    },
    BIGRAM_INDUCTION(
            "after a trigger what followed it before in the sequence (Bietti et al., arXiv 2306.00802)",
            Set.of("backcopyProbability", "prefixLength", "prefix", "randomTokens", "fixedPosition")) {
        @Override
        Task task(TaskSpec spec, BigramTable table) {
            return new BigramRelative(spec, table, TriggerRule.INDUCTION);
        }
    },
    MARKOV(
            "the bigram law after every token: no triggers",
            Set.of("triggers", "backcopyProbability", "prefixLength", "prefix", "randomTokens", "fixedPosition")) {
        @Override
        Task task(TaskSpec spec, BigramTable table) {
            return new BigramRelative(spec, table, null);
        }
    },
    TRIGGER_MEAN(
            "vectors: at the trigger the mean of those before it, else zero (softmax must sink, arXiv 2603.11487)",
            Set.of(
                    "corpus",
                    "triggers",
                    "bosCount",
                    "backcopyProbability",
                    "delimiterProbability",
                    "loss",
                    "prefixLength",
                    "prefix",
                    "randomTokens",
                    "fixedPosition")) {
        @Override
        Task task(TaskSpec spec, BigramTable table) {
            return new TriggerMean(spec);
        }
    };

    private final String about;
    private final Set<String> lacks;

    TaskKind(String about, Set<String> lacks) {
        this.about = about;
        this.lacks = lacks;
    }

    /** @param table null where there is no corpus */
    abstract Task task(TaskSpec spec, BigramTable table);

    /** One line: what follows what, and its source. */
    public String about() {
        return about;
    }

    /** Whether this process has a key {@code task.<component>}. */
    public boolean has(String component) {
        return !lacks.contains(component);
    }

    /** Whether its task is a {@link VectorTask}. */
    public boolean isOfVectors() {
        return this == TRIGGER_MEAN;
    }

    /** What a user types. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The process of this name. */
    public static TaskKind of(String name) {
        for (TaskKind kind : values()) if (kind.toString().equals(name)) return kind;
        throw new IllegalArgumentException("task.name = " + name + " is not one of "
                + Arrays.stream(values()).map(TaskKind::toString).collect(Collectors.joining(", ")));
    }
}
