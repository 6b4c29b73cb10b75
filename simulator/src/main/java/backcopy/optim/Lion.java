package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * Lion (Chen et al., arXiv 2302.06675): the sign of a mean of the gradient and its memory, with decoupled weight decay. The
 * memory is longer than the mean that the step uses.
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay)
        implements ElementwiseOptimizer {
    /** The paper's betas, and as it advises a third of AdamW's rate and three times its decay. */
    public static final Lion DEFAULT = new Lion(1e-4, 0.9, 0.99, 3e-4);

    public Lion {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("beta1", beta1);
        Optimizer.belowOne("beta2", beta2);
        Optimizer.notNegative("weightDecay", weightDecay);
    }

    @Override
    public String name() {
        return "lion";
    }

    @Override
    public String about() {
        return "the sign of gradient and memory mixed, decoupled weight decay (arXiv 2302.06675)";
    }

    @Override
    public Lion scaled(double factor) {
        return new Lion(learningRate * factor, beta1, beta2, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("memory");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of("learningRate", learningRate, "beta1", beta1, "beta2", beta2, "weightDecay", weightDecay);
    }

    /** {@code w = (1 - lr wd) w - lr sign(b1 m + (1 - b1) g)}, then {@code m = b2 m + (1 - b2) g}. */
    @Override
    public void update(double[] state, double gradient, long step) {
        double direction = Math.signum(beta1 * state[1] + (1 - beta1) * gradient);
        state[0] -= learningRate * weightDecay * state[0] + learningRate * direction;
        state[1] = beta2 * state[1] + (1 - beta2) * gradient;
    }
}
