package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.List;

/**
 * How far one token's change spreads (over-mixing, arXiv 2504.02732): {@code mixing}, the mean over sequences and later
 * positions of {@code |h'_t - h_t| / |h_t|} at every block's output, h' with another token at position 1; the array is by
 * position. A sink keeps it small.
 */
final class MixingProbe implements TwinProbe {
    private final ModelSpec model;

    MixingProbe(ModelSpec model) {
        this.model = model;
    }

    @Override
    public String name() {
        return ExtraProbes.MIXING;
    }

    @Override
    public String about() {
        return "how far the states behind it move when the token at position 1 is another; a forward pass more";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.activations(Layers.all(model), "residual.out");
    }

    @Override
    public TwinFold fold() {
        return new MixingFold();
    }

    private final class MixingFold implements TwinFold {
        private Means byPosition;
        private final Means all = new Means(model.layers());

        @Override
        public void add(Slice slice, Slice changed) {
            int length = slice.length(), width = model.width();
            if (byPosition == null) byPosition = new Means(model.layers() * length);
            double[] difference = new double[width];
            for (int layer : Layers.all(model)) {
                double[] states = slice.read(Layers.name(layer, "residual.out"));
                double[] others = changed.read(Layers.name(layer, "residual.out"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    for (int position = CHANGED + 1; position < length; position++) {
                        int at = (sequence * length + position) * width;
                        for (int c = 0; c < width; c++) difference[c] = others[at + c] - states[at + c];
                        double moved = NormMeans.norm(difference, 0, width) / NormMeans.norm(states, at, width);
                        all.add(layer, moved);
                        byPosition.add(layer * length + position, moved);
                    }
            }
        }

        @Override
        public void merge(Fold later) {
            MixingFold other = (MixingFold) later;
            all.merge(other.all);
            if (other.byPosition == null) return;
            if (byPosition == null) byPosition = other.byPosition;
            else byPosition.merge(other.byPosition);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.all(model)) record.number(Layers.name(layer, "mixing"), all.mean(layer));
            if (byPosition == null) return;
            double[] means = byPosition.means();
            record.array(Observable.of(
                    "mixing",
                    List.of("layer", "position"),
                    new int[] {model.layers(), means.length / model.layers()},
                    means));
        }
    }
}
