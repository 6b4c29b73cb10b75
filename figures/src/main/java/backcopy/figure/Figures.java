package backcopy.figure;

import backcopy.figure.ConditionCurves.Quantity;
import backcopy.figure.IntervalPoints.Panel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Every figure. */
public final class Figures {
    private static final String INTERVAL = "95 % interval of the mean", RANGE = "lowest to highest seed";

    public static final List<Figure> ALL = List.of(
            new SinkEmergenceFigure(),
            new SequenceFigure(),
            new SinkLogitLawFigure(),
            new DrainLimitFigure(),
            new SinkDrainPhaseFigure(),
            new SinkSlopesFigure(),
            new PeakGrowthFigure(),
            new PhaseFigure(),
            new SwitchTableFigure(),
            new RowIntervals(
                    "effects",
                    "What each factor does",
                    "signatures by the levels of each factor of a sweep, over all levels of the others (bb figure effects"
                            + " --sweep NAME)",
                    new RowIntervals.Panel("sink", "Sink", "on position 0", false),
                    new RowIntervals.Panel("drain", "Drain", "ratio at 0", true),
                    new RowIntervals.Panel("peak", "Peak", "ratio at 0", true),
                    new RowIntervals.Panel("backcopy", "Backcopy", "nats", true),
                    new RowIntervals.Panel("bigram", "Bigram", "nats", true),
                    new RowIntervals.Panel("formation", "Formation", "step", true)),
            new SinkGrowthFigure(),
            new SinkByContextsFigure(),
            new ConditionCurves(
                    "fixed-contexts",
                    "Training on contexts that do or do not differ",
                    "sink, value norm of <s> and risks over training, by what all sequences have in common",
                    new Quantity("attention", "Attention on <s>", "attention weight", false),
                    new Quantity("value.norm", "Value state of <s>", "norm of value state", true),
                    new Quantity("excess.bigram", "Bigram", "excess risk (nats)", true),
                    new Quantity("excess.backcopy", "Backcopy", "excess risk (nats)", true)),
            new IntervalPoints(
                    "contexts-attended",
                    "What queries look at where contexts do or do not differ",
                    "attention of the counted queries on <s>, the tokens only read, the counted ones and themselves",
                    INTERVAL,
                    1,
                    new Panel("Attention of counted queries", "attention weight", "key", false)),
            new ConditionCurves(
                    "norm-epsilon",
                    "The residual peak and LayerNorm's epsilon",
                    "residual norms and attention in three layers, by LayerNorm's epsilon",
                    new Quantity("norm.bos", "Residual of <s>", "norm after block 0", true),
                    new Quantity("norm.others", "Residual of others", "norm after block 0", true),
                    new Quantity("attention.0", "Attention on <s>, layer 0", "attention weight", false),
                    new Quantity("attention.1", "Attention on <s>, layer 1", "attention weight", false)),
            new LayerMapsFigure(),
            new ConditionCurves(
                    "residual-growth",
                    "Residual norms in one layer",
                    "residual norms of <s>, of triggers and of the others over training",
                    new Quantity("norm", "Residual norm", "norm of the block's output", true),
                    new Quantity("growth", "Growth", "norm over its start", true)),
            new IntervalPoints(
                    "sink-concentration",
                    "Concentration of the scores on <s>",
                    "spread of attention scores on <s> and on other keys",
                    INTERVAL,
                    1,
                    new Panel("Spread of attention scores", "standard deviation", "scores", false)),
            new IntervalPoints(
                    "interventions",
                    "Parts removed from the trained model",
                    "excess risks without MLP and without attention (the paper's interventions)",
                    INTERVAL,
                    2,
                    new Panel("Backcopy excess risk", "excess risk (nats)", "model", true),
                    new Panel("Bigram excess risk", "excess risk (nats)", "model", true)),
            new IntervalPoints(
                    "optimizers-and-norms",
                    "Optimizers and norms in the other definition of the task",
                    "sink, value drain and residual peak by optimizer and norms, beside a public study's means",
                    INTERVAL,
                    1,
                    triad("optimizer and norms")),
            new RowIntervals(
                    "training-ablations",
                    "What training and data do to the sink (arrows: as published)",
                    "attention on the sink by learning rate, decay, amount of data and first tokens",
                    new RowIntervals.Panel("Sink", "Attention on the sink", "attention", false),
                    new RowIntervals.Panel("Change", "Its change", "attention, paired by seed", false)),
            new RowIntervals(
                    "softmax-necessity",
                    "A task that softmax solves only by a sink",
                    "attention on <s> where nothing is asked for, and the largest error, by attention kind",
                    new RowIntervals.Panel("anchor", "Attention on <s>", "mean without trigger", false),
                    new RowIntervals.Panel("least", "Least on <s>", "of a query", false),
                    new RowIntervals.Panel("error", "Largest error", "of a number", true)),
            new RowIntervals(
                    "architecture-ablations",
                    "What the architecture does to the sink (arrows: as published)",
                    "attention on the sink by positions, masks, norms, MLPs, biases and the form of attention",
                    new RowIntervals.Panel("Sink", "Attention on the sink", "attention", false),
                    new RowIntervals.Panel("Change", "Its change", "attention, paired by seed", false)),
            new IntervalPoints(
                    "dormancy-test",
                    "Dormancy of every token",
                    "attention on <s> of every token at the end of a sequence",
                    RANGE,
                    1,
                    new Panel("Weight on <s> of a query", "attention weight", "token of the query", false)),
            new IntervalPoints(
                    "without-bos",
                    "Where the sink goes without <s>",
                    "attention taken and value-state norms by token, in sequences that have no <s>",
                    RANGE,
                    1,
                    new Panel("Attention where the token is visible", "attention taken", "token of the key", false),
                    new Panel("Value states", "norm of value state", "token", false)),
            new ConditionCurves(
                    "relu-attention",
                    "ReLU attention in one layer",
                    "risks, attention on <s> and norms over training, ReLU beside softmax",
                    new Quantity("excess.backcopy", "Backcopy", "excess risk (nats)", true),
                    new Quantity("excess.bigram", "Bigram", "excess risk (nats)", true),
                    new Quantity("attention.bos", "Attention on <s>", "attention weight", false),
                    new Quantity("value.norm.bos", "Value state of <s>", "norm of value state", true),
                    new Quantity("residual.norm.bos", "Residual of <s>", "norm of the block's output", true),
                    new Quantity("residual.norm.others", "Residual of others", "norm of the block's output", true)),
            new ConditionCurves(
                    "three-layers",
                    "Three layers",
                    "residual norms of <s> and of others over training under AdamW, SGD and with ReLU attention",
                    new Quantity("bos.0", "<s> after block 0", "residual norm", true),
                    new Quantity("others.0", "Others after block 0", "residual norm", true),
                    new Quantity("bos.1", "<s> after block 1", "residual norm", true),
                    new Quantity("others.1", "Others after block 1", "residual norm", true),
                    new Quantity("attention.bos", "Attention on <s>, strongest head", "attention weight", false),
                    new Quantity("value.norm.bos", "Value state of <s> there", "norm of value state", true)),
            new RowIntervals(
                    "norms-by-layer",
                    "Three layers at the end of training",
                    "sink, delta-logit, value drain and residual peak in every layer",
                    new RowIntervals.Panel("attention", "Sink", "attention", false),
                    new RowIntervals.Panel("delta-logit", "Delta-logit", "score", false),
                    new RowIntervals.Panel("value", "Value", "<s> / others", true),
                    new RowIntervals.Panel("residual", "Residual", "norm of <s>", true),
                    new RowIntervals.Panel("peak", "Peak", "<s> / later", true)),
            new RowIntervals(
                    "peak-writers",
                    "Who writes the residual stream of <s>",
                    "what every part of three layers adds to the residual stream of <s>, and its share after each block",
                    new RowIntervals.Panel("norm", "Added", "norm", true),
                    new RowIntervals.Panel("block 0", "After block 0", "share", false),
                    new RowIntervals.Panel("block 1", "After block 1", "share", false),
                    new RowIntervals.Panel("block 2", "After block 2", "share", false)),
            new IntervalPoints(
                    "layer-knockout",
                    "Layer 0 knocked out",
                    "peak, delta-logit, value state and risks with layer 0 and without (the paper's massive interventions)",
                    INTERVAL,
                    2,
                    new Panel("Residual peak after block 0", "norm, <s> - later tokens", "model", false),
                    new Panel("Delta-logit in layer 1", "score", "model", false),
                    new Panel("Value state of <s> in layer 1", "norm of value state", "model", true),
                    new Panel("Attention on <s> in layer 1", "attention weight", "model", false),
                    new Panel("Backcopy excess risk", "excess risk (nats)", "model", true),
                    new Panel("Bigram excess risk", "excess risk (nats)", "model", true)),
            new IntervalPoints(
                    "minimal-structures",
                    "Minimal structures",
                    "residual peak and sink by layer in structures without some parts (the paper's massive norm minimal)",
                    INTERVAL,
                    1,
                    new Panel("Massive norm", "norm, <s> - later tokens", "structure", false),
                    new Panel("Residual peak", "norm, <s> / later tokens", "structure", true),
                    new Panel("Sink", "attention on <s>", "structure", false)),
            new ConditionCurves(
                    "norm-influence",
                    "Gradients, updates and the norm of <s>",
                    "gradient and update norms, and how much an update moves the residual norm of <s>, over training",
                    new Quantity("gradient", "Gradient of the loss", "norm", true),
                    new Quantity("update", "Update", "norm", true),
                    new Quantity("norm", "<s> after block 0", "residual norm", true),
                    new Quantity("influence", "Influence of an update on it", "change of norm", false),
                    new Quantity("per.update", "Influence by size of update", "change / update", false),
                    new Quantity("per.gradient", "Influence by size of gradient", "change / gradient", false)),
            new RowIntervals(
                    "influence-by-weight",
                    "Which weights move the norm of <s>",
                    "influence on the residual norm of <s> after block 0, gradient and update norms of each weight",
                    new RowIntervals.Panel("share", "Influence", "share", false),
                    new RowIntervals.Panel("per update", "By update", "influence / norm", false),
                    new RowIntervals.Panel("update", "Update", "norm", true),
                    new RowIntervals.Panel("gradient", "Gradient", "norm", true)),
            new IntervalPoints(
                    "relatives",
                    "The relatives of the task",
                    "sink, value drain and residual peak in each relative of the task",
                    INTERVAL,
                    1,
                    triad("task")),
            new IntervalPoints(
                    "backcopy-dose",
                    "How much backcopy it takes",
                    "sink, value drain and residual peak against the probability that a trigger copies",
                    INTERVAL,
                    1,
                    triad("probability that a trigger copies")),
            new IntervalPoints(
                    "two-definitions",
                    "Two definitions of the task",
                    "sink, value drain and residual peak with one ingredient of two definitions of the task swapped",
                    INTERVAL,
                    1,
                    triad("ingredient taken from the other definition")),
            new ConditionCurves(
                    "reduced-model",
                    "The reduced model, trained as a network",
                    "risks, attention on <s>, sink logit and norms of the reduced model over training",
                    new Quantity("excess.backcopy", "Backcopy", "excess risk (nats)", true),
                    new Quantity("excess.bigram", "Bigram", "excess risk (nats)", true),
                    new Quantity("attention.bos", "Attention on <s>", "attention weight", false),
                    new Quantity("score.bos", "Sink logit", "mean over tokens", false),
                    new Quantity("value.norm.bos", "Value state of <s>", "norm of value state", true),
                    new Quantity("residual.norm.bos", "<s> before the layer that copies", "residual norm", true)),
            new RowIntervals(
                    "causal-test",
                    "Sink and drain, each cut off from the other",
                    "end states of training with the sink's value or score clamped, reset or cut off from its gradient",
                    new RowIntervals.Panel("early", "Early sink", "attention", false),
                    new RowIntervals.Panel("attention", "Final sink", "attention", false),
                    new RowIntervals.Panel("value", "Value", "norm of <s>", true),
                    new RowIntervals.Panel("delta-logit", "Delta-logit", "score", false),
                    new RowIntervals.Panel("bigram", "Bigram", "excess (nats)", true)),
            new RowIntervals(
                    "streaming",
                    "Long sequences through a short cache",
                    "risks of sequences longer than the model, by what a cache evicts",
                    new RowIntervals.Panel("bigram", "Bigram", "excess risk (nats)", true),
                    new RowIntervals.Panel("backcopy", "Backcopy", "risk (nats)", true),
                    new RowIntervals.Panel("kept", "<s> kept", "share of sequences", false)),
            new RowIntervals(
                    "residual-int8",
                    "Residual streams rounded to few bits",
                    "loss added by rounding residual streams in units of their largest number, and their peaks",
                    new RowIntervals.Panel("cost", "Cost of rounding", "loss added (nats)", true),
                    new RowIntervals.Panel("peak", "Residual peak", "norm, <s> over others", true)));

    private Figures() {}

    private static Panel[] triad(String categories) {
        return new Panel[] {
            new Panel("Residual peak", "norm over that of the others", categories, true),
            new Panel("Sink", "attention on position 0", categories, false),
            new Panel("Value drain", "norm over that of the others", categories, true)
        };
    }

    /** Draws one figure from files: {@code NAME DIRECTORY SETTING TABLE.csv...}. */
    public static void main(String[] args) throws IOException {
        Table[] tables = new Table[args.length - 3];
        for (int i = 0; i < tables.length; i++) {
            tables[i] = Table.read(Path.of(args[i + 3]));
        }
        named(args[0]).draw(args[2], tables).write(Path.of(args[1])).forEach(System.out::println);
    }

    /** The figure of this name. */
    public static Figure named(String name) {
        return ALL.stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("figure = " + name + " is none of "
                        + ALL.stream().map(Figure::name).toList()));
    }
}
