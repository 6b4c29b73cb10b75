package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.List;

/**
 * The sink without a threshold, and seen through rows that are made to sum to one, for kinds whose rows do not. For each head:
 * {@code attention.excess}, the mean attention {@code alpha} on position 0 over its queries minus that of uniform attention,
 * {@code H_T / T}; {@code attention.mass}, the mean of a row's sum; {@code attention.alpha.rows}, alpha of
 * {@code |A[t, j]| / sum_k |A[t, k]|}, a row of zeros counting as 0. {@code sink.score} is the largest excess of a head;
 * {@code sink.rate.rows} the share of (layer, head, sequence) whose {@code alpha.rows} is above .3. The array
 * {@code attention.alpha} has alpha of every position k, the mean of {@code A[t, k]} over the queries {@code t >= k};
 * {@code sink.position} is where it is largest, among the first half.
 */
final class SinkScoreProbe implements Probe {
    private final ModelSpec model;

    SinkScoreProbe(ModelSpec model) {
        this.model = model;
    }

    @Override
    public String name() {
        return "sink-score";
    }

    @Override
    public String about() {
        return "attention on position 0 over uniform attention's, and of rows that are made to sum to one";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.activations(Layers.withAttention(model), "attention.pattern");
    }

    @Override
    public Fold fold() {
        return new SinkScoreFold();
    }

    private final class SinkScoreFold implements Fold {
        private final Means excesses = new Means(model.layers() * model.heads());
        private final Means masses = new Means(model.layers() * model.heads());
        private final Means alphas = new Means(model.layers() * model.heads());
        private final Means sinks = new Means(1);
        private Means byPosition;

        @Override
        public void add(Slice slice) {
            int length = slice.length();
            double uniform = 0;
            if (byPosition == null) byPosition = new Means(model.layers() * model.heads() * length);
            for (int n = 1; n <= length; n++) uniform += 1.0 / n / length;
            for (int layer : Layers.withAttention(model)) {
                double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++)
                        addHead(
                                pattern,
                                (sequence * model.heads() + head) * length * length,
                                length,
                                uniform,
                                layer * model.heads() + head);
            }
        }

        private void addHead(double[] pattern, int first, int length, double uniform, int cell) {
            double raw = 0, mass = 0, ofRows = 0;
            for (int query = 0; query < length; query++) {
                double sum = 0, size = 0, own = pattern[first + query * length];
                for (int key = 0; key <= query; key++) {
                    sum += pattern[first + query * length + key];
                    size += Math.abs(pattern[first + query * length + key]);
                }
                raw += own / length;
                mass += sum / length;
                if (size > 0) ofRows += Math.abs(own) / size / length;
            }
            for (int key = 0; key < length; key++)
                for (int query = key; query < length; query++)
                    byPosition.add(cell * length + key, pattern[first + query * length + key]);
            excesses.add(cell, raw - uniform);
            masses.add(cell, mass);
            alphas.add(cell, ofRows);
            sinks.add(0, ofRows > AttentionSink.EPSILON ? 1 : 0);
        }

        @Override
        public void merge(Fold later) {
            SinkScoreFold other = (SinkScoreFold) later;
            excesses.merge(other.excesses);
            masses.merge(other.masses);
            alphas.merge(other.alphas);
            sinks.merge(other.sinks);
            if (other.byPosition == null) return;
            if (byPosition == null) byPosition = other.byPosition;
            else byPosition.merge(other.byPosition);
        }

        @Override
        public void finish(Record record) {
            if (Layers.withAttention(model).isEmpty()) return;
            double top = Double.NEGATIVE_INFINITY;
            for (int layer : Layers.withAttention(model))
                for (int head = 0; head < model.heads(); head++) {
                    int cell = layer * model.heads() + head;
                    record.number(Layers.name(layer, head, "attention.excess"), excesses.mean(cell));
                    record.number(Layers.name(layer, head, "attention.mass"), masses.mean(cell));
                    record.number(Layers.name(layer, head, "attention.alpha.rows"), alphas.mean(cell));
                    top = Math.max(top, excesses.mean(cell));
                }
            record.number("sink.score", top);
            record.number("sink.rate.rows", sinks.mean(0));
            double[] alpha = byPosition.means();
            int length = alpha.length / (model.layers() * model.heads()), strongest = -1;
            for (int cell = 0; cell < alpha.length; cell++)
                if (cell % length < (length + 1) / 2 && !Double.isNaN(alpha[cell]))
                    if (strongest < 0 || alpha[cell] > alpha[strongest]) strongest = cell;
            record.number("sink.position", strongest % length);
            record.array(Observable.of(
                    "attention.alpha",
                    List.of("layer", "head", "position"),
                    new int[] {model.layers(), model.heads(), length},
                    alpha));
        }
    }
}
