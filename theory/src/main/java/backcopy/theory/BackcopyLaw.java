package backcopy.theory;

import java.util.Arrays;

/**
 * Where gradient flow takes the trigger side, lambda and xi, while beta is the same for all tokens. With sigma the attention on
 * the token before, a query that copies u has the excess risk {@code (V - 1) e^(-sigma xi_u)}, so with P_u the weight of all
 * queries that copy u
 *
 * <pre>
 *   d xi_u / dt = (V - 1) P_u e^(-xi_u)              so  sigma xi_u = log((V - 1) P_u t)
 *   d lambda_v / dt = n e^(-lambda) N_v log t / t    so  e^lambda_v = N_v n / 2 (log t)^2
 * </pre>
 *
 * N_v is the sum over u of the share of u's copies that are made at the trigger v: the number of copyable tokens, if there is one
 * trigger. The first is off by o(1), the second by a factor 1 + O(1 / log t). Own derivation. Immutable.
 */
public final class BackcopyLaw {
    private final int vocabulary;
    private final double[] copies; // [vocabulary], P_u
    private final double[] shares; // [vocabulary], N_v
    private final double[] lengths; // [vocabulary], sum over v's contexts of share n

    public BackcopyLaw(ReducedModel model) {
        vocabulary = model.vocabulary();
        copies = new double[vocabulary];
        shares = new double[vocabulary];
        lengths = new double[vocabulary];
        for (Context context : model.contexts()) if (context.isTrigger()) copies[context.copied()] += context.weight();
        for (Context context : model.contexts()) {
            if (!context.isTrigger()) continue;
            double share = context.weight() / copies[context.copied()];
            shares[context.token()] += share;
            lengths[context.token()] += share * context.length();
        }
    }

    /** sigma xi_u: by how much the output logit of a copied token stands out. */
    public double copyLogit(int copied, double logTime) {
        return Math.log((vocabulary - 1) * copies[copied]) + logTime;
    }

    /** lambda_v. */
    public double triggerLogit(int trigger, double logTime) {
        return Math.log(lengths[trigger] / 2) + 2 * Math.log(logTime);
    }

    /** {@code N / t}, nats, with N the number of copyable tokens. */
    public double excessRisk(double logTime) {
        return Arrays.stream(shares).sum() * Math.exp(-logTime);
    }
}
