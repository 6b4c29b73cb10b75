package backcopy.theory;

import org.apache.commons.math3.analysis.MultivariateVectorFunction;

/**
 * How a point moves against a gradient, a step at a time: the theory's own optimizers, in double. They have a state (a
 * velocity, moments), so one instance serves one trajectory.
 */
public sealed interface Descent {
    /**
     * One step.
     *
     * @param point [parameters], moved
     * @param gradient [parameters], at that point; not modified
     */
    void step(double[] point, double[] gradient);

    /**
     * Several steps.
     *
     * @param gradient of the loss at a point; may be noisy
     * @param point [parameters], moved
     */
    default void descend(MultivariateVectorFunction gradient, double[] point, int steps) {
        for (int step = 0; step < steps; step++) step(point, gradient.value(point));
    }

    /** Gradient descent: {@code x -= rate u} with the velocity {@code u = momentum u + g}. */
    final class Gradient implements Descent {
        private final double rate;
        private final double momentum;
        private double[] velocity;

        public Gradient(double rate, double momentum) {
            this.rate = rate;
            this.momentum = momentum;
        }

        @Override
        public void step(double[] point, double[] gradient) {
            if (velocity == null) velocity = new double[point.length];
            for (int i = 0; i < point.length; i++) {
                velocity[i] = momentum * velocity[i] + gradient[i];
                point[i] -= rate * velocity[i];
            }
        }
    }

    /** Sign descent: {@code x -= rate sign(g)}. */
    final class Sign implements Descent {
        private final double rate;

        public Sign(double rate) {
            this.rate = rate;
        }

        @Override
        public void step(double[] point, double[] gradient) {
            for (int i = 0; i < point.length; i++) point[i] -= rate * Math.signum(gradient[i]);
        }
    }

    /** Adam (arXiv 1412.6980) without weight decay; a coordinate without any gradient so far stays, also if epsilon is 0. */
    final class Adam implements Descent {
        private final double rate;
        private final double beta1;
        private final double beta2;
        private final double epsilon;
        private double[] mean;
        private double[] square;
        private double beta1Power = 1;
        private double beta2Power = 1;

        public Adam(double rate, double beta1, double beta2, double epsilon) {
            this.rate = rate;
            this.beta1 = beta1;
            this.beta2 = beta2;
            this.epsilon = epsilon;
        }

        @Override
        public void step(double[] point, double[] gradient) {
            if (mean == null) {
                mean = new double[point.length];
                square = new double[point.length];
            }
            beta1Power *= beta1;
            beta2Power *= beta2;
            for (int i = 0; i < point.length; i++) {
                mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
                square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] * gradient[i];
                if (mean[i] == 0) continue;
                double size = Math.sqrt(square[i] / (1 - beta2Power)) + epsilon;
                point[i] -= rate * mean[i] / (1 - beta1Power) / size;
            }
        }
    }
}
