package backcopy.figure;

/**
 * The residual norm of {@code <s>} in a minimal stack of layers over training steps, by optimizer.
 *
 * <p>Table: {@code series} (the optimizer and what else differs), {@code step}, {@code residual.norm}.
 */
public final class PeakGrowthFigure implements Figure {
    @Override
    public String name() {
        return "peak-growth";
    }

    @Override
    public String about() {
        return "theory: growth of the residual norm of <s> by optimizer, attention and LayerNorm's epsilon";
    }

    @Override
    public Picture draw(String setting, Table... tables) {
        if (tables.length != 1) throw new IllegalArgumentException(name() + " takes one table, not " + tables.length);
        return new LawPanel("training step", "norm of the residual state of <s>", "law")
                .curves(tables[0], "step", "residual.norm", "law")
                .picture(
                        name(),
                        "The residual peak is made by Adam, softmax and LayerNorm's epsilon together",
                        setting,
                        "The norm of the residual state of <s> in the smallest stack that can grow a peak: attention of <s> on itself and an MLP,"
                                + " read along one direction after a LayerNorm. Its sink logits form under Adam and SGD alike. "
                                + setting + ".",
                        tables[0]);
    }
}
