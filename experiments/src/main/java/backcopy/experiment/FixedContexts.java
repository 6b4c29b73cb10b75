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

/**
 * Whether contexts that differ are what drives a sink, as the theory's joint flow says. Only the last tokens of a sequence count;
 * before them stand tokens that are only read: drawn anew for each sequence, or the same ones in another order, or the very same.
 * The reduced model attends to all of them alike, so that for it the last two are one: nearly one bag for all queries. A real layer
 * knows positions, so that in a shuffled prefix it can still look at what differs, in a fixed one it cannot. What is left to differ
 * is the counted tokens themselves, a tenth of the bag.
 */
public final class FixedContexts implements Experiment {
    private static final String DRAWN = "drawn", SHUFFLED = "shuffled", FIXED = "fixed";
    /** Position 0 holds a sink when it takes most attention. */
    private static final double SINK = 0.5;
    /** Values are drained below half the norm of the others. */
    private static final double DRAINED = 0.5;

    private static final Plan PLAN = Plan.EMPTY
            .and(DRAWN, "task.prefix=drawn")
            .and(SHUFFLED, "task.prefix=shuffled")
            .and(FIXED, "task.prefix=fixed")
            .at(Scale.SMOKE, "task.prefixLength=24")
            .at(Scale.LAPTOP, "task.prefixLength=56", "train.steps=3000")
            .at(Scale.PAPER, "task.prefixLength=224");

    private static final String HEAD = "layers.0.heads.0.", VALUE = "layers.0.value.norm.";
    /** Of the evaluation batch, at the end. */
    private static final int SEQUENCES = 64;
    /** The strength of a token's value state in the reduced model, frozen: a round number near trained nets'. */
    private static final double XI = 10;
    /** Sequences whose queries make the reduced model's contexts. */
    private static final int FLOWED = 64;

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
        return "whether contexts that differ drive the sink: one layer that reads the same tokens in every sequence";
    }

    @Override
    public String laptopTime() {
        return "4 min";
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
        List<Ensemble> ensembles = PLAN.ensembles(scale, runs);
        String setting = Settings.of(runs(scale)) + ", "
                + ensembles.get(0).specs().get(0).task().prefixLength() + " tokens only read";
        Points points = new Points();
        double[][] prefixes = new double[ensembles.size()][];
        for (int e = 0; e < ensembles.size(); e++) prefixes[e] = attended(ensembles.get(e), points);
        return new Findings(
                verdicts(ensembles, prefixes),
                List.of(
                        new Drawing(Figures.named("fixed-contexts"), setting, table(ensembles)),
                        new Drawing(Figures.named("contexts-attended"), setting, points.table()),
                        new Drawing(
                                new SinkByContextsFigure(),
                                "joint gradient flow on the reduced model, xi = " + (int) XI + ", queries of " + FLOWED
                                        + " sequences",
                                flows(ensembles))));
    }

    private static List<Verdict> verdicts(List<Ensemble> ensembles, double[][] prefixes) {
        Ensemble drawn = ensembles.get(0), shuffled = ensembles.get(1), fixed = ensembles.get(2);
        String attention = "attention of queries that are no trigger on <s>, at the end";
        String drain = "value norm of <s> over that of the others, at the end";
        return List.of(
                Verdict.above("drawn contexts: there is a sink", attention, SINK, sink(drawn)),
                Verdict.below("drawn contexts: <s> is drained", drain, DRAINED, drained(drawn)),
                Verdict.below("the same tokens, shuffled: no sink", attention, SINK, sink(shuffled)),
                Verdict.above("the same tokens, shuffled: <s> is not drained", drain, DRAINED, drained(shuffled)),
                Verdict.below("the same tokens in the same order: no sink", attention, SINK, sink(fixed)),
                Verdict.above("the same tokens in the same order: <s> is not drained", drain, DRAINED, drained(fixed)),
                Verdict.above(
                        "contexts that differ make the sink larger than shuffled ones",
                        "attention on <s>, drawn minus shuffled",
                        0,
                        Ensemble.differences(sink(drawn), sink(shuffled))),
                Verdict.above(
                        "and larger than the very same",
                        "attention on <s>, drawn minus fixed",
                        0,
                        Ensemble.differences(sink(drawn), sink(fixed))),
                Verdict.above(
                        "what is always the same is looked at instead",
                        "attention on the prefix, fixed minus drawn",
                        0,
                        Ensemble.differences(prefixes[2], prefixes[0])));
    }

    private static double[] sink(Ensemble runs) {
        return runs.finals(HEAD + "attention.bos");
    }

    private static double[] drained(Ensemble runs) {
        return Ensemble.paired(runs.finals(VALUE + "bos"), runs.finals(VALUE + "others"), (a, b) -> a / b);
    }

    private static Table table(List<Ensemble> ensembles) {
        return Ensemble.table(
                ensembles,
                List.of("attention", "value.norm", "excess.bigram", "excess.backcopy"),
                List.of(HEAD + "attention.bos", VALUE + "bos", "excess.bigram", "excess.backcopy"));
    }

    /** Where the counted queries that are no trigger look at the end; [seeds] the attention on the prefix. */
    private static double[] attended(Ensemble ensemble, Points points) {
        int seeds = ensemble.runs().size();
        double[][] places = new double[4][seeds];
        for (int run = 0; run < seeds; run++)
            try (Trace trace = Trace.of(ensemble.runs().get(run), ensemble.last(), SEQUENCES)) {
                Task task = Task.of(ensemble.specs().get(run).task());
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
        return places[1];
    }

    /** Sink mass of the reduced model over log t, sink logits and beta trained from nothing. */
    private static Table flows(List<Ensemble> ensembles) {
        Table.Rows rows = Table.rows("series", "log.time", "sink.mass");
        double[] times = GradientFlow.logTimes(-2, 20, 89);
        for (Ensemble ensemble : ensembles) {
            RunSpec spec = ensemble.specs().get(0);
            ReducedModel model = model((BigramBackcopy) Task.of(spec.task()));
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
