package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * Gradient descent with momentum and decoupled weight decay (SGDW of Loshchilov and Hutter, arXiv 1711.05101): the decay shrinks
 * the weight apart from the momentum.
 */
public record SgdW(double learningRate, double momentum, double weightDecay) implements ElementwiseOptimizer {
    /** {@link Sgd#DEFAULT}'s settings, so that the two differ by where the decay enters and by nothing else. */
    public static final SgdW DEFAULT = new SgdW(0.03, 0.9, 1e-4);

    public SgdW {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("momentum", momentum);
        Optimizer.notNegative("weightDecay", weightDecay);
    }

    @Override
    public String name() {
        return "sgdw";
    }

    @Override
    public String about() {
        return "gradient descent with momentum and decoupled weight decay (arXiv 1711.05101)";
    }

    @Override
    public SgdW scaled(double factor) {
        return new SgdW(learningRate * factor, momentum, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("momentum");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of("learningRate", learningRate, "momentum", momentum, "weightDecay", weightDecay);
    }

    /** {@code m = mu m + g, w = (1 - lr wd) w - lr m}. */
    @Override
    public void update(double[] state, double gradient, long step) {
        state[1] = momentum * state[1] + gradient;
        state[0] -= learningRate * weightDecay * state[0] + learningRate * state[1];
    }
}
