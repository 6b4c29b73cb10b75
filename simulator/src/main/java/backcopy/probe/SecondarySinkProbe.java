package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Other positions that a head parks on: those in the first half of a sequence, but for position 0, whose mean attention over
 * the queries from themselves on is above .3. {@code secondary.count} is how many a sequence has; {@code secondary.cosine} the
 * mean cosine between the residual stream there and at position 0, as it enters the layer (arXiv 2510.22603 finds it high);
 * NaN where there are none.
 */
final class SecondarySinkProbe implements Probe {
    private final ModelSpec model;

    SecondarySinkProbe(ModelSpec model) {
        this.model = model;
    }

    @Override
    public String name() {
        return "secondary-sinks";
    }

    @Override
    public String about() {
        return "positions besides 0 that a head parks on, and the cosine between their states and that of <s>";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>(Layers.activations(Layers.withAttention(model), "attention.pattern"));
        for (int layer : Layers.withAttention(model)) names.add(Layers.into(layer));
        return names;
    }

    @Override
    public Fold fold() {
        return new SecondarySinkFold();
    }

    private final class SecondarySinkFold implements Fold {
        private final Means counts = new Means(model.layers());
        private final Means cosines = new Means(model.layers());

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
                double[] states = slice.read(Layers.into(layer));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    addSequence(slice.length(), sequence, layer, pattern, states);
            }
        }

        private void addSequence(int length, int sequence, int layer, double[] pattern, double[] states) {
            int found = 0, from = sequence * length * model.width();
            for (int position = 1; position < length / 2; position++) {
                if (!isSink(length, sequence, position, pattern)) continue;
                found++;
                double cosine = Cosines.of(states, from, states, from + position * model.width(), model.width());
                cosines.add(layer, cosine);
            }
            counts.add(layer, found);
        }

        /** Whether any head parks on it. */
        private boolean isSink(int length, int sequence, int position, double[] pattern) {
            for (int head = 0; head < model.heads(); head++) {
                int first = (sequence * model.heads() + head) * length * length;
                if (AttentionSink.alpha(pattern, first, length, position, 0) > AttentionSink.EPSILON) return true;
            }
            return false;
        }

        @Override
        public void merge(Fold later) {
            SecondarySinkFold other = (SecondarySinkFold) later;
            counts.merge(other.counts);
            cosines.merge(other.cosines);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.withAttention(model)) {
                record.number(Layers.name(layer, "secondary.count"), counts.mean(layer));
                record.number(Layers.name(layer, "secondary.cosine"), cosines.mean(layer));
            }
        }
    }
}
