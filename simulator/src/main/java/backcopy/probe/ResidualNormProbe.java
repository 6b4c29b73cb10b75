package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual norms, where the residual peak shows. Layer {@code N} is the output of block {@code N} ({@code h^{N+1}} in the
 * paper's count); the embedding ({@code h^0}) has an array of its own.
 */
final class ResidualNormProbe implements Probe {
    private final Task task;
    private final ModelSpec model;

    ResidualNormProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "residual-norm";
    }

    @Override
    public String about() {
        return "norms of the embedding and of every block's output, at <s>, triggers and other tokens";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>(List.of("embedding"));
        for (int layer : Layers.all(model)) names.add(Layers.name(layer, "residual.out"));
        return names;
    }

    @Override
    public Fold fold() {
        return new ResidualNormFold();
    }

    private final class ResidualNormFold implements Fold {
        private final NormMeans embedding = new NormMeans(task, 1);
        private final NormMeans outputs = new NormMeans(task, model.layers());

        @Override
        public void add(Slice slice) {
            embedding.add(0, slice, slice.read("embedding"));
            for (int layer : Layers.all(model))
                outputs.add(layer, slice, slice.read(Layers.name(layer, "residual.out")));
        }

        @Override
        public void merge(Fold later) {
            ResidualNormFold other = (ResidualNormFold) later;
            embedding.merge(other.embedding);
            outputs.merge(other.outputs);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.all(model)) outputs.numbers(layer, Layers.name(layer, "residual.norm"), record);
            int length = task.sequenceLength();
            record.array(
                    Observable.of("embedding.norm", List.of("position"), new int[] {length}, embedding.byPosition()));
            record.array(Observable.of(
                    "residual.norm",
                    List.of("layer", "position"),
                    new int[] {model.layers(), length},
                    outputs.byPosition()));
        }
    }
}
