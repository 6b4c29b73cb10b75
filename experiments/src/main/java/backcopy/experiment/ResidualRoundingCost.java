package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.model.Intervention;
import backcopy.model.Intervention.Quantize;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a residual peak costs when activations are rounded to few bits in units of their largest number: every block's output
 * rounded, by sequence ("per tensor") or by token, in three layers trained by AdamW, by SGD, and by AdamW with ReLU attention.
 */
public final class ResidualRoundingCost implements Experiment {
    private static final String ADAMW = "softmax, AdamW", SGD = "softmax, SGD", RELU = "ReLU, AdamW";
    private static final Plan PLAN = Plan.EMPTY
            .and(ADAMW, "model.layers=3")
            .and(SGD, "model.layers=3", "optimizer.name=sgd")
            .and(RELU, "model.layers=3", "model.attention=relu")
            .at(Scale.LAPTOP, "train.steps=1000", "record.every=100");
    private static final int[] BITS = {8, 6, 4};
    /** As many as the evaluation batch at laptop scale has. */
    private static final int SEQUENCES = 64;
    /** A norm of {@code <s>} this many times that of the others is a peak. */
    private static final double PEAK = 2;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ResidualRoundingCost(), arguments);
    }

    @Override
    public String name() {
        return "residual-int8";
    }

    @Override
    public String about() {
        return "three layers with their residual streams rounded to 8 bits and fewer: what a residual peak costs";
    }

    @Override
    public String laptopTime() {
        return "8 min";
    }

    @Override
    public List<String> figures() {
        return List.of("residual-int8");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    /** [seeds] of one condition: what each kind of rounding adds to the loss, and the peak after each block. */
    private record Found(Map<String, double[]> cost, double[][] peaks) {
        double[] peak() {
            return IntStream.range(0, peaks[0].length)
                    .mapToDouble(seed -> IntStream.range(0, peaks.length)
                            .mapToDouble(block -> peaks[block][seed])
                            .max()
                            .orElseThrow())
                    .toArray();
        }
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Map<String, Found> found = new LinkedHashMap<>();
        Rows rows = new Rows();
        for (Ensemble ensemble : PLAN.ensembles(scale, runs)) {
            Found own = found(ensemble);
            found.put(ensemble.name(), own);
            own.cost().forEach((kind, cost) -> rows.add(ensemble.name(), kind, "", "cost", cost));
            for (int block = 0; block < own.peaks().length; block++)
                rows.add(ensemble.name(), "after block " + block, "", "peak", own.peaks()[block]);
        }
        return new Findings(
                verdicts(found),
                List.of(new Drawing(Figures.named("residual-int8"), PLAN.settings(scale, runs), rows.table())));
    }

    private static List<Verdict> verdicts(Map<String, Found> found) {
        Found adamw = found.get(ADAMW), sgd = found.get(SGD), relu = found.get(RELU);
        String peak = "residual norm of <s> over that of the others, at the block where it is largest";
        String tensor = kind(8, false), token = kind(8, true);
        return List.of(
                Verdict.above("AdamW leaves a residual peak", peak, PEAK, adamw.peak()),
                Verdict.below("SGD leaves none", peak, PEAK, sgd.peak()),
                Verdict.below("ReLU attention leaves none", peak, PEAK, relu.peak()),
                Verdict.above(
                        "8 bits per tensor cost AdamW more than 8 bits per token",
                        "loss added by the one - by the other",
                        0,
                        Ensemble.differences(
                                adamw.cost().get(tensor), adamw.cost().get(token))),
                Verdict.above(
                        "8 bits per tensor cost AdamW more than SGD",
                        "loss added to the one - to the other",
                        0,
                        Ensemble.differences(
                                adamw.cost().get(tensor), sgd.cost().get(tensor))),
                Verdict.above(
                        "8 bits per tensor cost softmax more than ReLU attention",
                        "loss added to the one - to the other",
                        0,
                        Ensemble.differences(
                                adamw.cost().get(tensor), relu.cost().get(tensor))),
                Verdict.above(
                        "8 bits per tensor cost AdamW a hundredth of a nat",
                        "loss added",
                        0.01,
                        adamw.cost().get(tensor)));
    }

    private static Found found(Ensemble ensemble) {
        int layers = ensemble.specs().get(0).model().layers(),
                seeds = ensemble.runs().size();
        Map<String, double[]> cost = new LinkedHashMap<>();
        for (int seed = 0; seed < seeds; seed++)
            try (Trace trace = Trace.of(ensemble.runs().get(seed), ensemble.last(), SEQUENCES)) {
                double free = trace.observe().number("loss.evaluation");
                for (int bits : BITS)
                    for (boolean byToken : new boolean[] {false, true}) {
                        double loss =
                                trace.observe(rounding(layers, bits, byToken)).number("loss.evaluation");
                        cost.computeIfAbsent(kind(bits, byToken), kind -> new double[seeds])[seed] = loss - free;
                    }
            }
        double[][] peaks = new double[layers][];
        for (int block = 0; block < layers; block++) {
            String norm = "layers." + block + ".residual.norm.";
            peaks[block] =
                    Ensemble.paired(ensemble.finals(norm + "bos"), ensemble.finals(norm + "others"), (a, b) -> a / b);
        }
        return new Found(cost, peaks);
    }

    private static String kind(int bits, boolean byToken) {
        return bits + " bits per " + (byToken ? "token" : "tensor");
    }

    private static List<Intervention> rounding(int layers, int bits, boolean byToken) {
        List<Intervention> rounding = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) rounding.add(new Quantize(layer, bits, byToken));
        return rounding;
    }
}
