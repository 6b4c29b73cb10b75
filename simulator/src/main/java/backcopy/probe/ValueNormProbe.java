package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Norms of the value states, where the value drain shows: {@code value.norm} after the output matrix ({@code W_O v}, all
 * heads together), {@code value.raw} before it. Layers without attention have no numbers; their cells are NaN.
 */
final class ValueNormProbe implements Probe {
    private final Task task;
    private final ModelSpec model;

    ValueNormProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "value-norm";
    }

    @Override
    public String about() {
        return "norms of the value states, with and without the output matrix, at <s>, triggers and other tokens";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>();
        for (int layer : Layers.withAttention(model)) {
            names.add(Layers.name(layer, "attention.value"));
            names.add(Layers.name(layer, "attention.valueState"));
        }
        return names;
    }

    @Override
    public Fold fold() {
        return new ValueNormFold();
    }

    private final class ValueNormFold implements Fold {
        private final NormMeans states = new NormMeans(task, model.layers());
        private final NormMeans raw = new NormMeans(task, model.layers());
        private final Means rawByHead = new Means(model.layers() * model.heads() * task.sequenceLength());

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.withAttention(model)) {
                states.add(layer, slice, slice.read(Layers.name(layer, "attention.valueState")));
                double[] values = slice.read(Layers.name(layer, "attention.value"));
                raw.add(layer, slice, values);
                addByHead(layer, slice, values);
            }
        }

        /** {@code values} is [sequences, position, width]; a head owns {@code headWidth} neighboring columns. */
        private void addByHead(int layer, Slice slice, double[] values) {
            for (int sequence = 0; sequence < slice.sequences(); sequence++) {
                for (int position = 0; position < slice.length(); position++) {
                    int row = (sequence * slice.length() + position) * model.width();
                    for (int head = 0; head < model.heads(); head++)
                        rawByHead.add(
                                (layer * model.heads() + head) * task.sequenceLength() + position,
                                NormMeans.norm(values, row + head * model.headWidth(), model.headWidth()));
                }
            }
        }

        @Override
        public void merge(Fold later) {
            ValueNormFold other = (ValueNormFold) later;
            states.merge(other.states);
            raw.merge(other.raw);
            rawByHead.merge(other.rawByHead);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.withAttention(model)) {
                states.numbers(layer, Layers.name(layer, "value.norm"), record);
                raw.numbers(layer, Layers.name(layer, "value.raw"), record);
            }
            int layers = model.layers();
            int length = task.sequenceLength();
            record.array(Observable.of(
                    "value.norm", List.of("layer", "position"), new int[] {layers, length}, states.byPosition()));
            double[] byToken = states.byToken();
            if (byToken.length > 0)
                record.array(Observable.of(
                        "value.norm.token",
                        List.of("layer", "token"),
                        new int[] {layers, task.vocabularySize()},
                        byToken));
            record.array(Observable.of(
                    "value.raw",
                    List.of("layer", "head", "position"),
                    new int[] {layers, model.heads(), length},
                    rawByHead.means()));
        }
    }
}
