package backcopy.report;

import backcopy.figure.report.AttentionFilm;
import backcopy.figure.report.AttentionFilm.Frame;
import backcopy.figure.report.AttentionFilm.Reel;
import backcopy.probe.Observable;
import backcopy.run.ObservablesFile;
import backcopy.run.RunDirectory;
import backcopy.run.Vocabulary;
import backcopy.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The recorded patterns of runs as reels of a film, with as many steps as fit into a report. */
final class Reels {
    /** Of all reels' patterns together, in bytes: a report of a laptop run stays under 5 MB. */
    private static final long BUDGET = 2_500_000;
    /** More steps than one can tell apart while a slider moves. */
    private static final int MOST_FRAMES = 120;

    private Reels() {}

    /** The reels of these runs; of one that kept no patterns there is none. */
    static List<Reel> of(List<ReportedRun> runs, List<String> names) throws IOException {
        List<Reel> reels = new ArrayList<>();
        for (int r = 0; r < runs.size(); r++)
            reel(runs.get(r), names.get(r), BUDGET / runs.size()).ifPresent(reels::add);
        return reels;
    }

    private static Optional<Reel> reel(ReportedRun run, String name, long budget) throws IOException {
        List<Long> steps = run.directory().observableSteps().stream()
                .filter(step -> step <= run.lastStep())
                .toList();
        if (steps.isEmpty()) return Optional.empty();
        Map<String, Observable> last = arrays(run, steps.get(steps.size() - 1));
        Observable pattern = last.get("attention.pattern");
        if (pattern == null) return Optional.empty();
        int layers = pattern.size("layer"), heads = pattern.size("head"), positions = pattern.size("key");
        int sequences = pattern.size("sequence");
        boolean looksAhead = !List.of("causal", "window")
                .contains(run.spec().model().surroundings().mask());
        long each = AttentionFilm.bytes(sequences, layers, heads, positions, looksAhead);
        long fitting = budget / Math.max(1, each);
        List<Frame> frames = new ArrayList<>();
        for (long step : spread(steps, (int) Math.max(2, Math.min(MOST_FRAMES, fitting))))
            frames.add(frame(step, arrays(run, step), positions));
        Observable tokens = last.get("snapshot.tokens");
        Names names = Names.of(run.directory());
        List<List<String>> symbols = new ArrayList<>();
        List<List<Boolean>> triggers = new ArrayList<>();
        for (int sequence = 0; sequence < sequences; sequence++) {
            List<String> row = new ArrayList<>();
            List<Boolean> marks = new ArrayList<>();
            for (int position = 0; position < positions; position++) {
                int token = (int) tokens.get(sequence, position);
                row.add(names.symbol.apply(token));
                marks.add(names.isTrigger.test(token));
            }
            symbols.add(row);
            triggers.add(marks);
        }
        return Optional.of(new Reel(name, layers, heads, symbols, triggers, frames));
    }

    /** How tokens are shown. */
    private record Names(IntFunction<String> symbol, IntPredicate isTrigger) {
        /**
         * By the run's own vocabulary. Without it, as runs of vectors are and those from before it was kept, by the task, if its
         * corpus is still the same; else by their numbers.
         */
        static Names of(RunDirectory run) {
            Optional<Vocabulary> own = run.vocabulary();
            if (own.isPresent()) return new Names(own.get()::symbol, own.get()::isTrigger);
            try {
                Task task = run.task();
                return new Names(task::symbol, task::isTrigger);
            } catch (IllegalArgumentException gone) {
                return new Names(Integer::toString, token -> false);
            }
        }
    }

    private static Frame frame(long step, Map<String, Observable> arrays, int positions) {
        Observable residuals = arrays.get("residual.norm");
        int layers = residuals.size("layer");
        double[] shown = new double[layers * positions];
        for (int layer = 0; layer < layers; layer++)
            for (int position = 0; position < positions; position++)
                shown[layer * positions + position] = residuals.get(layer, position);
        return new Frame(
                step,
                arrays.get("attention.pattern").toArray(),
                arrays.get("snapshot.value.norm").toArray(),
                shown);
    }

    private static Map<String, Observable> arrays(ReportedRun run, long step) throws IOException {
        return ObservablesFile.read(run.directory().observables(step)).stream()
                .collect(Collectors.toMap(Observable::name, Function.identity()));
    }

    /** At most {@code count} of the steps, the first and the last among them, evenly over the records. */
    static List<Long> spread(List<Long> steps, int count) {
        if (steps.size() <= count) return steps;
        List<Long> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) chosen.add(steps.get((int) Math.round(i * (steps.size() - 1.0) / (count - 1))));
        return chosen;
    }
}
