package backcopy.figure;

/**
 * A sink logit against log t under different assumptions about beta and the MLP, with the law of each.
 *
 * <p>Table: {@code series} (the assumption), {@code log.time}, {@code sink.logit}, {@code law}.
 */
public final class SinkSlopesFigure implements Figure {
    @Override
    public String name() {
        return "sink-slopes";
    }

    @Override
    public String about() {
        return "theory: the slope of the sink logit in log t, by assumption";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1) throw new IllegalArgumentException(name() + " takes one table, not " + tables.length);
        return new LawPanel("log t", "sink logit alpha", "law")
                .curves(tables[0], "log.time", "sink.logit", "law")
                .picture(
                        name(),
                        "One half is the slope of one assumption",
                        setting,
                        "A sink logit under gradient flow with the value state of <s> frozen, under different assumptions. Dashed: the law of each. "
                                + setting + ".",
                        tables[0]);
    }
}
