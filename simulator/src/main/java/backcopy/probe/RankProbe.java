package backcopy.probe;

import backcopy.model.ModelSpec;
import java.util.Arrays;
import java.util.List;

/**
 * How many directions a sequence's states take, at every block's output {@code [position, width]} with singular values
 * {@code sigma}, means over sequences: {@code residual.entropy} in nats, of {@code sigma² / sum sigma²} (matrix entropy);
 * {@code residual.rank}, the exponential of the entropy of {@code sigma / sum sigma} (effective rank, Roy and Vetterli 2007);
 * {@code residual.top}, the largest {@code sigma²} over their sum. Where one massive state outweighs the others the entropy
 * falls (the compression valley of arXiv 2510.06477). A lane's first sequence stands for all of the lane: a spectrum costs as
 * much as a sequence's forward pass.
 */
final class RankProbe implements Probe {
    private final ModelSpec model;

    RankProbe(ModelSpec model) {
        this.model = model;
    }

    @Override
    public String name() {
        return "rank";
    }

    @Override
    public String about() {
        return "matrix entropy, effective rank and top share of every block's output, on some sequences";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        return Layers.activations(Layers.all(model), "residual.out");
    }

    @Override
    public Fold fold() {
        return new RankFold();
    }

    private final class RankFold implements Fold {
        private final Means entropies = new Means(model.layers());
        private final Means ranks = new Means(model.layers());
        private final Means tops = new Means(model.layers());
        private boolean taken;

        @Override
        public void add(Slice slice) {
            for (int layer : Layers.all(model)) {
                double[] states = slice.read(Layers.name(layer, "residual.out"));
                if (taken) continue;
                double[] squares = squares(states, slice.length(), model.width());
                double[] singular = Arrays.stream(squares).map(Math::sqrt).toArray();
                entropies.add(layer, entropy(squares));
                ranks.add(layer, Math.exp(entropy(singular)));
                tops.add(
                        layer,
                        Arrays.stream(squares).max().orElseThrow()
                                / Arrays.stream(squares).sum());
            }
            taken = true;
        }

        @Override
        public void merge(Fold later) {
            RankFold other = (RankFold) later;
            entropies.merge(other.entropies);
            ranks.merge(other.ranks);
            tops.merge(other.tops);
        }

        @Override
        public void finish(Record record) {
            for (int layer : Layers.all(model)) {
                record.number(Layers.name(layer, "residual.entropy"), entropies.mean(layer));
                record.number(Layers.name(layer, "residual.rank"), ranks.mean(layer));
                record.number(Layers.name(layer, "residual.top"), tops.mean(layer));
            }
        }
    }

    /** Squared singular values of the first {@code [rows, columns]} numbers: eigenvalues of the smaller Gram matrix. */
    static double[] squares(double[] x, int rows, int columns) {
        int size = Math.min(rows, columns), extent = Math.max(rows, columns);
        int step = rows <= columns ? columns : 1, inner = rows <= columns ? 1 : columns;
        double[] gram = new double[size * size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int k = 0; k < extent; k++) sum += x[i * step + k * inner] * x[j * step + k * inner];
                gram[i * size + j] = gram[j * size + i] = sum;
            }
        return Arrays.stream(Spectrum.of(gram, size))
                .map(value -> Math.max(value, 0))
                .toArray();
    }

    /** In nats, of numbers that are not negative divided by their sum. */
    static double entropy(double[] weights) {
        double sum = Arrays.stream(weights).sum(), entropy = 0;
        for (double weight : weights) if (weight > 0) entropy -= weight / sum * Math.log(weight / sum);
        return entropy;
    }
}
