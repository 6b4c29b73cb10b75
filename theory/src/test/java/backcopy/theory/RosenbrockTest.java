package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RosenbrockTest {
    /** Any equations, with their derivatives and their solution. */
    private abstract static class Problem implements StiffEquations {
        private final AtomicInteger calls = new AtomicInteger();

        abstract double[] exact(double t);

        abstract double[] derivative(double t, double[] y);

        abstract double[][] jacobian(double t, double[] y);

        abstract double[] timeDerivative(double t, double[] y);

        @Override
        public int getDimension() {
            return exact(1).length;
        }

        @Override
        public void computeDerivatives(double t, double[] y, double[] yDot) {
            calls.incrementAndGet();
            System.arraycopy(derivative(t, y), 0, yDot, 0, y.length);
        }

        @Override
        public void computeMainStateJacobian(double t, double[] y, double[] yDot, double[][] dFdY) {
            double[][] jacobian = jacobian(t, y);
            for (int i = 0; i < y.length; i++) dFdY[i] = jacobian[i].clone();
        }

        @Override
        public void computeTimeDerivative(double t, double[] y, double[] yDot, double[] dFdT) {
            System.arraycopy(timeDerivative(t, y), 0, dFdT, 0, y.length);
        }
    }

    /** Nonlinear, coupled, not autonomous: {@code u = 1 / t, v = e^(-t)}. */
    private static final Problem COUPLED = new Problem() {
        @Override
        double[] exact(double t) {
            return new double[] {1 / t, Math.exp(-t)};
        }

        @Override
        double[] derivative(double t, double[] y) {
            return new double[] {-y[0] * y[0] + y[1] * y[1] - Math.exp(-2 * t), -y[0] * y[1] * t};
        }

        @Override
        double[][] jacobian(double t, double[] y) {
            return new double[][] {{-2 * y[0], 2 * y[1]}, {-y[1] * t, -y[0] * t}};
        }

        @Override
        double[] timeDerivative(double t, double[] y) {
            return new double[] {2 * Math.exp(-2 * t), -y[0] * y[1]};
        }
    };

    /** Prothero and Robinson's problem, {@code y' = -k (y - sin t) + cos t}: stiff, the solution is smooth. */
    private static Problem stiff(double k) {
        return new Problem() {
            @Override
            double[] exact(double t) {
                return new double[] {Math.sin(t)};
            }

            @Override
            double[] derivative(double t, double[] y) {
                return new double[] {-k * (y[0] - Math.sin(t)) + Math.cos(t)};
            }

            @Override
            double[][] jacobian(double t, double[] y) {
                return new double[][] {{-k}};
            }

            @Override
            double[] timeDerivative(double t, double[] y) {
                return new double[] {k * Math.cos(t) - Math.sin(t)};
            }
        };
    }

    private static double error(Problem problem, double from, double to, int steps) {
        Rosenbrock integrator = new Rosenbrock(problem, 1);
        double h = (to - from) / steps;
        double[] y = problem.exact(from);
        for (int i = 0; i < steps; i++) y = integrator.step(from + i * h, y, h, new double[y.length]);
        double error = 0;
        for (int i = 0; i < y.length; i++) error = Math.max(error, Math.abs(y[i] - problem.exact(to)[i]));
        return error;
    }

    @Test
    void halvingTheStepLowersTheErrorByTheOrder() {
        for (int steps : new int[] {40, 80, 160}) {
            double order = Math.log(error(COUPLED, 1, 3, steps) / error(COUPLED, 1, 3, 2 * steps)) / Math.log(2);
            assertEquals(Rosenbrock.ORDER, order, 0.2, steps + " steps");
        }
    }

    @Test
    void theEstimateOfTheErrorHasTheOrderBelow() {
        double[] wide = new double[2];
        double[] narrow = new double[2];
        new Rosenbrock(COUPLED, 1).step(1, COUPLED.exact(1), 0.02, wide);
        new Rosenbrock(COUPLED, 1).step(1, COUPLED.exact(1), 0.01, narrow);
        for (int i = 0; i < 2; i++) assertEquals(Rosenbrock.ORDER, Math.log(wide[i] / narrow[i]) / Math.log(2), 0.15);
    }

    /** An explicit method would need steps below 3e-12, and takes 3e12 of them. */
    @Test
    void stiffnessCostsNoSteps() {
        Problem problem = stiff(1e12);
        double[][] states = new Rosenbrock(problem, 1e-8).integrate(new double[] {0}, new double[] {0, 5, 10});
        assertEquals(Math.sin(5), states[1][0], 1e-7);
        assertEquals(Math.sin(10), states[2][0], 1e-7);
        assertTrue(problem.calls.get() < 6000, problem.calls.get() + " calls");
    }

    @Test
    void aTransientIsForgottenAtOnce() {
        double[] error = new double[1];
        double[] next = new Rosenbrock(stiff(1e12), 1).step(0, new double[] {100}, 0.1, error);
        assertEquals(Math.sin(0.1), next[0], 1e-4); // L-stable: what is left of 100 is 100 / (k h)
    }

    @Test
    void everyTighterToleranceBringsASmallerError() {
        double before = 1;
        for (double tolerance : new double[] {1e-4, 1e-6, 1e-8, 1e-10}) {
            double[][] states = new Rosenbrock(COUPLED, tolerance).integrate(COUPLED.exact(1), new double[] {1, 2, 4});
            double error = Math.abs(states[2][0] - 0.25);
            assertTrue(error < 10 * tolerance, "error " + error + " at tolerance " + tolerance);
            assertTrue(error < before / 10, "errors " + before + ", " + error);
            before = error;
        }
    }

    @Test
    void theStartIsTheFirstStateAndIsNotModified() {
        double[] start = COUPLED.exact(1);
        double[][] states = new Rosenbrock(COUPLED, 1e-6).integrate(start, new double[] {1, 2});
        assertArrayEquals(COUPLED.exact(1), states[0]);
        assertArrayEquals(COUPLED.exact(1), start);
        assertThrows(IllegalArgumentException.class, () -> new Rosenbrock(COUPLED, 0));
    }

    @Test
    void anEquationWithoutSolutionIsGivenUp() {
        Problem nowhere = new Problem() {
            @Override
            double[] exact(double t) {
                return new double[] {0};
            }

            @Override
            double[] derivative(double t, double[] y) {
                return new double[] {Double.NaN};
            }

            @Override
            double[][] jacobian(double t, double[] y) {
                return new double[][] {{0}};
            }

            @Override
            double[] timeDerivative(double t, double[] y) {
                return new double[] {0};
            }
        };
        assertThrows(
                ArithmeticException.class,
                () -> new Rosenbrock(nowhere, 1e-6).integrate(new double[] {0}, new double[] {1, 2}));
    }
}
