package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * What a head gives, {@code z_t = sum_j A[t, j] v_j}: its mean norm by the query's role, {@code output.norm.<role>} (the
 * head-output norm by which arXiv 2504.03889 finds dormant heads), and {@code sink.share}, the mean over the other queries of
 * {@code |A[t, 0]| |v_0| / |z_t|}: how much of it comes from position 0.
 */
final class HeadOutputProbe implements Probe {
    private static final int ROLES = Role.values().length;

    private final Task task;
    private final ModelSpec model;

    HeadOutputProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "head-output";
    }

    @Override
    public String about() {
        return "norms of what heads give, by the query's role, and the share that comes from position 0";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>();
        for (String part : List.of("pattern", "value", "mixed"))
            names.addAll(Layers.activations(Layers.withAttention(model), "attention." + part));
        return names;
    }

    @Override
    public Fold fold() {
        return new HeadOutputFold();
    }

    private final class HeadOutputFold implements Fold {
        private final Means norms = new Means(model.layers() * model.heads() * ROLES);
        private final Means shares = new Means(model.layers() * model.heads());

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
                double[] values = slice.read(Layers.name(layer, "attention.value"));
                double[] mixed = slice.read(Layers.name(layer, "attention.mixed"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++)
                        addHead(slice, sequence, head, layer * model.heads() + head, pattern, values, mixed);
            }
        }

        private void addHead(
                Slice slice, int sequence, int head, int cell, double[] pattern, double[] values, double[] mixed) {
            int length = slice.length(), size = model.headWidth();
            int first = sequence * length * model.width() + head * size;
            int square = (sequence * model.heads() + head) * length * length;
            double sink = NormMeans.norm(values, first, size);
            for (int position = 0; position < length; position++) {
                Role role = Role.of(task, slice.token(sequence, position), position);
                double norm = NormMeans.norm(mixed, first + position * model.width(), size);
                norms.add(cell * ROLES + role.ordinal(), norm);
                double fromSink = Math.abs(pattern[square + position * length]) * sink;
                if (role == Role.OTHERS) shares.add(cell, norm > 0 ? fromSink / norm : 0);
            }
        }

        @Override
        public void merge(Fold later) {
            HeadOutputFold other = (HeadOutputFold) later;
            norms.merge(other.norms);
            shares.merge(other.shares);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.withAttention(model))
                for (int head = 0; head < model.heads(); head++) {
                    int cell = layer * model.heads() + head;
                    for (Role role : Role.values())
                        record.number(
                                Layers.name(layer, head, "output.norm." + role.key()),
                                norms.mean(cell * ROLES + role.ordinal()));
                    record.number(Layers.name(layer, head, "sink.share"), shares.mean(cell));
                }
        }
    }
}
