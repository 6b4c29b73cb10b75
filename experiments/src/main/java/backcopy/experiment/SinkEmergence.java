package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.SequenceFigure;
import backcopy.figure.SinkEmergenceFigure;
import backcopy.figure.Table;
import backcopy.probe.Observable;
import backcopy.run.Keys;
import backcopy.run.ObservablesFile;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * How a sink emerges in one layer with softmax attention under AdamW (arXiv 2410.13835, fig. 4b): the bigram law is learned
 * first, then backcopy and sink together, the value state of {@code <s>} rises and then drains, and delta-logit keeps growing.
 */
public final class SinkEmergence implements Experiment {
    private static final String HEAD = "layers.0.heads.0.";
    /** Something is learned when its excess risk has fallen to this part of what it was. */
    private static final double LEARNED = 0.1;
    /** Two events are together when their steps differ by less than half an order of magnitude. */
    private static final double TOGETHER = 0.5;
    /** Tokens of the sequence that is drawn. */
    private static final int SHOWN = 16;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new SinkEmergence(), arguments);
    }

    @Override
    public String name() {
        return "sink-emergence";
    }

    @Override
    public String about() {
        return "attention sink and value drain form in one layer: bigram first, then backcopy and sink (paper, fig. 4b and 1)";
    }

    @Override
    public List<String> figures() {
        return List.of("sink-emergence", "sequence");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        LongStream seeds = switch (scale) {
            case SMOKE -> LongStream.rangeClosed(1, 3);
            case LAPTOP -> LongStream.rangeClosed(1, 5);
            case PAPER -> LongStream.rangeClosed(42, 44);
        };
        return seeds.mapToObj(seed -> Keys.parse(scale.spec(), Map.of("train.seed", Long.toString(seed))))
                .toList();
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        List<RunSpec> specs = runs(scale);
        long last = specs.get(0).train().steps();
        return new Findings(
                verdicts(runs, last),
                List.of(emergence(scale, specs, runs, last), sequence(specs.get(0), runs.get(0), last)));
    }

    private static List<Verdict> verdicts(List<RunDirectory> runs, long last) {
        return List.of(
                Verdict.above(
                        "bigram is learned before backcopy",
                        "log10(step of backcopy / step of bigram)",
                        0,
                        each(
                                runs,
                                run -> Math.log10(
                                        learned(run, "excess.backcopy", last) / learned(run, "excess.bigram", last)))),
                Verdict.above(
                        "the sink forms after bigram",
                        "log10(step of sink / step of bigram)",
                        0,
                        each(runs, run -> Math.log10(sink(run, last) / learned(run, "excess.bigram", last)))),
                Verdict.between(
                        "backcopy and sink come together",
                        "log10(step of sink / step of backcopy)",
                        -TOGETHER,
                        TOGETHER,
                        each(runs, run -> Math.log10(sink(run, last) / learned(run, "excess.backcopy", last)))),
                Verdict.above(
                        "most attention ends on <s>",
                        "final attention of non-trigger queries on <s>",
                        0.5,
                        each(
                                runs,
                                run -> Curve.of(run, HEAD + "attention.bos", last)
                                        .last())),
                Verdict.above(
                        "the value norm of <s> rises",
                        "its peak over its start",
                        1.1,
                        each(
                                runs,
                                run -> value(run, last).max() / value(run, last).first())),
                Verdict.below(
                        "and then drains",
                        "its end over its peak",
                        0.5,
                        each(
                                runs,
                                run -> value(run, last).last()
                                        / value(run, last).max())),
                Verdict.above(
                        "delta-logit keeps growing",
                        "slope of delta-logit in ln(step) over the last decade",
                        0,
                        each(
                                runs,
                                run -> Curve.of(run, HEAD + "score.delta", last).slopeInLogStep(last / 10.0))));
    }

    private static double[] each(List<RunDirectory> runs, ToDoubleFunction<RunDirectory> quantity) {
        return runs.stream().mapToDouble(quantity).toArray();
    }

    private static double learned(RunDirectory run, String excess, long last) {
        Curve curve = Curve.of(run, excess, last);
        return curve.firstStep(value -> value < LEARNED * curve.first());
    }

    /** Where attention on {@code <s>} has come half the way from its start to its end. */
    private static double sink(RunDirectory run, long last) {
        Curve curve = Curve.of(run, HEAD + "attention.bos", last);
        double half = (curve.first() + curve.last()) / 2;
        return curve.last() > curve.first() ? curve.firstStep(value -> value > half) : Double.NaN;
    }

    private static Curve value(RunDirectory run, long last) {
        return Curve.of(run, "layers.0.value.norm.bos", last);
    }

    /** At paper scale the bigram risk is measured as the authors' curve is: against the full unigram law at position 0. */
    private static Drawing emergence(Scale scale, List<RunSpec> specs, List<RunDirectory> runs, long last) {
        String bigram = scale == Scale.PAPER ? "excess.bigram.paper" : "excess.bigram";
        Map<String, String> columns = Map.of(
                "excess.backcopy",
                "excess.backcopy",
                "excess.bigram",
                bigram,
                "attention.bos",
                HEAD + "attention.bos",
                "score.delta",
                HEAD + "score.delta",
                "value.norm.bos",
                "layers.0.value.norm.bos",
                "value.norm.others",
                "layers.0.value.norm.others");
        List<String> order = List.of(
                "excess.backcopy",
                "excess.bigram",
                "attention.bos",
                "score.delta",
                "value.norm.bos",
                "value.norm.others");
        List<String> header = new ArrayList<>(List.of("seed", "step"));
        header.addAll(order);
        Table.Rows rows = Table.rows(header.toArray(new String[0]));
        for (int r = 0; r < runs.size(); r++) {
            List<Curve> curves = new ArrayList<>();
            for (String column : order) curves.add(Curve.of(runs.get(r), columns.get(column), last));
            for (int i = 0; i < curves.get(0).steps().length; i++) {
                List<Object> row = new ArrayList<>();
                row.add(specs.get(r).train().seed());
                row.add(curves.get(0).steps()[i]);
                for (Curve curve : curves) row.add(curve.values()[i]);
                rows.add(row.toArray());
            }
        }
        List<Table> tables = new ArrayList<>(List.of(rows.table()));
        if (scale == Scale.PAPER) tables.add(AuthorsCurves.oneLayerAdamW());
        return new Drawing(new SinkEmergenceFigure(), Settings.of(specs), tables);
    }

    /** The first evaluation sequence of the first run at its last step. */
    private static Drawing sequence(RunSpec spec, RunDirectory run, long last) throws IOException {
        List<Observable> observables = ObservablesFile.read(run.observables(last));
        Observable pattern = named(observables, "attention.pattern")
                .at("sequence", 0)
                .at("layer", 0)
                .at("head", 0);
        Observable tokens = named(observables, "snapshot.tokens").at("sequence", 0);
        Observable norms =
                named(observables, "snapshot.value.norm").at("sequence", 0).at("layer", 0);
        Task task = Task.of(spec.task());
        Table.Rows weights = Table.rows("query", "key", "weight");
        Table.Rows symbols = Table.rows("position", "symbol", "trigger", "value.norm");
        for (int query = 0; query < Math.min(SHOWN, tokens.size("position")); query++) {
            int token = (int) tokens.get(query);
            symbols.add(query, task.symbol(token), task.isTrigger(token) ? 1 : 0, norms.get(query));
            for (int key = 0; key <= query; key++) weights.add(query, key, pattern.get(query, key));
        }
        return new Drawing(new SequenceFigure(), Settings.of(List.of(spec)), List.of(weights.table(), symbols.table()));
    }

    private static Observable named(List<Observable> observables, String name) {
        return observables.stream()
                .filter(observable -> observable.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no observable " + name));
    }
}
