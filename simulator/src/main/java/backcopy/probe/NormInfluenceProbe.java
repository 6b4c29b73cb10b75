package backcopy.probe;

import java.util.Set;

/**
 * How much an update moves the residual norm at position 0, to first order: {@code <d|h|/dw, change of w>} for each weight w and
 * the stream h after each layer, {@code layers.N.influence.<weight>}, and their sum over the weights, {@code
 * layers.N.influence}. The "norm influence" of the code of arXiv 2410.13835, which looks at layer 0.
 */
final class NormInfluenceProbe implements UpdateProbe {
    @Override
    public String name() {
        return "norm-influence";
    }

    @Override
    public String about() {
        return "how much the update moves the residual norm at position 0 after each layer, by all weights and by each";
    }

    @Override
    public Set<Reading> reads() {
        return Set.of(Reading.CHANGE, Reading.RESIDUAL_NORM_GRADIENT);
    }

    @Override
    public void observe(Update update, Record record) {
        for (int layer = 0; layer < update.layers(); layer++) {
            double sum = 0;
            for (String weight : update.weights()) {
                double influence = dot(update.residualNormGradient(layer, weight), update.change(weight));
                record.number(Layers.name(layer, "influence." + weight), influence);
                sum += influence;
            }
            record.number(Layers.name(layer, "influence"), sum);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }
}
