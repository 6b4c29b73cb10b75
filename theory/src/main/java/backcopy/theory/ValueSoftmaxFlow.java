package backcopy.theory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.events.EventHandler;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

/**
 * A second reduced model: gradient flow of {@code L = loss(b . V p)} with attention {@code p = p(a)} over n tokens, values V and
 * scores a both free (the value-softmax model of arXiv 2603.06248). No task asks it to attend to one token; it does so by itself.
 *
 * <p>Only {@code z = V^T b} matters. With {@code m = z . p}, |b| = 1 and the effective time {@code d tau = -loss'(m) dt},
 * whatever the loss,
 *
 * <pre>
 *   dz / d tau = p        da / d tau = (dp / da)^T z        softmax: p_i (z_i - m)
 *   dm / d tau = |p|^2 + sum_i p_i^2 (z_i - m)^2 &gt; 0
 * </pre>
 *
 * <p>Softmax: the winner's z goes like tau, the odds of a loser j obey {@code (1 / q_j)' = tau (1 + sum_k q_k / q_j)}, and so
 * each {@code q_j -> 2 / (n tau^2)}, the same for all: {@code 1 - p_max = 2 (n - 1) / (n tau^2)}. The logistic loss has {@code
 * tau ~ m ~ log t}; the square loss stops at m = y, with entropy left. For n = 2, {@code (z_1 - z_2)^2 - 2 cosh(a_1 - a_2)} is
 * constant.
 *
 * <p>A state holds z, then a: [2 n].
 */
public final class ValueSoftmaxFlow {
    /** How scores become attention. */
    public enum Normalizer {
        /** {@code e^a_i / sum e^a}. */
        SOFTMAX,
        /** {@code |a_i| / sum |a|}. */
        ABSOLUTE,
        /** {@code a_i / sum a}: a weight may leave [0, 1]. */
        SUM
    }

    private final Normalizer normalizer;

    public ValueSoftmaxFlow(Normalizer normalizer) {
        this.normalizer = normalizer;
    }

    /** p at a state, [n]. */
    public double[] attention(double[] state) {
        int tokens = state.length / 2;
        double[] attention = Arrays.copyOfRange(state, tokens, 2 * tokens);
        double most = Arrays.stream(attention).max().orElseThrow(), sum = 0;
        for (int i = 0; i < tokens; i++) {
            if (normalizer == Normalizer.SOFTMAX) attention[i] = Math.exp(attention[i] - most);
            if (normalizer == Normalizer.ABSOLUTE) attention[i] = Math.abs(attention[i]);
            sum += attention[i];
        }
        for (int i = 0; i < tokens; i++) attention[i] /= sum;
        return attention;
    }

    /** m = z . p. */
    public double margin(double[] state) {
        return Vectors.dot(Arrays.copyOf(state, state.length / 2), attention(state));
    }

    /** Entropy of the attention, nats. */
    public double entropy(double[] state) {
        return Arrays.stream(attention(state))
                .filter(p -> p > 0)
                .map(p -> -p * Math.log(p))
                .sum();
    }

    /** d state / d tau, [2 n]. */
    public double[] derivative(double[] state) {
        int tokens = state.length / 2;
        double[] attention = attention(state), derivative = new double[2 * tokens];
        double sum = 0;
        for (int i = 0; i < tokens; i++)
            sum += normalizer == Normalizer.ABSOLUTE ? Math.abs(state[tokens + i]) : state[tokens + i];
        for (int i = 0; i < tokens; i++) {
            derivative[i] = attention[i];
            double above = 0; // z_i - m; the difference itself would cancel at a late winner
            for (int j = 0; j < tokens; j++) above += attention[j] * (state[i] - state[j]);
            derivative[tokens + i] = switch (normalizer) {
                case SOFTMAX -> attention[i] * above;
                case ABSOLUTE -> Math.signum(state[tokens + i]) * above / sum;
                case SUM -> above / sum;
            };
        }
        return derivative;
    }

    /**
     * The states at these effective times, [times, 2 n].
     *
     * @param initial state at the first time; not modified
     */
    public double[][] flow(double[] initial, double... times) {
        return integrate(initial, margin -> 1, times, false);
    }

    /**
     * The states at these times, [times, 2 n].
     *
     * @param initial state at the first time; not modified
     * @param pull minus the loss's derivative, a function of the margin
     */
    public double[][] flow(double[] initial, DoubleUnaryOperator pull, double... times) {
        return integrate(initial, pull, times, false);
    }

    /**
     * The effective times at which the scores of tokens reach 0, under {@link Normalizer#ABSOLUTE}, ascending. Such a token
     * stays at 0, as either sign would be driven back; it is taken out. The last of all never gets there.
     *
     * @param initial state at effective time 0; not modified
     * @param latest when to stop
     */
    public List<Double> deaths(double[] initial, double latest) {
        List<Double> deaths = new ArrayList<>();
        double[] state = initial.clone();
        double time = 0;
        while (state.length > 2) {
            double[] stopped = integrate(state, margin -> 1, new double[] {time, latest}, true)[1];
            time = stopped[stopped.length - 1];
            if (time >= latest) break;
            deaths.add(time);
            state = withoutSmallest(Arrays.copyOf(stopped, stopped.length - 1));
        }
        return deaths;
    }

    private static double[] withoutSmallest(double[] state) {
        int tokens = state.length / 2, smallest = 0;
        for (int i = 1; i < tokens; i++)
            if (Math.abs(state[tokens + i]) < Math.abs(state[tokens + smallest])) smallest = i;
        double[] rest = new double[state.length - 2];
        for (int i = 0, to = 0; i < tokens; i++) {
            if (i == smallest) continue;
            rest[to] = state[i];
            rest[tokens - 1 + to++] = state[tokens + i];
        }
        return rest;
    }

    /** The states at {@code times}; if it may stop, the time that was reached stands after the last state. */
    private double[][] integrate(double[] initial, DoubleUnaryOperator pull, double[] times, boolean stopAtZero) {
        DormandPrince853Integrator integrator = new DormandPrince853Integrator(1e-14, 1e300, 1e-12, 1e-12);
        int tokens = initial.length / 2;
        if (stopAtZero)
            for (int i = 0; i < tokens; i++) integrator.addEventHandler(new Zero(tokens + i), 1, 1e-12, 100);
        FirstOrderDifferentialEquations equations = new FirstOrderDifferentialEquations() {
            @Override
            public int getDimension() {
                return initial.length;
            }

            @Override
            public void computeDerivatives(double time, double[] state, double[] derivative) {
                double speed = pull.applyAsDouble(margin(state));
                double[] byTau = derivative(state);
                for (int i = 0; i < byTau.length; i++) derivative[i] = speed * byTau[i];
            }
        };
        double[][] states = new double[times.length][];
        states[0] = initial.clone();
        for (int time = 1; time < times.length; time++) {
            states[time] = states[time - 1].clone();
            double reached =
                    integrator.integrate(equations, times[time - 1], states[time - 1], times[time], states[time]);
            if (stopAtZero) {
                states[time] = Arrays.copyOf(states[time], initial.length + 1);
                states[time][initial.length] = reached;
            }
        }
        return states;
    }

    /** Stops the integration where one number of the state changes sign. */
    private record Zero(int index) implements EventHandler {
        @Override
        public void init(double time, double[] state, double end) {}

        @Override
        public double g(double time, double[] state) {
            return state[index];
        }

        @Override
        public Action eventOccurred(double time, double[] state, boolean increasing) {
            return Action.STOP;
        }

        @Override
        public void resetState(double time, double[] state) {}
    }
}
