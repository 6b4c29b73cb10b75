package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Tensor;
import backcopy.run.Trace;
import backcopy.task.Batch;
import backcopy.task.Task;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * On which tokens the head is dormant (the authors' dormancy test): every token in turn stands at the end of a sequence that
 * holds {@code <s>} and every character that is no trigger; a head that looks at {@code <s>} there is dormant on it. It should be
 * active on the triggers alone.
 */
public final class DormancyTest implements Experiment {
    /** More weight than this on {@code <s>} is dormant. The authors' test asks for 0.89 after 100,000 steps. */
    private static final double DORMANT = 0.5;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new DormancyTest(), arguments);
    }

    @Override
    public String name() {
        return "dormancy-test";
    }

    @Override
    public String about() {
        return "the head is active on the triggers alone: every token as the last of a sequence (the authors' dormancy test)";
    }

    @Override
    public String laptopTime() {
        return "no runs of its own after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("dormancy-test");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return SinkEmergence.PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble ensemble = SinkEmergence.PLAN.ensembles(scale, runs).get(0);
        RunSpec spec = ensemble.specs().get(0);
        Task task = runs.get(0).task();
        int[] characters = IntStream.range(0, task.bos()).toArray(); // their ids come before that of <s>
        double[][] onBos = new double[characters.length][runs.size()];
        for (int run = 0; run < runs.size(); run++)
            try (Trace trace = Trace.of(runs.get(run), ensemble.last(), batch(task, characters))) {
                Tensor pattern = trace.activation("layers.0.attention.pattern");
                int length = trace.batch().length(), heads = pattern.shape()[1];
                for (int c = 0; c < characters.length; c++)
                    onBos[c][run] = pattern.values()[(c * heads * length + length - 1) * length];
            }
        return new Findings(verdicts(task, characters, onBos), List.of(drawing(ensemble, task, characters, onBos)));
    }

    private static List<Verdict> verdicts(Task task, int[] characters, double[][] onBos) {
        return List.of(
                Verdict.above(
                                "the head is dormant on tokens that are no trigger",
                                "share of them with weight above 0.5 on <s>",
                                0.9,
                                shares(characters, token -> !task.isTrigger(token), onBos))
                        .in(0, 1),
                Verdict.below(
                                "and active on triggers",
                                "share of them with weight above 0.5 on <s>",
                                0.1,
                                shares(characters, task::isTrigger, onBos))
                        .in(0, 1));
    }

    /** [seeds] the share of the chosen characters on which the head is dormant. */
    private static double[] shares(int[] characters, IntPredicate chosen, double[][] onBos) {
        int[] places = IntStream.range(0, characters.length)
                .filter(place -> chosen.test(characters[place]))
                .toArray();
        return IntStream.range(0, onBos[0].length)
                .mapToDouble(run -> IntStream.of(places)
                        .mapToDouble(place -> onBos[place][run] > DORMANT ? 1 : 0)
                        .average()
                        .orElseThrow())
                .toArray();
    }

    /** Triggers first. */
    private static Drawing drawing(Ensemble runs, Task task, int[] characters, double[][] onBos) {
        Points points = new Points();
        for (boolean isTrigger : new boolean[] {true, false})
            for (int c = 0; c < characters.length; c++)
                if (task.isTrigger(characters[c]) == isTrigger)
                    points.addRange(
                            "Weight on <s> of a query",
                            task.symbol(characters[c]),
                            isTrigger ? "trigger" : "no trigger",
                            onBos[c]);
        points.line("Weight on <s> of a query", "dormant above", DORMANT);
        return new Drawing(Figures.named("dormancy-test"), Settings.of(runs.specs()), points.table());
    }

    /** A sequence for each character: {@code <s>}, as many characters that are no trigger as there is room for, and it. */
    private static Batch batch(Task task, int[] characters) {
        int[] before = IntStream.of(characters)
                .filter(token -> !task.isTrigger(token))
                .limit(task.sequenceLength() - 2)
                .toArray();
        int length = before.length + 2;
        int[] tokens = new int[characters.length * (length + 1)];
        for (int c = 0; c < characters.length; c++) {
            int at = c * (length + 1);
            tokens[at] = task.bos();
            System.arraycopy(before, 0, tokens, at + 1, before.length);
            tokens[at + length - 1] = characters[c];
            tokens[at + length] = characters[c]; // a target, at which nobody looks
        }
        return new Batch(characters.length, length, tokens);
    }
}
