package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * How a sink's scores come about, for each head: {@code key.norm.bos} and {@code key.norm.others}; {@code query.norm} of the
 * queries that are no trigger; their mean cosine with the sink's key, {@code query.cosine.bos}, and with the other keys that
 * they see, {@code query.cosine.others}; the triggers' with the sink's key, {@code query.cosine.triggers}; and
 * {@code score.norms}, the mean of {@code |q| |k_0| / sqrt(headWidth)}, which the cosine makes the sink logit of. Position 0 is
 * no query here.
 */
final class GeometryProbe implements Probe {
    private static final int KEY_BOS = 0, KEY_OTHERS = 1, QUERY = 2, BOS = 3, OTHERS = 4, TRIGGERS = 5, PRODUCT = 6;
    private static final List<String> NUMBERS = List.of(
            "key.norm.bos",
            "key.norm.others",
            "query.norm",
            "query.cosine.bos",
            "query.cosine.others",
            "query.cosine.triggers",
            "score.norms");

    private final Task task;
    private final ModelSpec model;

    GeometryProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "geometry";
    }

    @Override
    public String about() {
        return "norms of keys and queries, and cosines of queries with the key of <s> and with other keys";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>(Layers.activations(Layers.withAttention(model), "attention.query"));
        names.addAll(Layers.activations(Layers.withAttention(model), "attention.key"));
        return names;
    }

    @Override
    public Fold fold() {
        return new GeometryFold();
    }

    private final class GeometryFold implements Fold {
        private final Means means = new Means(model.layers() * model.heads() * NUMBERS.size());

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                double[] queries = slice.read(Layers.name(layer, "attention.query"));
                double[] keys = slice.read(Layers.name(layer, "attention.key"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++)
                        addHead(slice, sequence, layer, head, queries, keys);
            }
        }

        private void addHead(Slice slice, int sequence, int layer, int head, double[] queries, double[] keys) {
            int width = model.width(), size = model.headWidth(), cell = cell(layer, head);
            int first = sequence * slice.length() * width + head * size;
            double sink = NormMeans.norm(keys, first, size);
            means.add(cell + KEY_BOS, sink);
            for (int position = 1; position < slice.length(); position++) {
                int at = first + position * width;
                means.add(cell + KEY_OTHERS, NormMeans.norm(keys, at, size));
                double cosine = Cosines.of(queries, at, keys, first, size);
                if (task.isTrigger(slice.token(sequence, position))) {
                    means.add(cell + TRIGGERS, cosine);
                    continue;
                }
                double query = NormMeans.norm(queries, at, size);
                means.add(cell + QUERY, query);
                means.add(cell + BOS, cosine);
                means.add(cell + PRODUCT, query * sink / Math.sqrt(size));
                for (int key = 1; key <= position; key++)
                    means.add(cell + OTHERS, Cosines.of(queries, at, keys, first + key * width, size));
            }
        }

        private int cell(int layer, int head) {
            return (layer * model.heads() + head) * NUMBERS.size();
        }

        @Override
        public void merge(Fold later) {
            means.merge(((GeometryFold) later).means);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.withAttention(model))
                for (int head = 0; head < model.heads(); head++)
                    for (int number = 0; number < NUMBERS.size(); number++)
                        record.number(
                                Layers.name(layer, head, NUMBERS.get(number)), means.mean(cell(layer, head) + number));
        }
    }
}
