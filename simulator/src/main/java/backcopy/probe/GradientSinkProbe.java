package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.List;

/**
 * The gradient's own sink (arXiv 2603.17771): {@code gradient.sink}, the norm of the loss's gradient by the normed state that
 * attention reads at position 0, over the mean of the norms at the other positions; mean over sequences. A sequence whose other
 * positions have none does not count.
 */
final class GradientSinkProbe implements Probe {
    private final ModelSpec model;

    GradientSinkProbe(ModelSpec model) {
        this.model = model;
    }

    @Override
    public String name() {
        return "gradient-sink";
    }

    @Override
    public String about() {
        return "the gradient by attention's normed input at position 0 over that at the others; a way back more";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.activations(Layers.withAttention(model), "attention.input.gradient");
    }

    @Override
    public Fold fold() {
        return new GradientSinkFold();
    }

    private final class GradientSinkFold implements Fold {
        private final Means ratios = new Means(model.layers());

        @Override
        public void add(Slice slice) {
            int length = slice.length(), width = model.width();
            for (int layer : Layers.withAttention(model)) {
                double[] gradient = slice.read(Layers.name(layer, "attention.input.gradient"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++) {
                    int from = sequence * length * width;
                    double others = 0;
                    for (int position = 1; position < length; position++)
                        others += NormMeans.norm(gradient, from + position * width, width) / (length - 1);
                    if (others > 0) ratios.add(layer, NormMeans.norm(gradient, from, width) / others);
                }
            }
        }

        @Override
        public void merge(Fold later) {
            ratios.merge(((GradientSinkFold) later).ratios);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.withAttention(model))
                record.number(Layers.name(layer, "gradient.sink"), ratios.mean(layer));
        }
    }
}
