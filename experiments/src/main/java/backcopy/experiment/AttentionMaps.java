package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.task.Batch;
import backcopy.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Where the one-layer head looks (arXiv 2410.13835, fig. 1 to 3): after a trigger one token back, else at {@code <s>}, whose
 * value state says nothing. On a sequence of the task, and on the authors' two hand-written ones.
 */
public final class AttentionMaps implements Experiment {
    /** The authors' sequence in which two triggers copy, and theirs without a trigger; after {@code <s>}. */
    private static final String ACTIVE = "vtvnautuh", DORMANT = "ESiningly";
    /** Tokens of the natural sequence that are drawn. */
    private static final int SHOWN = 16;
    /** The authors' bars of value norms of {@link #ACTIVE}. */
    private static final String AUTHORS = "value_states_white";

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new AttentionMaps(), arguments);
    }

    @Override
    public String name() {
        return "attention-maps";
    }

    @Override
    public String about() {
        return "the head looks one token back after a trigger, else at <s>, whose value state is small (paper, fig. 1 to 3)";
    }

    @Override
    public String laptopTime() {
        return "no runs of its own after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("sequence");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return SinkEmergence.PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        Ensemble ensemble = SinkEmergence.PLAN.ensembles(scale, runs).get(0);
        Task task = ensemble.runs().get(0).task();
        List<SequenceMap> active = maps(ensemble, sequence(task, ACTIVE));
        List<SequenceMap> dormant = maps(ensemble, sequence(task, DORMANT));
        SequenceMap natural;
        try (Trace trace = Trace.of(runs.get(0), ensemble.last(), 1)) {
            natural = SequenceMap.of(trace, 0, 0, 0);
        }
        RunSpec first = ensemble.specs().get(0);
        List<Drawing> drawings = List.of(
                natural.drawing(first, SHOWN).of("natural"),
                active.get(0).drawing(first, SHOWN).of("active"),
                dormant.get(0).drawing(first, SHOWN).of("dormant"));
        return new Findings(verdicts(task, active, dormant), drawings);
    }

    private static List<Verdict> verdicts(Task task, List<SequenceMap> active, List<SequenceMap> dormant) {
        IntPredicate other = token -> token != task.bos() && !task.isTrigger(token);
        return List.of(
                Verdict.above(
                                "in the active sequence triggers look one token back",
                                "weight of a trigger query on the token before it",
                                0.5,
                                each(active, map -> attention(map, task::isTrigger, 1)))
                        .in(0, 1)
                        .published("0.97 or more"),
                Verdict.above(
                                "and the others at <s>",
                                "weight of a query that is no trigger on <s>",
                                0.5,
                                each(active, map -> attention(map, other, -1)))
                        .in(0, 1)
                        .published("1.00 but for a few"),
                Verdict.above(
                                "the dormant sequence looks at <s> throughout",
                                "weight of a query on <s>",
                                0.5,
                                each(dormant, map -> attention(map, other, -1)))
                        .in(0, 1)
                        .published("1.00"),
                Verdict.below(
                                "the value state of <s> is small",
                                "its norm over that of tokens that are no trigger, active sequence",
                                0.5,
                                each(active, map -> map.valueNorms()[0] / norm(map, other)))
                        .atLeast(0)
                        .published(AuthorsCurves.bar(AUTHORS, 0) / authorsOthers()),
                Verdict.below(
                                "those of triggers are smaller than the others'",
                                "their norm over that of tokens that are no trigger, active sequence",
                                1,
                                each(active, map -> norm(map, task::isTrigger) / norm(map, other)))
                        .atLeast(0)
                        .published(IntStream.of(2, 7)
                                        .mapToDouble(bar -> AuthorsCurves.bar(AUTHORS, bar))
                                        .average()
                                        .orElseThrow()
                                / authorsOthers()));
    }

    private static double authorsOthers() {
        return IntStream.of(1, 3, 4, 5, 6, 8, 9)
                .mapToDouble(bar -> AuthorsCurves.bar(AUTHORS, bar))
                .average()
                .orElseThrow();
    }

    private static double[] each(List<SequenceMap> maps, ToDoubleFunction<SequenceMap> quantity) {
        return maps.stream().mapToDouble(quantity).toArray();
    }

    /** Mean weight of the chosen queries, {@code <s>} itself left out: on the token {@code back} before, or on {@code <s>} if -1. */
    private static double attention(SequenceMap map, IntPredicate chosen, int back) {
        return IntStream.range(1, map.tokens().length)
                .filter(t -> chosen.test(map.tokens()[t]))
                .mapToDouble(t -> map.weight(t, back < 0 ? 0 : t - back))
                .average()
                .orElse(Double.NaN);
    }

    private static double norm(SequenceMap map, IntPredicate chosen) {
        return IntStream.range(1, map.tokens().length)
                .filter(t -> chosen.test(map.tokens()[t]))
                .mapToDouble(t -> map.valueNorms()[t])
                .average()
                .orElse(Double.NaN);
    }

    /** Every seed's head on one sequence. */
    private static List<SequenceMap> maps(Ensemble runs, Batch batch) {
        List<SequenceMap> maps = new ArrayList<>();
        for (RunDirectory run : runs.runs())
            try (Trace trace = Trace.of(run, runs.last(), batch)) {
                maps.add(SequenceMap.of(trace, 0, 0, 0));
            }
        return maps;
    }

    /** {@code <s>} and the characters; the last is given again as a target that nobody looks at. */
    private static Batch sequence(Task task, String characters) {
        String[] symbols = characters.split("");
        int[] tokens = new int[symbols.length + 2];
        tokens[0] = task.bos();
        for (int i = 0; i < symbols.length; i++) tokens[i + 1] = token(task, symbols[i]);
        tokens[tokens.length - 1] = tokens[tokens.length - 2];
        return new Batch(1, tokens.length - 1, tokens);
    }

    private static int token(Task task, String symbol) {
        return IntStream.range(0, task.vocabularySize())
                .filter(token -> task.symbol(token).equals(symbol))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the corpus has no character " + symbol));
    }
}
