package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * OrthoAdam (Kaul et al., arXiv 2410.17174): AdamW in a rotated basis, so that no axis of a weight is special to it. Each axis of
 * each weight has a fixed rotation, drawn from Haar's measure by the run's seed. A signed permutation would change nothing.
 */
public record OrthoAdam(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, String rotation)
        implements MatrixOptimizer {
    private static final List<String> ROTATIONS = List.of("haar", "identity");

    /** {@link AdamW#DEFAULT}'s settings, so that the two differ by the rotation and by nothing else. */
    public static final OrthoAdam DEFAULT = new OrthoAdam(3e-4, 0.9, 0.99, 1e-8, 1e-4, "haar");

    public OrthoAdam {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("beta1", beta1);
        Optimizer.belowOne("beta2", beta2);
        Optimizer.notNegative("epsilon", epsilon);
        Optimizer.notNegative("weightDecay", weightDecay);
        if (!ROTATIONS.contains(rotation))
            throw new IllegalArgumentException(
                    "optimizer.rotation = " + rotation + " is not one of " + String.join(", ", ROTATIONS));
    }

    @Override
    public String name() {
        return "ortho-adam";
    }

    @Override
    public String about() {
        return "AdamW in a fixed rotated basis (arXiv 2410.17174)";
    }

    @Override
    public OrthoAdam scaled(double factor) {
        return new OrthoAdam(learningRate * factor, beta1, beta2, epsilon, weightDecay, rotation);
    }

    /** In the rotated basis. */
    @Override
    public List<String> moments() {
        return List.of("rotated.first", "rotated.second");
    }

    @Override
    public AdamW elsewhere() {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /** All: a gain has one axis to rotate. */
    @Override
    public boolean takes(String weight, int rows, int columns) {
        return true;
    }

    @Override
    public WeightUpdate weightUpdate(int rows, int columns, Backend backend, DoubleSupplier gaussian) {
        return new Update(rows, columns, backend, gaussian);
    }

    /** AdamW without decay moves a zero in the rotated basis; what it moved by is rotated back. */
    private final class Update implements WeightUpdate {
        private final Backend backend;
        private final Rotation bases;
        private final Buffer rotated;
        private final Buffer moved;
        private final DecayedStep step;

        Update(int rows, int columns, Backend backend, DoubleSupplier gaussian) {
            this.backend = backend;
            Buffer left = backend.allocate(rows * rows), right = backend.allocate(columns * columns);
            bases = new Rotation(left, right, rows, columns, backend);
            if (rotation.equals("haar")) bases.set(Orthogonal.haar(rows, gaussian), Orthogonal.haar(columns, gaussian));
            rotated = backend.allocate(rows * columns);
            moved = backend.allocate(rows * columns);
            step = new DecayedStep(rows * columns, backend);
        }

        /** The rotation is drawn anew from the seed. */
        @Override
        public List<Memory> memories() {
            return List.of();
        }

        @Override
        public void restored() {}

        @Override
        public void update(double factor, Buffer weight, Buffer gradient, Buffer[] moments, long n) {
            bases.into(gradient, rotated);
            backend.fill(moved, 0);
            AdamW inBasis = new AdamW(factor * learningRate, beta1, beta2, epsilon, 0);
            backend.update(inBasis, moved, rotated, moments, n);
            bases.back(moved, rotated);
            backend.scale(rotated, -1);
            step.apply(weight, rotated, factor * learningRate * weightDecay);
        }
    }
}
