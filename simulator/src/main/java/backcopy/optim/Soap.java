package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.UpdateRule;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * SOAP (Vyas et al., arXiv 2409.11321): Adam in the eigenbasis of Shampoo's preconditioner, inside the layers; tables,
 * unembedding, gains and biases are left to AdamW. Decay is decoupled.
 */
public record Soap(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double smoothing,
        int every)
        implements MatrixOptimizer {
    /** The paper's betas and interval; rate and decay of {@link AdamW#DEFAULT}. */
    public static final Soap DEFAULT = new Soap(3e-4, 0.95, 0.95, 1e-8, 1e-4, 0.95, 10);

    public Soap {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("beta1", beta1);
        Optimizer.belowOne("beta2", beta2);
        Optimizer.notNegative("epsilon", epsilon);
        Optimizer.notNegative("weightDecay", weightDecay);
        Optimizer.belowOne("smoothing", smoothing);
        Optimizer.inRange("every", every, 1, 1e6);
    }

    @Override
    public String name() {
        return "soap";
    }

    @Override
    public String about() {
        return "Adam in the eigenbasis of Shampoo's preconditioner, in layers; AdamW elsewhere (arXiv 2409.11321)";
    }

    @Override
    public Soap scaled(double factor) {
        return new Soap(learningRate * factor, beta1, beta2, epsilon, weightDecay, smoothing, every);
    }

    /** In layers the first is in the weight's own basis, the second in the eigenbasis. */
    @Override
    public List<String> moments() {
        return List.of("soap.first", "soap.second");
    }

    @Override
    public AdamW elsewhere() {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public boolean takes(String weight, int rows, int columns) {
        return MatrixOptimizer.isHidden(weight, rows, columns);
    }

    @Override
    public WeightUpdate weightUpdate(int rows, int columns, Backend backend, DoubleSupplier gaussian) {
        return new Update(rows, columns, backend);
    }

    /**
     * Into the means with {@code G}, {@code m = b1 m + (1 - b1) G}, {@code v = b2 v + (1 - b2) (Pᵀ G Q)²}, step
     * {@code P (c1 Pᵀ m Q / (sqrt(c2 v) + eps)) Qᵀ} with Adam's corrections {@code c}.
     */
    private final class Update implements WeightUpdate {
        private final Backend backend;
        private final KroneckerBasis means;
        private final Buffer newer;
        private final Buffer inBasis;
        private final Buffer quotient;
        private final DecayedStep step;

        Update(int rows, int columns, Backend backend) {
            this.backend = backend;
            means = new KroneckerBasis(rows, columns, smoothing, every, backend);
            newer = backend.allocate(rows * columns);
            inBasis = backend.allocate(rows * columns);
            quotient = backend.allocate(rows * columns);
            step = new DecayedStep(rows * columns, backend);
        }

        @Override
        public List<Memory> memories() {
            return means.memories();
        }

        @Override
        public void restored() {
            means.restored();
        }

        @Override
        public void update(double factor, Buffer weight, Buffer gradient, Buffer[] moments, long n) {
            means.add(gradient, n);
            backend.copy(gradient, newer);
            backend.scale(newer, 1 - beta1);
            backend.scale(moments[0], beta1);
            backend.add(newer, moments[0]);
            means.bases().into(gradient, inBasis);
            means.bases().into(moments[0], quotient);
            Quotient rule = new Quotient(
                    beta2, factor * learningRate / (1 - Math.pow(beta1, n + 1)), 1 - Math.pow(beta2, n + 1), epsilon);
            backend.update(rule, quotient, inBasis, new Buffer[] {moments[1]}, n);
            means.bases().back(quotient, inBasis);
            step.apply(weight, inBasis, factor * learningRate * weightDecay);
        }
    }

    /** {@code v = b2 v + (1 - b2) g², x = rate x / (sqrt(v / correction) + eps)}. */
    private record Quotient(double beta2, double rate, double correction, double epsilon) implements UpdateRule {
        @Override
        public String name() {
            return "soap-quotient";
        }

        @Override
        public List<String> moments() {
            return List.of("second");
        }

        @Override
        public Map<String, Double> coefficients() {
            return Map.of("beta2", beta2, "rate", rate, "correction", correction, "epsilon", epsilon);
        }

        @Override
        public void update(double[] state, double gradient, long step) {
            state[1] = beta2 * state[1] + (1 - beta2) * gradient * gradient;
            state[0] *= rate / (Math.sqrt(state[1] / correction) + epsilon);
        }
    }
}
