package backcopy.model;

import backcopy.model.ParameterLayout.Entry;
import backcopy.task.CounterRandom;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The laws of initial weights. {@code pytorch}, the paper's, are that library's defaults: embeddings N(0, 1), linear maps
 * U(-1/sqrt(in), 1/sqrt(in)). {@code gpt2}: embeddings and linear maps N(0, 0.02^2). In both, gains
 * begin at 1, biases at 0, and further weights as {@link Start} says.
 */
public final class Initialization {
    static final String PYTORCH = "pytorch";
    static final List<String> NAMES = List.of(PYTORCH, "gpt2");

    /** Of GPT-2's code, where it is called {@code initializer_range}. */
    private static final double GPT2_DEVIATION = 0.02;

    private Initialization() {}

    /** Overwrites all weights by the paper's law. */
    public static void draw(Parameters weights, RandomGenerator random) {
        draw(PYTORCH, weights, random);
    }

    /**
     * Overwrites all weights, drawn in the order of the layout.
     *
     * @param name one of {@link #NAMES}
     */
    public static void draw(String name, Parameters weights, RandomGenerator random) {
        boolean pytorch = name.equals(PYTORCH);
        for (Entry entry : weights.layout().entries()) {
            double[] values = new double[entry.size()];
            double bound = 1 / Math.sqrt(entry.shape().get(entry.shape().size() - 1));
            for (int i = 0; i < values.length; i++) {
                Start start = entry.start();
                if (start.kind() == Start.Kind.OWN) values[i] = start.draw(random);
                else if (!pytorch) values[i] = GPT2_DEVIATION * CounterRandom.gaussian(random);
                else if (start.kind() == Start.Kind.EMBEDDING) values[i] = CounterRandom.gaussian(random);
                else values[i] = bound * (2 * random.nextDouble() - 1);
            }
            weights.write(entry.name(), values);
        }
    }
}
