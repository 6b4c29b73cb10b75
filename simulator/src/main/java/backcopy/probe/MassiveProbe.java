package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.Arrays;
import java.util.List;

/**
 * Massive activations of every block's output {@code h}. {@code activation.max}: the largest {@code |h|} of all;
 * {@code spike} is that of all layers. {@code activation.kurtosis.<role>}: the mean over tokens of
 * {@code mean((h - m)^4) / mean((h - m)^2)^2} over a token's features, 3 for a Gaussian. {@code massive.ratio}: the largest
 * {@code |h|} at position 0 over the sequence's median {@code |h|} (arXiv 2402.17762). {@code massive.feature}: where it is;
 * {@code massive.persistence}: the share of later tokens that have their largest number there too.
 */
final class MassiveProbe implements Probe {
    private static final int ROLES = Role.values().length;

    private final Task task;
    private final ModelSpec model;

    MassiveProbe(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "massive";
    }

    @Override
    public String about() {
        return "largest activations, their kurtosis, and whether all tokens have them at the same feature";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.activations(Layers.all(model), "residual.out");
    }

    @Override
    public Fold fold() {
        return new MassiveFold();
    }

    private final class MassiveFold implements Fold {
        private final double[] tops = new double[model.layers()];
        private final Means kurtoses = new Means(model.layers() * ROLES);
        private final Means ratios = new Means(model.layers());
        private final Means persistence = new Means(model.layers());
        private final int[] features = new int[model.layers()];

        MassiveFold() {
            Arrays.fill(features, -1);
        }

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.all(model)) {
                double[] states = slice.read(Layers.name(layer, "residual.out"));
                for (int sequence = 0; sequence < slice.sequences(); sequence++)
                    addSequence(slice, sequence, layer, states);
            }
        }

        private void addSequence(Slice slice, int sequence, int layer, double[] states) {
            int length = slice.length(), width = model.width(), from = sequence * length * width;
            int feature = MassiveActivation.largest(states, from, width);
            double[] sizes = new double[length * width];
            for (int i = 0; i < sizes.length; i++) sizes[i] = Math.abs(states[from + i]);
            Arrays.sort(sizes);
            tops[layer] = Math.max(tops[layer], sizes[sizes.length - 1]);
            ratios.add(layer, Math.abs(states[from + feature]) / MassiveActivation.median(sizes));
            if (features[layer] < 0) features[layer] = feature;
            for (int position = 0; position < length; position++) {
                Role role = Role.of(task, slice.token(sequence, position), position);
                kurtoses.add(layer * ROLES + role.ordinal(), kurtosis(states, from + position * width));
                if (position > 0)
                    persistence.add(
                            layer,
                            MassiveActivation.largest(states, from + position * width, width) == feature ? 1 : 0);
            }
        }

        private double kurtosis(double[] states, int from) {
            double mean = 0, second = 0, fourth = 0;
            for (int c = 0; c < model.width(); c++) mean += states[from + c] / model.width();
            for (int c = 0; c < model.width(); c++) {
                double square = (states[from + c] - mean) * (states[from + c] - mean);
                second += square / model.width();
                fourth += square * square / model.width();
            }
            return fourth / (second * second);
        }

        @Override
        public void merge(Fold later) {
            MassiveFold other = (MassiveFold) later;
            kurtoses.merge(other.kurtoses);
            ratios.merge(other.ratios);
            persistence.merge(other.persistence);
            for (int layer : Layers.all(model)) {
                tops[layer] = Math.max(tops[layer], other.tops[layer]);
                if (features[layer] < 0) features[layer] = other.features[layer];
            }
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.all(model)) {
                record.number(Layers.name(layer, "activation.max"), tops[layer]);
                for (Role role : Role.values())
                    record.number(
                            Layers.name(layer, "activation.kurtosis." + role.key()),
                            kurtoses.mean(layer * ROLES + role.ordinal()));
                record.number(Layers.name(layer, "massive.ratio"), ratios.mean(layer));
                record.number(Layers.name(layer, "massive.feature"), features[layer]);
                record.number(Layers.name(layer, "massive.persistence"), persistence.mean(layer));
            }
            record.number("spike", Arrays.stream(tops).max().orElseThrow());
        }
    }
}
