package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.probe.Observable;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.task.Batch;
import backcopy.task.Task;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where the sink goes in one layer when no sequence opens with {@code <s>} (arXiv 2410.13835, appendix): a head that has nothing
 * to do still parks, on a character whose value state it has drained; the authors found the line break.
 */
public final class WithoutBos implements Experiment {
    private static final Plan PLAN =
            Plan.single("without <s>", "task.bosCount=0").withSeeds(Scale.DESK, 5);
    private static final String LINE_BREAK = "\\n";
    private static final String ATTENTION = "Attention where the token is visible", VALUES = "Value states";
    /** Sequences of the evaluation batch that are looked at. */
    private static final int SEQUENCES = 64;
    /** Queries that saw a token less often than this do not count for it. */
    private static final int LEAST = 30;
    /** Tokens that are drawn: those that take most attention. */
    private static final int SHOWN = 24;
    /** The authors' bars of value norms of one sequence: line break, triggers, others. */
    private static final int[] AUTHORS_LINE_BREAK = {3}, AUTHORS_OTHERS = {0, 2, 4, 5, 7, 8};

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new WithoutBos(), arguments);
    }

    @Override
    public String name() {
        return "without-bos";
    }

    @Override
    public String about() {
        return "without <s> the sink moves to another token, the line break (paper, appendix)";
    }

    @Override
    public String laptopTime() {
        return "4 min";
    }

    @Override
    public List<String> figures() {
        return List.of("without-bos", "sequence");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        Ensemble ensemble = PLAN.ensembles(scale, runs).get(0);
        RunSpec spec = ensemble.specs().get(0);
        Task task = runs.get(0).task();
        double[][] attention = new double[task.vocabularySize()][runs.size()]; // NaN where a token was too rare
        double[][] values = new double[task.vocabularySize()][runs.size()];
        Drawing map = null;
        for (int run = 0; run < runs.size(); run++)
            try (Trace trace = Trace.of(runs.get(run), ensemble.last(), SEQUENCES)) {
                double[] pattern =
                        trace.activation("layers.0.attention.pattern").values();
                double[] received = received(trace.batch(), pattern, task, LEAST);
                Observable norms = ensemble.array(run, "value.norm.token").at("layer", 0);
                for (int token = 0; token < received.length; token++) {
                    attention[token][run] = received[token];
                    values[token][run] = norms.get(token);
                }
                if (run == 0)
                    map = SequenceMap.of(trace, 0, 0, 0).drawing(spec, 16).of("natural");
            }
        return new Findings(
                verdicts(ensemble, task, attention, values), List.of(drawing(ensemble, task, attention, values), map));
    }

    /**
     * [token] the attention that a token's occurrences take together: mean over the queries that see one, in the last three
     * quarters of a sequence, that are no trigger; NaN where these are fewer than {@code least}.
     *
     * @param pattern {@code [sequence, query, key]} of a model with one head, not modified
     */
    static double[] received(Batch batch, double[] pattern, Task task, int least) {
        double[] sums = new double[task.vocabularySize()];
        int[] seen = new int[sums.length];
        for (int sequence = 0; sequence < batch.sequences(); sequence++)
            for (int query = batch.length() / 4; query < batch.length(); query++) {
                if (task.isTrigger(batch.token(sequence, query))) continue;
                boolean[] visible = new boolean[sums.length];
                for (int key = 0; key <= query; key++) {
                    int token = batch.token(sequence, key);
                    sums[token] += pattern[(sequence * batch.length() + query) * batch.length() + key];
                    if (!visible[token]) seen[token]++;
                    visible[token] = true;
                }
            }
        return IntStream.range(0, sums.length)
                .mapToDouble(token -> seen[token] < least ? Double.NaN : sums[token] / seen[token])
                .toArray();
    }

    private static List<Verdict> verdicts(Ensemble runs, Task task, double[][] attention, double[][] values) {
        int lineBreak = IntStream.range(0, task.vocabularySize())
                .filter(token -> task.symbol(token).equals(LINE_BREAK))
                .findFirst()
                .orElseThrow();
        int[] others = IntStream.range(0, task.bos())
                .filter(token -> token != lineBreak && !task.isTrigger(token))
                .toArray();
        int[] sinks = new int[runs.runs().size()];
        for (int run = 0; run < sinks.length; run++) sinks[run] = strongest(attention, run);
        String found = Arrays.stream(sinks).mapToObj(task::symbol).distinct().collect(Collectors.joining(", "));
        return List.of(
                Verdict.below(
                                "the task is learned without <s>",
                                "final bigram excess risk (nats)",
                                0.1,
                                runs.finals("excess.bigram"))
                        .published("0.0014 at step 10,000"),
                Verdict.below(
                                "position 0 is no sink",
                                "final attention of non-trigger queries on it",
                                0.5,
                                runs.finals("layers.0.heads.0.attention.bos"))
                        .in(0, 1),
                Verdict.above(
                        "some token is a sink (here: " + found + ")",
                        "most attention that a token takes where it is visible",
                        0.5,
                        perRun(sinks, run -> attention[sinks[run]][run])),
                Verdict.above("it is the line break", "attention on it where it is visible", 0.5, attention[lineBreak])
                        .in(0, 1)
                        .published("0.94 to 1"),
                Verdict.below(
                                "the line break's value state is small",
                                "its norm over that of other tokens that are no trigger",
                                0.5,
                                perRun(sinks, run -> values[lineBreak][run] / mean(values, others, run)))
                        .atLeast(0)
                        .published(authors(AUTHORS_LINE_BREAK) / authors(AUTHORS_OTHERS)),
                Verdict.below(
                                "so is that of the strongest sink",
                                "its norm over that of other tokens that are no trigger",
                                0.5,
                                perRun(sinks, run -> values[sinks[run]][run] / mean(values, others, run)))
                        .atLeast(0));
    }

    private static double[] perRun(int[] sinks, IntToDoubleFunction quantity) {
        return IntStream.range(0, sinks.length).mapToDouble(quantity).toArray();
    }

    private static int strongest(double[][] attention, int run) {
        return IntStream.range(0, attention.length)
                .filter(token -> Double.isFinite(attention[token][run]))
                .boxed()
                .max(Comparator.comparingDouble(token -> attention[token][run]))
                .orElseThrow();
    }

    private static double mean(double[][] values, int[] tokens, int run) {
        return IntStream.of(tokens)
                .mapToDouble(token -> values[token][run])
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    private static double authors(int[] bars) {
        return IntStream.of(bars)
                .mapToDouble(bar -> AuthorsCurves.bar("no_bos_value_states_layer_0", bar))
                .average()
                .orElseThrow();
    }

    private static Drawing drawing(Ensemble runs, Task task, double[][] attention, double[][] values) {
        int[] tokens = IntStream.range(0, attention.length)
                .filter(token -> Arrays.stream(attention[token]).allMatch(Double::isFinite))
                .boxed()
                .sorted(Comparator.comparingDouble(
                        (Integer token) -> -Arrays.stream(attention[token]).sum()))
                .limit(SHOWN)
                .mapToInt(Integer::intValue)
                .toArray();
        Points points = new Points();
        for (int token : tokens) {
            String kind = task.isTrigger(token) ? "trigger" : "no trigger";
            points.addRange(ATTENTION, task.symbol(token), kind, attention[token]);
            points.addRange(VALUES, task.symbol(token), kind, values[token]);
        }
        return new Drawing(Figures.named("without-bos"), Settings.of(runs.specs()), points.table());
    }
}
