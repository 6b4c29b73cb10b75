package backcopy.figure;

/**
 * Sink logits of single tokens against log t under gradient flow while beta is constant (theorem 2 (a) of arXiv 2410.13835),
 * with their laws.
 *
 * <p>Table: {@code series} (the token), {@code log.time}, {@code sink.logit}, {@code law}.
 */
public final class SinkLogitLawFigure implements Figure {
    @Override
    public String name() {
        return "sink-logit-law";
    }

    @Override
    public String about() {
        return "theory: sink logits under gradient flow with beta constant, and the law 1/2 log t";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1) throw new IllegalArgumentException(name() + " takes one table, not " + tables.length);
        return new LawPanel("log t", "sink logit alpha", "1/2 log t + 1/2 log(2 w Var(s))")
                .curves(tables[0], "log.time", "sink.logit", "law")
                .picture(
                        name(),
                        "Sink logits grow like half the logarithm of time",
                        setting,
                        "Sink logits of single tokens under gradient flow while the value state of <s> is constant. Dashed: the law that each approaches. "
                                + setting + ".",
                        tables[0]);
    }
}
