package backcopy.experiment;

import java.util.List;

/**
 * One ablation of "When Attention Sink Emerges" (arXiv 2410.10781), or what ablations are compared with.
 *
 * @param name as figures and tables print it
 * @param grows whether the published sink is larger by it
 * @param published sink rates in percent, before and after, or a word; empty for what others are compared with
 * @param sink what counts as the attention on the sink
 * @param keys what makes it different
 */
record Ablation(String name, boolean grows, String published, SinkAttention sink, List<String> keys) {
    /**
     * Ablations and what they are compared with, seed by seed.
     *
     * @param heading what they have in common
     */
    record Group(String heading, Ablation base, List<Ablation> ablations) {
        static Group of(String heading, Ablation base, Ablation... ablations) {
            return new Group(heading, base, List.of(ablations));
        }
    }

    /** What others are compared with. */
    static Ablation base(String name, String... keys) {
        return new Ablation(name, false, "", SinkAttention.ALPHA, List.of(keys));
    }

    /** The published sink is larger. */
    static Ablation larger(String name, String published, String... keys) {
        return new Ablation(name, true, published, SinkAttention.ALPHA, List.of(keys));
    }

    /** The published sink is smaller. */
    static Ablation smaller(String name, String published, String... keys) {
        return new Ablation(name, false, published, SinkAttention.ALPHA, List.of(keys));
    }

    /** The same by another number. */
    Ablation by(SinkAttention other) {
        return new Ablation(name, grows, published, other, keys);
    }

    /** Of the condition that it needs; ablations with the same keys share their runs. */
    String condition() {
        return keys.isEmpty() ? "as trained" : String.join(" ", keys);
    }

    /** Its verdict, if {@code changes} [seeds] are what it does to the sink. */
    Verdict verdict(Group group, double... changes) {
        String claim = group.heading() + ", " + name + " against "
                + group.base().name() + ": " + (grows ? "a larger sink" : "a smaller sink");
        String quantity = "change of " + sink.words();
        Verdict verdict = grows ? Verdict.grows(claim, quantity, changes) : Verdict.shrinks(claim, quantity, changes);
        return verdict.published(published);
    }
}
