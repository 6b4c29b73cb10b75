package backcopy.optim;

import java.util.List;
import java.util.Map;

/**
 * The sign of a running mean of gradients (Signum of Bernstein et al., arXiv 1802.04434), with decoupled weight decay. Without
 * momentum it is their signSGD. Adam without its second moment's memory: every number moves by the learning rate.
 */
public record SignSgd(double learningRate, double momentum, double weightDecay) implements ElementwiseOptimizer {
    /** The learning rate of {@link AdamW#DEFAULT}, whose steps are about as long; momentum as in the paper's Signum. */
    public static final SignSgd DEFAULT = new SignSgd(3e-4, 0.9, 1e-4);

    public SignSgd {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("momentum", momentum);
        Optimizer.notNegative("weightDecay", weightDecay);
    }

    @Override
    public String name() {
        return "sign-sgd";
    }

    @Override
    public String about() {
        return "the sign of the mean gradient; without momentum signSGD (arXiv 1802.04434)";
    }

    @Override
    public SignSgd scaled(double factor) {
        return new SignSgd(learningRate * factor, momentum, weightDecay);
    }

    @Override
    public List<String> moments() {
        return List.of("mean");
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of("learningRate", learningRate, "momentum", momentum, "weightDecay", weightDecay);
    }

    /** {@code m = mu m + (1 - mu) g, w = (1 - lr wd) w - lr sign(m)}. */
    @Override
    public void update(double[] state, double gradient, long step) {
        state[1] = momentum * state[1] + (1 - momentum) * gradient;
        state[0] -= learningRate * weightDecay * state[0] + learningRate * Math.signum(state[1]);
    }
}
