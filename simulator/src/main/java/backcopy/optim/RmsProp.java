package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * RMSProp (Hinton's lecture 6e, 2012) with coupled weight decay, as PyTorch's {@code RMSprop}: Adam without a first moment and
 * without the corrections of the first updates.
 */
public record RmsProp(double learningRate, double smoothing, double epsilon, double weightDecay)
        implements ElementwiseOptimizer {
    /** PyTorch's smoothing and epsilon; rate and decay of {@link AdamW#DEFAULT}. */
    public static final RmsProp DEFAULT = new RmsProp(3e-4, 0.99, 1e-8, 1e-4);

    public RmsProp {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("smoothing", smoothing);
        Optimizer.notNegative("epsilon", epsilon);
        Optimizer.notNegative("weightDecay", weightDecay);
    }

    @Override
    public String name() {
        return "rmsprop";
    }

    @Override
    public String about() {
        return "the gradient over the root of its mean square, coupled weight decay (Hinton 2012)";
    }

    @Override
    public RmsProp scaled(double factor) {
        return new RmsProp(learningRate * factor, smoothing, epsilon, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("square");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of(
                "learningRate", learningRate, "smoothing", smoothing, "epsilon", epsilon, "weightDecay", weightDecay);
    }

    /** With {@code g' = g + wd w}: {@code v = a v + (1 - a) g'², w = w - lr g' / (sqrt(v) + eps)}. */
    @Override
    public void update(double[] state, double gradient, long step) {
        double coupled = gradient + weightDecay * state[0];
        state[1] = smoothing * state[1] + (1 - smoothing) * coupled * coupled;
        state[0] -= learningRate * coupled / (Math.sqrt(state[1]) + epsilon);
    }
}
