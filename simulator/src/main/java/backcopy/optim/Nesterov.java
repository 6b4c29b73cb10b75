package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * Gradient descent with Nesterov's momentum and coupled weight decay, in the form of Sutskever et al. (ICML 2013) that PyTorch's
 * {@code SGD(nesterov=True)} has: the step looks one momentum ahead.
 */
public record Nesterov(double learningRate, double momentum, double weightDecay) implements ElementwiseOptimizer {
    /** {@link Sgd#DEFAULT}'s settings. */
    public static final Nesterov DEFAULT = new Nesterov(0.03, 0.9, 1e-4);

    public Nesterov {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("momentum", momentum);
        Optimizer.notNegative("weightDecay", weightDecay);
    }

    @Override
    public String name() {
        return "nesterov";
    }

    @Override
    public String about() {
        return "gradient descent with Nesterov's momentum and coupled weight decay (Sutskever et al. 2013)";
    }

    @Override
    public Nesterov scaled(double factor) {
        return new Nesterov(learningRate * factor, momentum, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("momentum");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of("learningRate", learningRate, "momentum", momentum, "weightDecay", weightDecay);
    }

    /** With {@code g' = g + wd w}: {@code m = mu m + g', w = w - lr (g' + mu m)}. */
    @Override
    public void update(double[] state, double gradient, long step) {
        double coupled = gradient + weightDecay * state[0];
        state[1] = momentum * state[1] + coupled;
        state[0] -= learningRate * (coupled + momentum * state[1]);
    }
}
