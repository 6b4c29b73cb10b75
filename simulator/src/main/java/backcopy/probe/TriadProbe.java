package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sink, drain and peak in one number each, as a public study of Muon and norms defines them, so that its runs can be laid
 * beside ours. {@code triad.sink}: the largest mean attention of a head on position 0, over the queries from position 8 on.
 * {@code triad.drain}: in that head the mean norm of the value at position 0 over that of the others, without {@code W_O}.
 * {@code triad.peak}: the largest, over the layers' outputs, of the mean residual norm at position 0 over the mean of each
 * sequence's median norm elsewhere; {@code layers.N.residual.peak} is that of one layer.
 *
 * <p>A sink need not be at position 0. {@code triad.most} is the largest mean attention of a head on any position, over the same
 * queries, those at triggers among them; a query that does not see a position counts as 0. {@code triad.position} is where that
 * is, the first of several that are equal; where it is 0, {@code triad.most} is {@code triad.sink}.
 */
final class TriadProbe implements Probe {
    /** Earlier queries see so few keys that uniform attention would look like a sink. */
    private static final int FIRST_QUERY = 8;

    private final ModelSpec model;

    TriadProbe(ModelSpec model) {
        this.model = model;
    }

    @Override
    public String name() {
        return "triad";
    }

    @Override
    public String about() {
        return "sink, value drain and residual peak at position 0 in one number each, and where most attention is";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>();
        for (int layer : Layers.withAttention(model)) {
            names.add(Layers.name(layer, "attention.pattern"));
            names.add(Layers.name(layer, "attention.value"));
        }
        for (int layer : Layers.all(model)) names.add(Layers.name(layer, "residual.out"));
        return names;
    }

    @Override
    public Fold fold() {
        return new TriadFold();
    }

    private final class TriadFold implements Fold {
        private final int cells = model.layers() * model.heads();
        /** [layer and head, position] summed over sequences and queries. */
        private double[] attention;
        /** [layer and head] */
        private final long[] queries = new long[cells];

        private final Means firstValues = new Means(cells);
        private final Means otherValues = new Means(cells);
        private final Means firstResiduals = new Means(model.layers());
        private final Means medianResiduals = new Means(model.layers());

        @Override
        public void add(Slice slice) {
            if (attention == null) attention = new double[cells * slice.length()];
            for (int layer : Layers.withAttention(model)) {
                double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
                double[] values = slice.read(Layers.name(layer, "attention.value"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++) {
                        addPattern(slice.length(), sequence, pattern, head, layer * model.heads() + head);
                        addValues(slice.length(), sequence, values, head, layer * model.heads() + head);
                    }
            }
            for (int layer : Layers.all(model)) addResiduals(slice, layer);
        }

        /** {@code pattern} is [sequences, heads, query, key]. */
        private void addPattern(int length, int sequence, double[] pattern, int head, int cell) {
            int first = (sequence * model.heads() + head) * length * length;
            for (int query = Math.min(FIRST_QUERY, length - 1); query < length; query++) {
                for (int key = 0; key <= query; key++)
                    attention[cell * length + key] += pattern[first + query * length + key];
                queries[cell]++;
            }
        }

        /** {@code values} is [sequences, position, width]; a head owns neighboring columns. */
        private void addValues(int length, int sequence, double[] values, int head, int cell) {
            for (int position = 0; position < length; position++) {
                int from = (sequence * length + position) * model.width() + head * model.headWidth();
                double norm = NormMeans.norm(values, from, model.headWidth());
                (position == 0 ? firstValues : otherValues).add(cell, norm);
            }
        }

        private void addResiduals(Slice slice, int layer) {
            double[] states = slice.read(Layers.name(layer, "residual.out"));
            int length = slice.length();
            if (length == 1) return;
            for (int sequence = 0; sequence < slice.sequences(); sequence++) {
                double[] norms = new double[length];
                for (int position = 0; position < length; position++)
                    norms[position] =
                            NormMeans.norm(states, (sequence * length + position) * model.width(), model.width());
                firstResiduals.add(layer, norms[0]);
                Arrays.sort(norms, 1, length);
                medianResiduals.add(layer, norms[1 + (length - 2) / 2]); // of an even number the lower, as PyTorch
            }
        }

        @Override
        public void merge(Fold later) {
            TriadFold other = (TriadFold) later;
            if (attention == null && other.attention != null) attention = new double[other.attention.length];
            for (int i = 0; other.attention != null && i < attention.length; i++) attention[i] += other.attention[i];
            for (int cell = 0; cell < cells; cell++) queries[cell] += other.queries[cell];
            firstValues.merge(other.firstValues);
            otherValues.merge(other.otherValues);
            firstResiduals.merge(other.firstResiduals);
            medianResiduals.merge(other.medianResiduals);
        }

        @Override
        public void finish(Record record) {
            boolean attends = !Layers.withAttention(model).isEmpty();
            if (attends) {
                int strongest = strongest(0);
                record.number("triad.sink", mean(strongest, 0));
                record.number("triad.drain", firstValues.mean(strongest) / otherValues.mean(strongest));
            }
            double peak = 0;
            for (int layer : Layers.all(model)) {
                double ratio = firstResiduals.mean(layer) / medianResiduals.mean(layer);
                record.number(Layers.name(layer, "residual.peak"), ratio);
                peak = Math.max(peak, ratio);
            }
            record.number("triad.peak", peak);
            if (attends) addMost(record);
        }

        private void addMost(Record record) {
            int most = 0;
            for (int position = 1; position < attention.length / cells; position++)
                if (mean(strongest(position), position) > mean(strongest(most), most)) most = position;
            double mean = mean(strongest(most), most);
            record.number("triad.position", Double.isNaN(mean) ? Double.NaN : most);
            record.number("triad.most", mean);
        }

        /** The layer and head with the largest mean attention on a position; the first of several. */
        private int strongest(int position) {
            int strongest = -1;
            for (int layer : Layers.withAttention(model))
                for (int cell = layer * model.heads(); cell < (layer + 1) * model.heads(); cell++)
                    if (strongest < 0 || mean(cell, position) > mean(strongest, position)) strongest = cell;
            return strongest;
        }

        private double mean(int cell, int position) {
            return attention[cell * (attention.length / cells) + position] / queries[cell];
        }
    }
}
