package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), with PyTorch's order of operations: decay
 * first, epsilon added to the corrected root.
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements ElementwiseOptimizer {
    /** The paper's settings (protocol of arXiv 2410.13835). */
    public static final AdamW DEFAULT = new AdamW(3e-4, 0.9, 0.99, 1e-8, 1e-4);

    public AdamW {
        Optimizer.inRange("learningRate", learningRate, 0, 1e6);
        Optimizer.inRange("beta1", beta1, 0, Math.nextDown(1.0));
        Optimizer.inRange("beta2", beta2, 0, Math.nextDown(1.0));
        Optimizer.inRange("epsilon", epsilon, 0, 1e6);
        Optimizer.inRange("weightDecay", weightDecay, 0, 1e6);
    }

    @Override
    public String name() {
        return "adamw";
    }

    @Override
    public String about() {
        return "Adam with decoupled weight decay (arXiv 1711.05101)";
    }

    @Override
    public AdamW scaled(double factor) {
        return new AdamW(learningRate * factor, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("first", "second");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of(
                "learningRate", learningRate,
                "beta1", beta1,
                "beta2", beta2,
                "epsilon", epsilon,
                "weightDecay", weightDecay);
    }

    /**
     * {@code m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g²,
     * w = (1 - lr wd) w - lr / (1 - b1^n) m / (sqrt(v / (1 - b2^n)) + eps)} with n the update's number from 1.
     */
    @Override
    public void update(double[] state, double gradient, long step) {
        state[1] = beta1 * state[1] + (1 - beta1) * gradient;
        state[2] = beta2 * state[2] + (1 - beta2) * gradient * gradient;
        double rate = learningRate / (1 - Math.pow(beta1, step + 1));
        double root = Math.sqrt(state[2] / (1 - Math.pow(beta2, step + 1)));
        state[0] = state[0] * (1 - learningRate * weightDecay) - rate * state[1] / (root + epsilon);
    }
}
