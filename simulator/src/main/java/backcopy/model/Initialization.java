package backcopy.model;

import backcopy.model.ParameterLayout.Entry;
import backcopy.task.CounterRandom;
import java.util.random.RandomGenerator;

/**
 * PyTorch's default initialization laws, as the paper's code has them: embeddings N(0, 1), linear maps
 * U(-1/sqrt(in), 1/sqrt(in)), gains 1, biases 0.
 */
public final class Initialization {
    private Initialization() {}

    /** Overwrites all weights, drawn in the order of the layout. */
    public static void draw(Parameters weights, RandomGenerator random) {
        for (Entry entry : weights.layout().entries()) {
            double[] values = new double[entry.size()];
            double bound = 1 / Math.sqrt(entry.shape().get(entry.shape().size() - 1));
            for (int i = 0; i < values.length; i++) {
                if (entry.isLinear()) values[i] = bound * (2 * random.nextDouble() - 1);
                else if (entry.name().startsWith("embedding.")) values[i] = CounterRandom.gaussian(random);
                else values[i] = entry.name().endsWith(".gain") ? 1 : 0;
            }
            weights.write(entry.name(), values);
        }
    }
}
