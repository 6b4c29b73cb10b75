package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which signatures depend on the size of the model: width and length from a miniature to the paper's, one layer and three, at one
 * rate and number of steps. It is what makes a miniature trustworthy, or tells where it is not. A trend is tested along one key with
 * the other and the seed as blocks.
 */
public final class Ladder implements Experiment {
    private static final List<Integer> LAYERS = List.of(1, 3);
    private static final Map<String, Quantity> SIGNATURES = new LinkedHashMap<>();

    static {
        SIGNATURES.put("attention on <s>", SinkHead::attention);
        SIGNATURES.put("value norm of <s> / others", ThreeLayers::drain);
        SIGNATURES.put("residual norm of <s> / later", ResidualPeak::largest);
        SIGNATURES.put("its growth after block 0", Ladder::growth);
        SIGNATURES.put("backcopy excess risk", runs -> runs.finals("excess.backcopy"));
        SIGNATURES.put("bigram excess risk", runs -> runs.finals("excess.bigram"));
    }

    /** [seeds] what a condition came to. */
    private interface Quantity {
        double[] of(Ensemble runs) throws IOException;
    }

    /**
     * A key that is walked along.
     *
     * @param levels ascending, each twice the one before
     */
    private record Key(String name, List<Integer> levels) {}

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new Ladder(), arguments);
    }

    @Override
    public String name() {
        return "ladder";
    }

    @Override
    public String about() {
        return "which signatures depend on the model's size: width by length, one layer and three (ours)";
    }

    @Override
    public String laptopTime() {
        return "about 1 h";
    }

    @Override
    public List<String> figures() {
        return List.of("phase");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return plan(scale).runs(scale);
    }

    /** The rate is between the miniature's and the paper's, which would need more steps to show anything. */
    private static Plan plan(Scale scale) {
        Plan plan = Plan.EMPTY
                .at(Scale.SMOKE, "train.steps=6", "train.batchSize=4")
                .at(
                        Scale.LAPTOP,
                        "optimizer.learningRate=1e-3",
                        "train.batchSize=16",
                        "train.steps=1500",
                        "evaluation.sequences=64")
                .at(Scale.PAPER)
                .withSeeds(Scale.LAPTOP, 3);
        for (int layers : LAYERS)
            for (int width : widths(scale).levels())
                for (int length : lengths(scale).levels())
                    plan = plan.and(
                            condition(layers, width, length),
                            "model.layers=" + layers,
                            "model.width=" + width,
                            "model.mlpWidth=" + 4 * width,
                            "task.sequenceLength=" + length);
        return plan;
    }

    private static Key widths(Scale scale) {
        return new Key("width", scale == Scale.SMOKE ? List.of(8, 16) : List.of(32, 64, 128, 256));
    }

    private static Key lengths(Scale scale) {
        return new Key("length", scale == Scale.SMOKE ? List.of(8, 16) : List.of(64, 128, 256));
    }

    private static String condition(int layers, int width, int length) {
        return layers + (layers == 1 ? " layer" : " layers") + ", width " + width + ", length " + length;
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        Plan plan = plan(scale);
        Key widths = widths(scale), lengths = lengths(scale);
        Table.Rows cells = Table.rows("condition", "panel", "logarithmic", "x", "y", "value");
        List<Verdict> verdicts = new ArrayList<>();
        for (int layers : LAYERS)
            for (Map.Entry<String, Quantity> signature : SIGNATURES.entrySet()) {
                double[][][] values =
                        new double[widths.levels().size()][lengths.levels().size()][];
                for (int w = 0; w < values.length; w++)
                    for (int l = 0; l < values[w].length; l++) {
                        int width = widths.levels().get(w),
                                length = lengths.levels().get(l);
                        values[w][l] =
                                signature.getValue().of(plan.ensemble(condition(layers, width, length), scale, runs));
                        cells.add(
                                layers == 1 ? "1 layer" : layers + " layers",
                                signature.getKey(),
                                0,
                                Integer.toString(width),
                                Integer.toString(length),
                                SeedInterval.of(values[w][l]).mean());
                    }
                String what = signature.getKey() + ", " + (layers == 1 ? "one layer" : "three layers");
                verdicts.add(trend(what, widths, lengths, blocks(values, true)));
                verdicts.add(trend(what, lengths, widths, blocks(values, false)));
            }
        String setting = "x: width, y: length; " + plan.settings(scale, runs);
        return new Findings(
                verdicts, List.of(new Drawing(Figures.named("phase"), setting, cells.table()).of("ladder")));
    }

    private static Verdict trend(String what, Key key, Key other, double[][] blocks) {
        return Verdict.trend(
                what + ": depends on " + key.name(),
                "change for each doubling of " + key.name() + ", over blocks of " + other.name() + " and seed",
                blocks);
    }

    /**
     * @param values {@code [width, length, seed]}
     * @return {@code [block, level]}: along the widths for each length and seed, or along the lengths for each width and seed
     */
    private static double[][] blocks(double[][][] values, boolean alongWidths) {
        int widths = values.length, lengths = values[0].length, seeds = values[0][0].length;
        int levels = alongWidths ? widths : lengths, others = alongWidths ? lengths : widths;
        double[][] blocks = new double[others * seeds][levels];
        for (int other = 0; other < others; other++)
            for (int seed = 0; seed < seeds; seed++)
                for (int level = 0; level < levels; level++)
                    blocks[other * seeds + seed][level] =
                            alongWidths ? values[level][other][seed] : values[other][level][seed];
        return blocks;
    }

    private static double[] growth(Ensemble runs) {
        return runs.curves("layers.0.residual.norm.bos", curve -> curve.last() / curve.first());
    }
}
