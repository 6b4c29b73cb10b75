package backcopy.theory;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The reduced model of the Bigram-Backcopy task (arXiv 2410.13835, the simplified one-layer model) and its excess risk L, in
 * nats, with first and second derivatives.
 *
 * <p>Its parameters are one vector of 3 V numbers: for each of V tokens an attention logit (alpha on {@code <s>} for a
 * non-trigger, lambda on the token before for a trigger), the value state beta of {@code <s>}, and the strength xi with which a
 * token's value state raises its own output logit. A query with attention A gives
 *
 * <pre>
 *   a_k = A_sink beta_k + m_k xi_k        m_k: the attention on all occurrences of k
 *   q proportional to e^(log p_v + a) (non-trigger v), to e^a (trigger)
 *   excess = log E_p[e^(a - E_p a)] (non-trigger), log sum_k e^(a_k - a_u) (trigger that copies u)
 *   dL / da = w D,  D = q - p_v or q - e_u
 * </pre>
 *
 * and L is the sum of w times excess over all contexts. With one bag for all of them this is the paper's mean-field model; with
 * the bags of actual sequences it is the finite-context model. Immutable.
 */
public final class ReducedModel {
    private final int vocabulary;
    private final double[][] bigram; // [vocabulary (given), vocabulary (next)]
    private final double[][] mlp; // the same
    private final int[][] supports; // [vocabulary][tokens that the row or the MLP's row allows]
    private final int[] everyToken;
    private final List<Context> contexts;
    private final Attention attention;

    /**
     * The model whose MLP predicts the bigram law exactly.
     *
     * @param bigram [vocabulary (given), vocabulary (next)], p_v; rows sum to 1, those of triggers are not read; kept
     */
    public ReducedModel(double[][] bigram, List<Context> contexts, Attention attention) {
        this(bigram, bigram, contexts, attention);
    }

    private ReducedModel(double[][] bigram, double[][] mlp, List<Context> contexts, Attention attention) {
        this.vocabulary = bigram.length;
        this.bigram = bigram;
        this.mlp = mlp;
        this.contexts = List.copyOf(contexts);
        this.attention = attention;
        everyToken = IntStream.range(0, vocabulary).toArray();
        supports = IntStream.range(0, vocabulary)
                .mapToObj(v -> IntStream.range(0, vocabulary)
                        .filter(k -> bigram[v][k] > 0 || mlp[v][k] > 0)
                        .toArray())
                .toArray(int[][]::new);
        for (Context context : contexts) {
            if (context.vocabulary() != vocabulary)
                throw new IllegalArgumentException(
                        "a context counts " + context.vocabulary() + " tokens, the bigram table has " + vocabulary);
            if (!context.isTrigger()) requireLaw(context.token());
        }
    }

    private void requireLaw(int token) {
        for (double[] row : List.of(bigram[token], mlp[token])) {
            double sum = Arrays.stream(row).sum();
            if (!(Math.abs(sum - 1) <= 1e-9) || Arrays.stream(row).anyMatch(p -> p < 0))
                throw new IllegalArgumentException("row " + token + " is no law: it sums to " + sum);
        }
    }

    /** The same model with an MLP that predicts these laws instead of the true ones, {@code [given, next]}; kept. */
    public ReducedModel withMlp(double[][] laws) {
        return new ReducedModel(bigram, laws, contexts, attention);
    }

    /** The same model with other contexts. */
    public ReducedModel of(List<Context> others) {
        return new ReducedModel(bigram, mlp, others, attention);
    }

    /** V. */
    public int vocabulary() {
        return vocabulary;
    }

    /** p_v, [vocabulary]; a copy. */
    public double[] row(int token) {
        return bigram[token].clone();
    }

    public List<Context> contexts() {
        return contexts;
    }

    /** 3 V. */
    public int dimension() {
        return 3 * vocabulary;
    }

    /** Where a token's attention logit is among the parameters: alpha of a non-trigger, lambda of a trigger. */
    public int logit(int token) {
        return token;
    }

    /** Where beta of a token is among the parameters. */
    public int beta(int token) {
        return vocabulary + token;
    }

    /** Where xi of a token is among the parameters. */
    public int xi(int token) {
        return 2 * vocabulary + token;
    }

    /** A vector of all parameters, [3 V], from one number for each kind: a starting point, or learning rates. */
    public double[] parameters(double logit, double beta, double xi) {
        double[] parameters = new double[dimension()];
        Arrays.fill(parameters, 0, vocabulary, logit);
        Arrays.fill(parameters, vocabulary, 2 * vocabulary, beta);
        Arrays.fill(parameters, 2 * vocabulary, 3 * vocabulary, xi);
        return parameters;
    }

    /** The tokens that are no triggers, occur as a query, and have more than one successor: those whose sink logit can move. */
    public int[] activeTokens() {
        return contexts.stream()
                .filter(context -> !context.isTrigger() && supports[context.token()].length > 1)
                .mapToInt(Context::token)
                .sorted()
                .distinct()
                .toArray();
    }

    /** Mean sink mass of the non-trigger queries, weighted as in the loss. */
    public double sinkMass(double[] parameters) {
        double mass = 0;
        double total = 0;
        for (Context context : contexts) {
            if (context.isTrigger()) continue;
            mass += context.weight()
                    * attention
                            .pattern(context, parameters[logit(context.token())])
                            .sink();
            total += context.weight();
        }
        return mass / total;
    }

    /** L, nats. */
    public double loss(double[] parameters) {
        Answer answer = new Answer();
        double loss = 0;
        for (Context context : contexts) {
            answer.to(context, parameters);
            loss += context.weight() * answer.excess;
        }
        return loss;
    }

    /** The sum over non-trigger queries of w rho excess, with rho the sink mass; nats. */
    public double sinkWeightedLoss(double[] parameters) {
        Answer answer = new Answer();
        double sum = 0;
        for (Context context : contexts) {
            if (context.isTrigger()) continue;
            answer.to(context, parameters);
            sum += context.weight() * answer.pattern.sink() * answer.excess;
        }
        return sum;
    }

    /** Overwrites {@code gradient} [3 V] with dL / d parameters; returns L. */
    public double gradient(double[] parameters, double[] gradient) {
        Arrays.fill(gradient, 0);
        Answer answer = new Answer();
        double loss = 0;
        for (Context context : contexts) {
            answer.to(context, parameters);
            loss += context.weight() * answer.excess;
            double dLogit = 0;
            for (int k : answer.tokens) {
                double dA = context.weight() * answer.difference[k];
                gradient[beta(k)] += answer.pattern.sink() * dA;
                gradient[xi(k)] += answer.mass(k) * dA;
                dLogit += dA * answer.slope[k];
            }
            gradient[logit(context.token())] += dLogit;
        }
        return loss;
    }

    /**
     * Overwrites {@code hessian} [3 V, 3 V] with the second derivatives of L. With C = diag q - q q^T, a' = da / d logit and
     * J = da / d parameters it is the sum of w (J^T C J + D a''), and a'' is 0 but where the logit is one of the two.
     */
    public void hessian(double[] parameters, double[][] hessian) {
        for (double[] row : hessian) Arrays.fill(row, 0);
        Answer answer = new Answer();
        for (Context context : contexts) {
            answer.to(context, parameters);
            addHessian(answer, context, hessian);
        }
        for (int i = 0; i < dimension(); i++) for (int j = 0; j < i; j++) hessian[i][j] = hessian[j][i];
    }

    /** Adds to the part of {@code hessian} on and above the diagonal. */
    private void addHessian(Answer answer, Context context, double[][] hessian) {
        double w = context.weight();
        int logit = logit(context.token());
        double[] q = answer.law;
        double sink = answer.pattern.sink();
        double meanSlope = 0;
        for (int k : answer.tokens) meanSlope += q[k] * answer.slope[k];
        for (int k : answer.tokens) {
            double dA = w * answer.difference[k];
            double cSlope = w * q[k] * (answer.slope[k] - meanSlope);
            hessian[logit][logit] += cSlope * answer.slope[k] + dA * answer.pattern.bend() * answer.slope[k];
            hessian[logit][beta(k)] += cSlope * sink + dA * answer.pattern.dSink();
            hessian[logit][xi(k)] += cSlope * answer.mass(k) + dA * answer.dMass(k);
            double mass = answer.mass(k);
            for (int l : answer.tokens) {
                double c = w * (k == l ? q[k] * answer.others(k) : -q[k] * q[l]);
                double massL = answer.mass(l);
                hessian[beta(k)][xi(l)] += sink * massL * c;
                if (l < k) continue;
                hessian[beta(k)][beta(l)] += sink * sink * c;
                hessian[xi(k)][xi(l)] += mass * massL * c;
            }
        }
    }

    /** The model's answer to one query; overwritten by the next. Arrays are [vocabulary], and valid at {@code tokens}. */
    private final class Answer {
        private Context context;
        private Attention.Pattern pattern;
        private int[] tokens;
        private double excess;
        private final double[] slope = new double[vocabulary]; // da / d logit
        private final double[] difference = new double[vocabulary]; // D
        private final double[] law = new double[vocabulary]; // q
        private final double[] outputs = new double[vocabulary]; // a

        void to(Context query, double[] parameters) {
            context = query;
            pattern = attention.pattern(query, parameters[logit(query.token())]);
            tokens = query.isTrigger() ? everyToken : supports[query.token()];
            for (int k : tokens) {
                double beta = parameters[beta(k)];
                double xi = parameters[xi(k)];
                outputs[k] = pattern.sink() * beta + mass(k) * xi;
                slope[k] = pattern.dSink() * beta + dMass(k) * xi;
            }
            if (query.isTrigger()) backcopy(query.copied());
            else bigram(bigram[query.token()], mlp[query.token()]);
        }

        /** m_k. */
        double mass(int k) {
            return pattern.each() * context.count(k) + (k == context.copied() ? pattern.copy() : 0);
        }

        /** dm_k / d logit. */
        double dMass(int k) {
            return pattern.dEach() * context.count(k) + (k == context.copied() ? pattern.dCopy() : 0);
        }

        /** 1 - q_k, without the cancellation where q_k is almost 1 as it should be. */
        double others(int k) {
            double target = context.isTrigger() ? (k == context.copied() ? 1 : 0) : bigram[context.token()][k];
            return 1 - target - difference[k];
        }

        /**
         * With d = a - E_p a and the MLP's law m, the normalizer is {@code 1 + E_m[d] + E_m[e^d - 1 - d]}, and E_m[d] is
         * 0 where m = p: what is left has no large terms that cancel, so the risk keeps its digits down to 1e-30.
         */
        private void bigram(double[] p, double[] m) {
            center(p);
            center(p); // again: the first mean is rounded to a, which may be far larger than d
            double beyondOne = 0;
            double known = 0;
            for (int k : tokens) {
                double d = outputs[k];
                beyondOne += (m[k] - p[k]) * d + m[k] * Exponential.beyondLinear(d);
                if (p[k] > 0 && m[k] != p[k]) known += p[k] * Math.log(p[k] / m[k]);
            }
            for (int k : tokens) {
                double growth = Math.expm1(outputs[k]);
                difference[k] = (m[k] - p[k] + m[k] * growth - p[k] * beyondOne) / (1 + beyondOne);
                law[k] = p[k] + difference[k];
            }
            excess = Math.log1p(beyondOne) + known;
        }

        private void center(double[] p) {
            double mean = 0;
            for (int k : tokens) mean += p[k] * outputs[k];
            for (int k : tokens) outputs[k] -= mean;
        }

        private void backcopy(int u) {
            double others = 0;
            for (int k : tokens) {
                law[k] = Math.exp(outputs[k] - outputs[u]);
                if (k != u) others += law[k];
            }
            for (int k : tokens) {
                law[k] /= 1 + others;
                difference[k] = k == u ? -others / (1 + others) : law[k];
            }
            excess = Math.log1p(others);
        }
    }
}
