package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.List;

/**
 * Attention on position 0. For each head: the mean of {@code A[t,0]} over the queries {@code t >= 0} that are no trigger,
 * and {@code alpha}, the mean over all queries (self-attention at 0 included) of each sequence. The sink rate is the share
 * of (layer, head, sequence) with {@code alpha > epsilon} ("When Attention Sink Emerges", epsilon = 0.3), to be held
 * against the {@code alpha} of uniform attention, {@code (1 + 1/2 + ... + 1/T)/T}. Layers without attention do not count, nor
 * do queries in a prefix that is only read.
 */
final class AttentionProbe implements Probe {
    private static final double[] THRESHOLDS = AttentionSink.thresholds();

    private final Task task;
    private final ModelSpec model;

    AttentionProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public String about() {
        return "attention on position 0 for each head, and the sink rate over its thresholds";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.withAttention(model).stream()
                .map(layer -> Layers.name(layer, "attention.pattern"))
                .toList();
    }

    @Override
    public Fold fold() {
        return new AttentionFold();
    }

    private final class AttentionFold implements Fold {
        private final Means onBos = new Means(model.layers() * model.heads());
        private final Means alphas = new Means(model.layers() * model.heads());
        private final Means sinks = new Means(THRESHOLDS.length);
        private final Means uniform = new Means(1);

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int head = 0; head < model.heads(); head++)
                        addHead(slice, sequence, pattern, head, layer * model.heads() + head);
            }
            for (int sequence = 0; sequence < slice.sequences(); sequence++)
                uniform.add(0, AttentionSink.uniform(slice.length(), task.firstQuery()));
        }

        /** {@code pattern} is [sequences, heads, query, key]. */
        private void addHead(Slice slice, int sequence, double[] pattern, int head, int cell) {
            int length = slice.length();
            int first = (sequence * model.heads() + head) * length * length;
            for (int query = task.firstQuery(); query < length; query++)
                if (!task.isTrigger(slice.token(sequence, query))) onBos.add(cell, pattern[first + query * length]);
            double alpha = AttentionSink.alpha(pattern, first, length, 0, task.firstQuery());
            alphas.add(cell, alpha);
            for (int i = 0; i < THRESHOLDS.length; i++) sinks.add(i, alpha > THRESHOLDS[i] ? 1 : 0);
        }

        @Override
        public void merge(Fold later) {
            AttentionFold other = (AttentionFold) later;
            onBos.merge(other.onBos);
            alphas.merge(other.alphas);
            sinks.merge(other.sinks);
            uniform.merge(other.uniform);
        }

        @Override
        public void finish(Record record) {
            if (Layers.withAttention(model).isEmpty()) return;
            for (int layer : Layers.withAttention(model)) {
                for (int head = 0; head < model.heads(); head++) {
                    int cell = layer * model.heads() + head;
                    record.number(Layers.name(layer, head, "attention.bos"), onBos.mean(cell));
                    record.number(Layers.name(layer, head, "attention.alpha"), alphas.mean(cell));
                }
            }
            record.number("sink.rate", sinks.mean(AttentionSink.defaultThreshold()));
            record.number("sink.uniform", uniform.mean(0));
            List<String> axes = List.of("epsilon");
            record.array(Observable.of("sink.epsilon", axes, new int[] {THRESHOLDS.length}, THRESHOLDS.clone()));
            record.array(Observable.of("sink.rate", axes, new int[] {THRESHOLDS.length}, sinks.means()));
        }
    }
}
