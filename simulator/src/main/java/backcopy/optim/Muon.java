package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Muon (Jordan et al. 2024): inside the layers the step is the momentum with all its singular values made about 1; tables,
 * unembedding, gains and biases are left to AdamW at {@code adamRate}.
 */
public record Muon(
        double learningRate,
        double momentum,
        double weightDecay,
        double adamRate,
        double beta1,
        double beta2,
        double epsilon)
        implements MatrixOptimizer {
    /** Jordan's rate and momentum; AdamW as in the public study of Muon on the task's other definition, its decay none. */
    public static final Muon DEFAULT = new Muon(0.02, 0.95, 0, 1e-3, 0.9, 0.99, 1e-8);

    public Muon {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("momentum", momentum);
        Optimizer.notNegative("weightDecay", weightDecay);
        Optimizer.notNegative("adamRate", adamRate);
        Optimizer.belowOne("beta1", beta1);
        Optimizer.belowOne("beta2", beta2);
        Optimizer.notNegative("epsilon", epsilon);
    }

    @Override
    public String name() {
        return "muon";
    }

    @Override
    public String about() {
        return "momentum with singular values made 1, in layers; AdamW elsewhere (Jordan et al. 2024)";
    }

    @Override
    public Muon scaled(double factor) {
        return new Muon(learningRate * factor, momentum, weightDecay, adamRate * factor, beta1, beta2, epsilon);
    }

    /** In layers the momentum and nothing, elsewhere AdamW's two. */
    @Override
    public List<String> moments() {
        return List.of("muon.first", "muon.second");
    }

    @Override
    public AdamW elsewhere() {
        return new AdamW(adamRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public boolean takes(String weight, int rows, int columns) {
        return MatrixOptimizer.isHidden(weight, rows, columns);
    }

    @Override
    public WeightUpdate weightUpdate(int rows, int columns, Backend backend, DoubleSupplier gaussian) {
        return new Update(rows, columns, backend);
    }

    /** {@code m = mu m + g}, O the orthogonalized {@code g + mu m}, {@code w = (1 - lr wd) w - lr sqrt(max(1, rows / columns)) O}. */
    private final class Update implements WeightUpdate {
        private final Backend backend;
        private final double length;
        private final Buffer direction;
        private final Buffer ahead;
        private final NewtonSchulz newtonSchulz;
        private final DecayedStep step;

        Update(int rows, int columns, Backend backend) {
            this.backend = backend;
            length = Math.sqrt(Math.max(1, (double) rows / columns));
            direction = backend.allocate(rows * columns);
            ahead = backend.allocate(rows * columns);
            newtonSchulz = new NewtonSchulz(direction, rows, columns, backend);
            step = new DecayedStep(rows * columns, backend);
        }

        @Override
        public List<Memory> memories() {
            return List.of();
        }

        @Override
        public void restored() {}

        @Override
        public void update(double factor, Buffer weight, Buffer gradient, Buffer[] moments, long n) {
            backend.scale(moments[0], momentum);
            backend.add(gradient, moments[0]);
            backend.copy(moments[0], ahead);
            backend.scale(ahead, momentum);
            backend.copy(gradient, direction);
            backend.add(ahead, direction);
            newtonSchulz.orthogonalize();
            backend.scale(direction, factor * learningRate * length);
            step.apply(weight, direction, factor * learningRate * weightDecay);
        }
    }
}
