package backcopy.figure;

/**
 * Sink mass of the reduced model over log t while sink logits and beta are trained, by what its contexts have in common.
 *
 * <p>Table: {@code series}, {@code log.time}, {@code sink.mass}.
 */
public final class SinkByContextsFigure implements Figure {
    @Override
    public String name() {
        return "sink-by-contexts";
    }

    @Override
    public String about() {
        return "theory: sink mass under gradient flow where contexts differ and where they hardly do";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1) throw new IllegalArgumentException(name() + " takes one table, not " + tables.length);
        return new LawPanel("log t", "sink mass", "law")
                .curves(tables[0], "log.time", "sink.mass", "law")
                .picture(
                        name(),
                        "What the theory says: contexts that hardly differ make a sink late",
                        setting,
                        "Mean sink mass of the queries of the reduced model under joint gradient flow on sink logits and beta, by what stands"
                                + " before the counted tokens. " + setting + ".",
                        tables[0]);
    }
}
