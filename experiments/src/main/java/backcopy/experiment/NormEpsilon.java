package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Tensor;
import backcopy.run.Trace;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Whether LayerNorm's epsilon carries the residual peak of {@code <s>} in three layers (2xTF+MLP), as it does in the theory's
 * minimal stack: the same training with an epsilon of 1e-5, 1e-8 and 1e-12. The stack's residual state turns wholly into the
 * direction that the next layer reads, and epsilon is all that is left to grow against; whether a real one does is measured.
 */
public final class NormEpsilon implements Experiment {
    private static final List<String> EPSILONS = List.of("1e-5", "1e-8", "1e-12");
    private static final Plan PLAN = plan();

    /** The residual state turns early; what grows afterwards is the peak. */
    private static final double TURNED = 0.25;
    /** Of the evaluation batch, at the end. */
    private static final int SEQUENCES = 64;

    private static final String NORM = "layers.0.residual.norm.";

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new NormEpsilon(), arguments);
    }

    private static Plan plan() {
        Plan plan = Plan.EMPTY.at(Scale.LAPTOP, "optimizer.learningRate=1e-3", "train.steps=3000");
        for (String epsilon : EPSILONS)
            plan = plan.and(name(epsilon), "model.layers=3", "model.attentionOff=2", "model.normEpsilon=" + epsilon);
        return plan;
    }

    private static String name(String epsilon) {
        return "epsilon " + epsilon;
    }

    @Override
    public String name() {
        return "norm-epsilon";
    }

    @Override
    public String about() {
        return "whether LayerNorm's epsilon carries the residual peak of <s> in three layers, as in the minimal stack";
    }

    @Override
    public String laptopTime() {
        return "9 min";
    }

    @Override
    public List<String> figures() {
        return List.of("norm-epsilon");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        List<Ensemble> ensembles = PLAN.ensembles(scale, runs);
        Ensemble paper = ensembles.get(0);
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(Verdict.above(
                        "epsilon 1e-5: the residual norm of <s> grows",
                        "after block 0, its end over its start",
                        2,
                        paper.curves(NORM + "bos", curve -> curve.last() / curve.first()))
                .atLeast(0));
        verdicts.add(Verdict.between(
                "epsilon 1e-5: it grows in proportion to the steps",
                "slope of log(norm minus its start) in log(step) over the last three quarters of training",
                0.8,
                1.2,
                paper.curves(
                        NORM + "bos",
                        curve -> curve.map(norm -> Math.log(norm - curve.first()))
                                .slopeInLogStep(TURNED * paper.last()))));
        for (int e = 1; e < ensembles.size(); e++)
            verdicts.add(Verdict.below(
                    ensembles.get(e).name() + ": it grows less than half as much",
                    "log10(growth over the last three quarters of training, by that with 1e-5)",
                    -0.3,
                    Ensemble.logRatios(growth(ensembles.get(e)), growth(paper))));
        for (Ensemble ensemble : ensembles)
            verdicts.add(Verdict.above(
                    ensemble.name() + ": <s> turns wholly into the direction that layer 1 reads",
                    "cosine of its residual state, normed, with the mean key direction of layer 1",
                    0.999,
                    cosines(ensemble)));
        verdicts.add(Verdict.above(
                        "epsilon 1e-5: epsilon is most of what is left across that direction",
                        "D epsilon over itself plus the squared part of the residual state across the direction",
                        0.5,
                        shares(paper))
                .atLeast(0));
        return new Findings(
                verdicts,
                List.of(new Drawing(
                        Figures.named("norm-epsilon"),
                        PLAN.settings(scale, runs),
                        Ensemble.table(
                                ensembles,
                                List.of("norm.bos", "norm.others", "attention.0", "attention.1"),
                                List.of(
                                        NORM + "bos",
                                        NORM + "others",
                                        "layers.0.heads.0.attention.bos",
                                        "layers.1.heads.0.attention.bos")))));
    }

    private static double[] growth(Ensemble ensemble) {
        return ensemble.curves(NORM + "bos", curve -> curve.last() - curve.at(TURNED * ensemble.last()));
    }

    private static double[] cosines(Ensemble ensemble) {
        return each(ensemble, Across::cosine);
    }

    private static double[] shares(Ensemble ensemble) {
        return each(ensemble, Across::epsilonShare);
    }

    private static double[] each(Ensemble ensemble, ToDoubleFunction<Across> quantity) {
        double[] values = new double[ensemble.runs().size()];
        for (int run = 0; run < values.length; run++)
            values[run] = quantity.applyAsDouble(
                    Across.of(ensemble.runs().get(run), ensemble.specs().get(run)));
        return values;
    }

    /**
     * The residual state of {@code <s>} after block 0 and the direction along which layer 1's queries read it.
     *
     * @param cosine of the state without its mean and the direction
     * @param epsilonShare D epsilon over D epsilon and the squared part of the state across the direction
     */
    record Across(double cosine, double epsilonShare) {
        /** At the last step; the mean query is over all that are no trigger. */
        static Across of(RunDirectory run, RunSpec spec) {
            Task task = run.task();
            Map<String, Tensor> weights =
                    run.checkpoints().read(spec.train().steps()).tensors();
            double[] key = weights.get("layers.1.attention.key.weight").values();
            double[] gain = weights.get("layers.1.attention.norm.gain").values();
            try (Trace trace = Trace.of(run, spec.train().steps(), SEQUENCES)) {
                double[] query = meanQuery(trace, task, spec.model().width());
                double[] state = trace.activation("layers.0.residual.out").values();
                return of(state, query, key, gain, spec.model().normEpsilon());
            }
        }

        /**
         * @param state [at least width], the residual state of {@code <s>} first; not modified
         * @param query [width], not modified
         * @param key [width (out), width (in)], W_K; not modified
         * @param gain [width], the norm's; not modified
         */
        static Across of(double[] state, double[] query, double[] key, double[] gain, double epsilon) {
            int width = query.length;
            double[] direction = new double[width];
            for (int in = 0; in < width; in++) {
                for (int out = 0; out < width; out++) direction[in] += query[out] * key[out * width + in];
                direction[in] *= gain[in];
            }
            double[] u = centered(direction, width), h = centered(state, width);
            double along = 0, squareU = 0, squareH = 0;
            for (int i = 0; i < width; i++) {
                along += u[i] * h[i];
                squareU += u[i] * u[i];
                squareH += h[i] * h[i];
            }
            double cosine = along / Math.sqrt(squareU * squareH);
            double across = squareH * (1 - cosine * cosine);
            return new Across(cosine, width * epsilon / (width * epsilon + across));
        }

        private static double[] meanQuery(Trace trace, Task task, int width) {
            double[] queries = trace.activation("layers.1.attention.query").values(), mean = new double[width];
            int count = 0, length = trace.batch().length();
            for (int sequence = 0; sequence < trace.batch().sequences(); sequence++)
                for (int t = 1; t < length; t++) {
                    if (task.isTrigger(trace.batch().token(sequence, t))) continue;
                    count++;
                    for (int i = 0; i < width; i++) mean[i] += queries[(sequence * length + t) * width + i];
                }
            for (int i = 0; i < width; i++) mean[i] /= count;
            return mean;
        }

        private static double[] centered(double[] vector, int width) {
            double mean = 0;
            for (int i = 0; i < width; i++) mean += vector[i] / width;
            double[] centered = new double[width];
            for (int i = 0; i < width; i++) centered[i] = vector[i] - mean;
            return centered;
        }
    }
}
