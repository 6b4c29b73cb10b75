package backcopy.experiment;

import backcopy.probe.Observable;
import backcopy.run.ObservablesFile;
import backcopy.run.RunDirectory;
import backcopy.task.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The sink logits of a trained head as the reduced model counts them. There the scores of all tokens are 0 and {@code <s>} has
 * alpha, so that {@code alpha = log A[t,0] - log(mean over 1 <= j <= t of A[t,j])}; in a trained head this is the alpha of a
 * reduced query that attends to {@code <s>} as much. The difference of scores, delta-logit, is more, for scores on other keys
 * differ and the largest of them take most of the rest.
 *
 * @param byToken mean over the occurrences of a token that is no trigger, from position 2 on
 */
record SinkLogits(Map<Integer, Double> byToken) {
    /** The mean over tokens and their spread over training. */
    record History(Curve mean, Curve spread, Map<Integer, Double> last) {}

    /**
     * Those of whole patterns.
     *
     * @param tokens {@code [sequences][positions]}, the last may be a target only; not modified
     * @param pattern {@code [sequence, query, key]} of one head, not modified
     * @param fewest a token counts when it occurs so often
     */
    static SinkLogits of(Task task, int[][] tokens, double[] pattern, int length, int fewest) {
        Map<Integer, SummaryStatistics> logits = new TreeMap<>();
        for (int sequence = 0; sequence < tokens.length; sequence++)
            for (int query = Math.max(2, task.firstQuery()); query < length; query++) {
                int token = tokens[sequence][query];
                if (task.isTrigger(token)) continue;
                int row = (sequence * length + query) * length;
                double others = 0;
                for (int key = 1; key <= query; key++) others += pattern[row + key];
                logits.computeIfAbsent(token, t -> new SummaryStatistics())
                        .addValue(Math.log(pattern[row] * query / others));
            }
        Map<Integer, Double> means = new TreeMap<>();
        logits.forEach((token, values) -> {
            if (values.getN() >= fewest) means.put(token, values.getMean());
        });
        return new SinkLogits(means);
    }

    /** Over training, from the patterns that a run recorded of its first sequences, in the first head of a layer. */
    static History history(RunDirectory run, Task task, int layer, long last) throws IOException {
        List<Double> steps = new ArrayList<>(), means = new ArrayList<>(), spreads = new ArrayList<>();
        SinkLogits logits = new SinkLogits(Map.of());
        for (long step : run.observableSteps()) {
            if (step > last) break;
            logits = recorded(run, task, layer, step);
            steps.add((double) step);
            means.add(logits.mean());
            spreads.add(logits.spread());
        }
        return new History(curve(steps, means), curve(steps, spreads), logits.byToken());
    }

    private static SinkLogits recorded(RunDirectory run, Task task, int layer, long step) throws IOException {
        Observable pattern = null, tokens = null;
        for (Observable observable : ObservablesFile.read(run.observables(step))) {
            if (observable.name().equals("attention.pattern")) pattern = observable;
            if (observable.name().equals("snapshot.tokens")) tokens = observable;
        }
        if (pattern == null || tokens == null)
            throw new IllegalArgumentException(run.observables(step) + " has no attention patterns");
        int sequences = tokens.size("sequence"), length = tokens.size("position");
        int[][] ids = new int[sequences][length];
        for (int s = 0; s < sequences; s++) for (int t = 0; t < length; t++) ids[s][t] = (int) tokens.get(s, t);
        return of(task, ids, pattern.at("layer", layer).at("head", 0).toArray(), length, 1);
    }

    private static Curve curve(List<Double> steps, List<Double> values) {
        return new Curve(
                steps.stream().mapToDouble(Double::doubleValue).toArray(),
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Over tokens, each counting once. */
    double mean() {
        return statistics().getMean();
    }

    /** Standard deviation over tokens. */
    double spread() {
        return statistics().getStandardDeviation();
    }

    private SummaryStatistics statistics() {
        SummaryStatistics statistics = new SummaryStatistics();
        byToken.values().forEach(statistics::addValue);
        return statistics;
    }
}
