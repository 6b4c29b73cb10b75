package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.SinkByContextsFigure;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.task.BatchStream;
import backcopy.task.BigramBackcopy;
import backcopy.task.Task;
import backcopy.theory.Attention;
import backcopy.theory.Context;
import backcopy.theory.GradientFlow;
import backcopy.theory.ReducedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Whether contexts that differ are what drives a sink, as the theory's joint flow says. Only the last tokens of a sequence count;
 * before them stand tokens that are only read: drawn anew for each sequence, or the same ones in another order, or the very same.
 *
 * <p>The reduced network attends to all of them alike, so that for it a shuffled prefix is one bag for all queries but for the few
 * counted tokens. A real layer knows positions: it can look at what differs in a shuffled prefix, and could make the values of all
 * that is only read alike. Both are trained.
 */
public final class FixedContexts implements Experiment {
    private static final String DRAWN = "drawn", SHUFFLED = "shuffled", FIXED = "fixed", REDUCED = "reduced, ";
    /** Position 0 holds a sink when it takes most attention. */
    private static final double SINK = 0.5;
    /** Values are drained below half the norm of the others, and of content below half the variance. */
    private static final double DRAINED = 0.5;

    /**
     * In the reduced network a sink begins with as little attention as one key of all has, and its value drains at the square of that:
     * short contexts let it begin.
     */
    private static final Plan PLAN = Plan.EMPTY
            .and(DRAWN, "task.prefix=drawn")
            .and(SHUFFLED, "task.prefix=shuffled")
            .and(FIXED, "task.prefix=fixed")
            .and(REDUCED + DRAWN, reduced("task.prefix=drawn"))
            .and(REDUCED + SHUFFLED, reduced("task.prefix=shuffled"))
            .at(Scale.SMOKE, "task.prefixLength=24")
            .at(Scale.LAPTOP, "task.prefixLength=56", "train.steps=3000")
            .at(Scale.PAPER, "task.prefixLength=224");

    private static final String HEAD = "layers.0.heads.0.", VALUE = "layers.0.value.norm.";
    private static final String ATTENTION = "attention of queries that are no trigger on <s>, at the end";
    private static final String DRAIN = "value norm of <s> over that of the others, at the end";
    /** Of the evaluation batch, at the end. */
    private static final int SEQUENCES = 64;
    /** The strength of a token's value state in the reduced model, frozen: a round number near trained nets'. */
    private static final double XI = 10;
    /** Sequences whose queries make the reduced model's contexts. */
    private static final int FLOWED = 64;

    private static String[] reduced(String prefix) {
        return new String[] {
            prefix,
            "model.kind=simple",
            "model.width=67",
            "model.mlpWidth=128",
            "model.norm=none",
            "optimizer.learningRate=0.03",
            "task.sequenceLength=16",
            "task.prefixLength=12",
            "record.every=50"
        };
    }

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new FixedContexts(), arguments);
    }

    @Override
    public String name() {
        return "fixed-contexts";
    }

    @Override
    public String about() {
        return "whether contexts that differ drive the sink: the reduced network and one layer on contexts of the same tokens";
    }

    @Override
    public String laptopTime() {
        return "5 min";
    }

    @Override
    public List<String> figures() {
        return List.of("fixed-contexts", "contexts-attended", "sink-by-contexts");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        List<Ensemble> all = PLAN.ensembles(scale, runs), layer = all.subList(0, 3), reduced = all.subList(3, 5);
        Points points = new Points();
        for (Ensemble ensemble : layer) addAttended(ensemble, points);
        return new Findings(
                Stream.of(verdictsOfReduced(reduced), verdictsOfLayer(layer))
                        .flatMap(List::stream)
                        .toList(),
                List.of(
                        curves(layer).of("layer"),
                        curves(reduced).of("reduced"),
                        new Drawing(Figures.named("contexts-attended"), setting(layer), points.table()),
                        new Drawing(
                                new SinkByContextsFigure(),
                                "joint gradient flow, xi = " + (int) XI + ", queries of " + FLOWED + " sequences of "
                                        + reduced.get(0).specs().get(0).task().sequenceLength(),
                                flows(reduced))));
    }

    private static List<Verdict> verdictsOfReduced(List<Ensemble> reduced) {
        Ensemble drawn = reduced.get(0), shuffled = reduced.get(1);
        return List.of(
                Verdict.above("reduced network, drawn contexts: there is a sink", ATTENTION, SINK, sink(drawn)),
                Verdict.below("reduced network, drawn contexts: <s> is drained", DRAIN, DRAINED, drained(drawn)),
                Verdict.below("reduced network, the same tokens: there is no sink", ATTENTION, SINK, sink(shuffled)),
                Verdict.below(
                        "reduced network, the same tokens: its sink logit falls",
                        "delta-logit at the end minus at the start",
                        0,
                        Ensemble.differences(
                                shuffled.finals(HEAD + "score.delta"), shuffled.firsts(HEAD + "score.delta"))),
                Verdict.above(
                        "reduced network, the same tokens: <s> is not drained", DRAIN, DRAINED, drained(shuffled)));
    }

    private static List<Verdict> verdictsOfLayer(List<Ensemble> layer) {
        Ensemble drawn = layer.get(0), shuffled = layer.get(1), fixed = layer.get(2);
        return List.of(
                Verdict.above("layer, drawn contexts: there is a sink", ATTENTION, SINK, sink(drawn)),
                Verdict.below("layer, the same tokens, shuffled: no sink", ATTENTION, SINK, sink(shuffled)),
                Verdict.below("layer, the same tokens in the same order: no sink", ATTENTION, SINK, sink(fixed)),
                Verdict.below(
                        "layer, drawn contexts: what is only read has lost its content",
                        "variance of its value states by that of the counted tokens'",
                        DRAINED,
                        content(drawn)));
    }

    private static double[] sink(Ensemble runs) {
        return runs.finals(HEAD + "attention.bos");
    }

    private static double[] drained(Ensemble runs) {
        return Ensemble.paired(runs.finals(VALUE + "bos"), runs.finals(VALUE + "others"), (a, b) -> a / b);
    }

    private static Drawing curves(List<Ensemble> ensembles) {
        return new Drawing(
                Figures.named("fixed-contexts"),
                setting(ensembles),
                Ensemble.table(
                        ensembles,
                        List.of("attention", "value.norm", "excess.bigram", "excess.backcopy"),
                        List.of(HEAD + "attention.bos", VALUE + "bos", "excess.bigram", "excess.backcopy")));
    }

    private static String setting(List<Ensemble> ensembles) {
        return Settings.of(ensembles.stream().flatMap(e -> e.specs().stream()).toList()) + ", "
                + ensembles.get(0).specs().get(0).task().prefixLength() + " tokens only read";
    }

    /** [seeds] of value states at the end, the variance over sequences at a position: in the prefix over behind it. */
    private static double[] content(Ensemble ensemble) {
        double[] ratios = new double[ensemble.runs().size()];
        for (int run = 0; run < ratios.length; run++)
            try (Trace trace = Trace.of(ensemble.runs().get(run), ensemble.last(), SEQUENCES)) {
                int tail = ensemble.runs().get(run).task().firstQuery();
                double[] states =
                        trace.activation("layers.0.attention.valueState").values();
                int length = trace.batch().length(), sequences = trace.batch().sequences();
                ratios[run] = variance(states, sequences, length, 1, tail)
                        / variance(states, sequences, length, tail, length);
            }
        return ratios;
    }

    /**
     * Mean over positions {@code from} to {@code to}, exclusive, of the variance over sequences of a state.
     *
     * @param states [sequence, position, width], not modified
     */
    static double variance(double[] states, int sequences, int length, int from, int to) {
        int width = states.length / (sequences * length);
        double sum = 0;
        for (int position = from; position < to; position++)
            for (int i = 0; i < width; i++) {
                SummaryStatistics values = new SummaryStatistics();
                for (int sequence = 0; sequence < sequences; sequence++)
                    values.addValue(states[(sequence * length + position) * width + i]);
                sum += values.getVariance();
            }
        return sum / (to - from);
    }

    /** Where the counted queries that are no trigger look at the end. */
    private static void addAttended(Ensemble ensemble, Points points) {
        int seeds = ensemble.runs().size();
        double[][] places = new double[4][seeds];
        for (int run = 0; run < seeds; run++)
            try (Trace trace = Trace.of(ensemble.runs().get(run), ensemble.last(), SEQUENCES)) {
                Task task = ensemble.runs().get(run).task();
                double[] pattern =
                        trace.activation("layers.0.attention.pattern").values();
                int length = trace.batch().length(), queries = 0;
                for (int sequence = 0; sequence < trace.batch().sequences(); sequence++)
                    for (int query = task.firstQuery(); query < length; query++) {
                        if (task.isTrigger(trace.batch().token(sequence, query))) continue;
                        queries++;
                        int row = (sequence * length + query) * length;
                        for (int key = 0; key <= query; key++) {
                            int place = key == 0 ? 0 : key < task.firstQuery() ? 1 : key < query ? 2 : 3;
                            places[place][run] += pattern[row + key];
                        }
                    }
                for (double[] place : places) place[run] /= queries;
            }
        List<String> names = List.of("<s>", "the prefix", "counted tokens before", "itself");
        for (int place = 0; place < places.length; place++)
            points.add("Attention of counted queries", names.get(place), ensemble.name(), places[place]);
    }

    /** Sink mass of the reduced model over log t, sink logits and beta trained from nothing. */
    private static Table flows(List<Ensemble> ensembles) {
        Table.Rows rows = Table.rows("series", "log.time", "sink.mass");
        double[] times = GradientFlow.logTimes(-2, 20, 89);
        for (Ensemble ensemble : ensembles) {
            RunSpec spec = ensemble.specs().get(0);
            ReducedModel model = model((BigramBackcopy) ensemble.runs().get(0).task());
            double[][] states = new GradientFlow(model, model.parameters(1, 1, 0))
                    .implicit(model.parameters(0, 0, XI), times, 1e-5);
            for (int i = 0; i < times.length; i++) rows.add(ensemble.name(), times[i], model.sinkMass(states[i]));
        }
        return rows.table();
    }

    /** The counted queries that are no trigger, each with all tokens that it sees. */
    private static ReducedModel model(BigramBackcopy task) {
        int characters = task.table().characters();
        int[] sequence = new int[task.sequenceLength() + 1];
        List<double[]> bags = new ArrayList<>();
        List<Integer> queries = new ArrayList<>();
        for (int row = 0; row < FLOWED; row++) {
            new BatchStream(task, 1).sequence(0, row, sequence);
            double[] counts = new double[characters];
            for (int position = 1; position < task.sequenceLength(); position++) {
                counts[sequence[position]]++;
                if (position < task.firstQuery() || task.isTrigger(sequence[position])) continue;
                queries.add(sequence[position]);
                bags.add(counts.clone());
            }
        }
        List<Context> contexts = IntStream.range(0, bags.size())
                .mapToObj(i -> Context.bigram(queries.get(i), bags.get(i), 1.0 / bags.size()))
                .toList();
        double[][] bigram = IntStream.range(0, characters)
                .mapToObj(v -> Arrays.copyOf(task.table().conditional(v), characters))
                .toArray(double[][]::new);
        return new ReducedModel(bigram, contexts, Attention.SOFTMAX);
    }
}
