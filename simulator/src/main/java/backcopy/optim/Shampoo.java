package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Shampoo (Gupta et al., arXiv 1802.09568) with running means: inside the layers the momentum is multiplied by
 * {@code L^(-1/4)} from the left and {@code R^(-1/4)} from the right; tables, unembedding, gains and biases are left to AdamW at
 * {@code adamRate}. The roots are taken along bases that follow the eigenvectors, so they are exact where those have settled.
 */
public record Shampoo(
        double learningRate,
        double momentum,
        double smoothing,
        double epsilon,
        double weightDecay,
        int every,
        double adamRate,
        double beta1,
        double beta2)
        implements MatrixOptimizer {
    /** A step has singular values of about 1, as Muon's, whose rates it shares. */
    public static final Shampoo DEFAULT = new Shampoo(0.02, 0.9, 0.95, 1e-6, 0, 10, 1e-3, 0.9, 0.99);

    /** AdamW's, for the weights outside of the layers. */
    private static final double ADAM_EPSILON = 1e-8;

    public Shampoo {
        Optimizer.notNegative("learningRate", learningRate);
        Optimizer.belowOne("momentum", momentum);
        Optimizer.belowOne("smoothing", smoothing);
        Optimizer.notNegative("epsilon", epsilon);
        Optimizer.notNegative("weightDecay", weightDecay);
        Optimizer.inRange("every", every, 1, 1e6);
        Optimizer.notNegative("adamRate", adamRate);
        Optimizer.belowOne("beta1", beta1);
        Optimizer.belowOne("beta2", beta2);
    }

    @Override
    public String name() {
        return "shampoo";
    }

    @Override
    public String about() {
        return "momentum between inverse fourth roots of the gradient's second moments, in layers (arXiv 1802.09568)";
    }

    @Override
    public Shampoo scaled(double factor) {
        return new Shampoo(
                learningRate * factor,
                momentum,
                smoothing,
                epsilon,
                weightDecay,
                every,
                adamRate * factor,
                beta1,
                beta2);
    }

    /** In layers the momentum and the roots' product, elsewhere AdamW's two. */
    @Override
    public List<String> moments() {
        return List.of("shampoo.first", "shampoo.second");
    }

    @Override
    public AdamW elsewhere() {
        return new AdamW(adamRate, beta1, beta2, ADAM_EPSILON, weightDecay);
    }

    @Override
    public boolean takes(String weight, int rows, int columns) {
        return MatrixOptimizer.isHidden(weight, rows, columns);
    }

    @Override
    public WeightUpdate weightUpdate(int rows, int columns, Backend backend, DoubleSupplier gaussian) {
        return new Update(rows, columns, backend);
    }

    /** {@code m = mu m + (1 - mu) G}, step {@code P (l^(-1/4) Pᵀ m Q r^(-1/4)) Qᵀ}; l, r the means along the bases plus epsilon times the largest of them. */
    private final class Update implements WeightUpdate {
        private final Backend backend;
        private final int columns;
        private final KroneckerBasis means;
        private final Buffer newer;
        private final Buffer inBasis;
        private final DecayedStep step;
        private final double[] roots;
        private final Product product = new Product();

        Update(int rows, int columns, Backend backend) {
            this.backend = backend;
            this.columns = columns;
            means = new KroneckerBasis(rows, columns, smoothing, every, backend);
            newer = backend.allocate(rows * columns);
            inBasis = backend.allocate(rows * columns);
            step = new DecayedStep(rows * columns, backend);
            roots = new double[rows * columns];
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
            if (means.add(gradient, n)) takeRoots(moments[1], n);
            backend.copy(gradient, newer);
            backend.scale(newer, 1 - momentum);
            backend.scale(moments[0], momentum);
            backend.add(newer, moments[0]);
            means.bases().into(moments[0], inBasis);
            backend.update(product, inBasis, moments[1], new Buffer[0], n);
            means.bases().back(inBasis, newer);
            backend.scale(newer, factor * learningRate / (1 - Math.pow(momentum, n + 1)));
            step.apply(weight, newer, factor * learningRate * weightDecay);
        }

        private void takeRoots(Buffer target, long n) {
            double[] left = floored(means.leftValues(n)), right = floored(means.rightValues(n));
            for (int i = 0; i < roots.length; i++) roots[i] = Math.pow(left[i / columns] * right[i % columns], -0.25);
            backend.write(roots, target);
        }

        /** Where all are zero nothing is to be multiplied, and any number will do. */
        private double[] floored(double[] values) {
            double top = Arrays.stream(values).max().orElseThrow(), floor = top > 0 ? epsilon * top : 1;
            return Arrays.stream(values)
                    .map(value -> Math.max(value, 0) + floor)
                    .toArray();
        }
    }
}
