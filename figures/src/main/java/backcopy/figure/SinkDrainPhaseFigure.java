package backcopy.figure;

/**
 * The way of joint gradient flow in the plane of drain and sink mass. Its end is marked.
 *
 * <p>Table: {@code series}, {@code drain} (the norm of beta without its mean), {@code sink.mass}.
 */
public final class SinkDrainPhaseFigure implements Figure {
    @Override
    public String name() {
        return "sink-drain-phase";
    }

    @Override
    public String about() {
        return "theory: sink mass against drain in joint gradient flow";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1) throw new IllegalArgumentException(name() + " takes one table, not " + tables.length);
        return new LawPanel("norm of beta without its mean (drained: 0)", "sink mass", "")
                .curves(tables[0], "drain", "sink.mass", "law")
                .picture(
                        name(),
                        "Sinks keep growing where contexts differ, and only there",
                        setting,
                        "Joint gradient flow of sink logits and value state of <s>, on one mean bag and on contexts that differ. Markers: the end. "
                                + setting + ".",
                        tables[0]);
    }
}
