package backcopy.figure;

/**
 * Beta of single tokens against log t under gradient flow while the sink logits are constant (theorem 2 (b) of arXiv
 * 2410.13835), with their limits.
 *
 * <p>Table: {@code series} (the token), {@code log.time}, {@code beta}, {@code limit}.
 */
public final class DrainLimitFigure implements Figure {
    @Override
    public String name() {
        return "drain-limit";
    }

    @Override
    public String about() {
        return "theory: beta under gradient flow with sink logits constant, and its limit";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1) throw new IllegalArgumentException(name() + " takes one table, not " + tables.length);
        return new LawPanel("log t", "beta", "limit beta*")
                .curves(tables[0], "log.time", "beta", "limit")
                .picture(
                        name(),
                        "The value state of <s> drains to minus the leaked bag",
                        setting,
                        "The value state of <s> by output token under gradient flow while the sink logits are constant. Dashed: the limit. "
                                + setting + ".",
                        tables[0]);
    }
}
