package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum and coupled weight decay, as PyTorch's {@code SGD}: no dampening. See
 * {@link Nesterov} for the look ahead and {@link SgdW} for decoupled decay.
 */
public record Sgd(double learningRate, double momentum, double weightDecay) implements ElementwiseOptimizer {
    /** The paper's settings (protocol of arXiv 2410.13835). */
    public static final Sgd DEFAULT = new Sgd(0.03, 0.9, 1e-4);

    public Sgd {
        Optimizer.inRange("learningRate", learningRate, 0, 1e6);
        Optimizer.inRange("momentum", momentum, 0, Math.nextDown(1.0));
        Optimizer.inRange("weightDecay", weightDecay, 0, 1e6);
    }

    @Override
    public String name() {
        return "sgd";
    }

    @Override
    public String about() {
        return "gradient descent with momentum and coupled weight decay";
    }

    @Override
    public Sgd scaled(double factor) {
        return new Sgd(learningRate * factor, momentum, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("momentum");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of("learningRate", learningRate, "momentum", momentum, "weightDecay", weightDecay);
    }

    /** {@code m = mu m + g + wd w, w = w - lr m}; the first update has m = g + wd w, as momentum starts at 0. */
    @Override
    public void update(double[] state, double gradient, long step) {
        state[1] = momentum * state[1] + gradient + weightDecay * state[0];
        state[0] -= learningRate * state[1];
    }
}
