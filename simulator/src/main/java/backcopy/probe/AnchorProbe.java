package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.Arrays;
import java.util.List;

/**
 * Where queries look that have nothing to do: those behind position 0 that are no trigger. For each head {@code anchor.mean} and
 * {@code anchor.least}, the mean and the least of {@code A[t,0]} over them, {@code anchor.leak}, the mean of what the other keys
 * have, and {@code anchor.trigger}, of the triggers' queries the mean of {@code A[t,0]} times their number of keys, which is 1
 * where they look everywhere alike. {@code anchor.mean} and {@code anchor.least} without a head are those of the head where they
 * are largest.
 */
final class AnchorProbe implements Probe {
    private final Task task;
    private final ModelSpec model;

    AnchorProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "anchor";
    }

    @Override
    public String about() {
        return "attention on position 0, mean and least, and on other keys, of queries that have nothing to do";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.activations(Layers.withAttention(model), "attention.pattern");
    }

    @Override
    public Fold fold() {
        return new AnchorFold();
    }

    private final class AnchorFold implements Fold {
        private final int cells = model.layers() * model.heads();
        private final Means anchors = new Means(cells);
        private final Means leaks = new Means(cells);
        private final Means triggers = new Means(cells);
        private final double[] least = new double[cells];

        AnchorFold() {
            Arrays.fill(least, Double.POSITIVE_INFINITY);
        }

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++)
                        addHead(slice, sequence, pattern, head, layer * model.heads() + head);
            }
        }

        /** {@code pattern} is [sequences, heads, query, key]. */
        private void addHead(Slice slice, int sequence, double[] pattern, int head, int cell) {
            int length = slice.length();
            for (int query = 1; query < length; query++) {
                int row = ((sequence * model.heads() + head) * length + query) * length;
                if (task.isTrigger(slice.token(sequence, query))) {
                    triggers.add(cell, pattern[row] * (query + 1));
                    continue;
                }
                double leak = 0;
                for (int key = 1; key <= query; key++) leak += pattern[row + key];
                leaks.add(cell, leak);
                anchors.add(cell, pattern[row]);
                least[cell] = Math.min(least[cell], pattern[row]);
            }
        }

        @Override
        public void merge(Fold later) {
            AnchorFold other = (AnchorFold) later;
            anchors.merge(other.anchors);
            leaks.merge(other.leaks);
            triggers.merge(other.triggers);
            for (int cell = 0; cell < cells; cell++) least[cell] = Math.min(least[cell], other.least[cell]);
        }

        @Override
        public void finish(Record record) {
            double mean = Double.NEGATIVE_INFINITY, largestLeast = Double.NEGATIVE_INFINITY;
            if (Layers.withAttention(model).isEmpty()) return;
            for (int layer : Layers.withAttention(model))
                for (int head = 0; head < model.heads(); head++) {
                    int cell = layer * model.heads() + head;
                    record.number(Layers.name(layer, head, "anchor.mean"), anchors.mean(cell));
                    record.number(Layers.name(layer, head, "anchor.least"), least[cell]);
                    record.number(Layers.name(layer, head, "anchor.leak"), leaks.mean(cell));
                    record.number(Layers.name(layer, head, "anchor.trigger"), triggers.mean(cell));
                    mean = Math.max(mean, anchors.mean(cell));
                    largestLeast = Math.max(largestLeast, least[cell]);
                }
            record.number("anchor.mean", mean);
            record.number("anchor.least", largestLeast);
        }
    }
}
