package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980) with coupled weight decay, as PyTorch's {@code Adam}: the decay is part of the gradient,
 * so it goes through the moments and is divided by the root like everything else.
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements ElementwiseOptimizer {
    /** {@link AdamW#DEFAULT}'s settings, so that the two differ by where the decay enters and by nothing else. */
    public static final Adam DEFAULT = new Adam(3e-4, 0.9, 0.99, 1e-8, 1e-4);

    public Adam {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("beta1", beta1);
        Optimizer.belowOne("beta2", beta2);
        Optimizer.notNegative("epsilon", epsilon);
        Optimizer.notNegative("weightDecay", weightDecay);
    }

    @Override
    public String name() {
        return "adam";
    }

    @Override
    public String about() {
        return "Adam with coupled weight decay: the decay goes through the moments (arXiv 1412.6980)";
    }

    @Override
    public Adam scaled(double factor) {
        return new Adam(learningRate * factor, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("first", "second");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of(
                "learningRate",
                learningRate,
                "beta1",
                beta1,
                "beta2",
                beta2,
                "epsilon",
                epsilon,
                "weightDecay",
                weightDecay);
    }

    /** With {@code g' = g + wd w} in the place of {@code g}, {@link AdamW#update} without decay. */
    @Override
    public void update(double[] state, double gradient, long step) {
        double coupled = gradient + weightDecay * state[0];
        state[1] = beta1 * state[1] + (1 - beta1) * coupled;
        state[2] = beta2 * state[2] + (1 - beta2) * coupled * coupled;
        double rate = learningRate / (1 - Math.pow(beta1, step + 1));
        double root = Math.sqrt(state[2] / (1 - Math.pow(beta2, step + 1)));
        state[0] -= rate * state[1] / (root + epsilon);
    }
}
