package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sink logit by the query's token: the mean over the token's occurrences of {@code s[t,0]}, and the delta-logit, the
 * mean of {@code s[t,0] - mean_{1<=j<t} s[t,j]} (the query's own key left out, so from {@code t = 2} on). The numbers are
 * means and quantiles over token ids, each id counting once however often it occurs, as the paper plots them.
 */
final class ScoreProbe implements Probe {
    private static final List<String> AXES = List.of("layer", "head", "token");

    private final Task task;
    private final ModelSpec model;
    private final int[] triggers;
    private final int[] others;

    ScoreProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
        int vocabulary = task.vocabularySize();
        triggers = IntStream.range(0, vocabulary).filter(task::isTrigger).toArray();
        others = IntStream.range(0, vocabulary)
                .filter(token -> token != task.bos() && !task.isTrigger(token))
                .toArray();
    }

    @Override
    public String name() {
        return "score";
    }

    @Override
    public String about() {
        return "attention scores of position 0, and their lead over the other keys, by the query's token";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.withAttention(model).stream()
                .map(layer -> Layers.name(layer, "attention.scores"))
                .toList();
    }

    @Override
    public Fold fold() {
        return new ScoreFold();
    }

    private final class ScoreFold implements Fold {
        private final Means bos = new Means(model.layers() * model.heads() * task.vocabularySize());
        private final Means delta = new Means(model.layers() * model.heads() * task.vocabularySize());

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                double[] scores = slice.read(Layers.name(layer, "attention.scores"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++)
                        addHead(slice, sequence, scores, head, firstCell(layer, head));
            }
        }

        /** {@code scores} is [sequences, heads, query, key]. */
        private void addHead(Slice slice, int sequence, double[] scores, int head, int cell) {
            int length = slice.length();
            int first = (sequence * model.heads() + head) * length * length;
            for (int query = task.firstQuery(); query < length; query++) {
                int row = first + query * length;
                int token = slice.token(sequence, query);
                bos.add(cell + token, scores[row]);
                if (query >= 2) delta.add(cell + token, DeltaLogit.between(scores, row, query));
            }
        }

        @Override
        public void merge(Fold later) {
            ScoreFold other = (ScoreFold) later;
            bos.merge(other.bos);
            delta.merge(other.delta);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.withAttention(model)) {
                for (int head = 0; head < model.heads(); head++) {
                    int cell = firstCell(layer, head);
                    double[] deltas = occurring(delta, cell, others);
                    record.number(Layers.name(layer, head, "score.bos"), mean(occurring(bos, cell, others)));
                    record.number(Layers.name(layer, head, "score.delta"), mean(deltas));
                    record.number(Layers.name(layer, head, "score.delta.q10"), quantile(deltas, 0.1));
                    record.number(Layers.name(layer, head, "score.delta.q90"), quantile(deltas, 0.9));
                    record.number(
                            Layers.name(layer, head, "score.delta.triggers"), mean(occurring(delta, cell, triggers)));
                }
            }
            int[] shape = {model.layers(), model.heads(), task.vocabularySize()};
            record.array(Observable.of("score.bos", AXES, shape, bos.means()));
            record.array(Observable.of("score.delta", AXES, shape, delta.means()));
        }

        private int firstCell(int layer, int head) {
            return (layer * model.heads() + head) * task.vocabularySize();
        }
    }

    private static double[] occurring(Means means, int firstCell, int[] tokens) {
        return Arrays.stream(tokens)
                .mapToDouble(token -> means.mean(firstCell + token))
                .filter(mean -> !Double.isNaN(mean))
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** Between the two nearest order statistics, linearly, as {@code numpy.quantile} does; NaN of nothing. */
    static double quantile(double[] values, double probability) {
        if (values.length == 0) return Double.NaN;
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = probability * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
